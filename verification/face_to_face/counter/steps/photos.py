"""The sides of the document, by the phone's camera. What the checks find stands beside each photo; they refuse none."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from identite.funnel import Step
from verification.capture.forms import PhotoForm
from verification.capture.models import Capture, CaptureKind, CaptureState
from verification.capture.uploads import BadUpload, UploadMixin
from verification.checks import limits
from verification.checks.finding import Outcome
from verification.face_to_face import meetings
from verification.face_to_face.counter.base import MeetingStep
from verification.face_to_face.models import Meeting
from verification.face_to_face.steps import DONE
from verification.review.dossier import Row, rows_of
from verification.review.services import EXPECTED_IN_PERSON


@dataclass(frozen=True)
class Sheet:
    """One side: its photo, if there is one, and what is disputed in it; empty while it is being checked."""

    side: CaptureKind
    photo: Capture | None
    disputed: list[Row]

    @property
    def running(self) -> bool:
        return self.photo is not None and self.photo.state == CaptureState.QUEUED


def sheets_of(meeting: Meeting) -> list[Sheet]:
    """In two queries."""
    return [Sheet(side, photo, _disputed(photo)) for side, photo in meetings.photos_of(meeting).items()]


def _disputed(photo: Capture | None) -> list[Row]:
    rows = rows_of(photo.findings.all()) if photo is not None else []
    return [row for row in rows if row.outcome != Outcome.PASS and row.code not in EXPECTED_IN_PERSON]


@method_decorator(csrf_exempt, name="dispatch")  # the token is looked for by UploadMixin
class PhotosView(MeetingStep, UploadMixin):
    form_class = PhotoForm
    upload_max_bytes = limits.PHOTO_MAX_BYTES
    too_large = "photo_too_large"

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        if action == "upload":
            return self.upload(request.POST.get("side", ""))
        if action in ("go_on", "impossible"):
            return self.go_on(impossible=action == "impossible")
        return redirect(request.path)

    def upload(self, side: str) -> HttpResponse:
        if side not in {str(sheet.side) for sheet in sheets_of(self.subject)}:
            return redirect(self.request.path)
        try:
            meetings.take_photo(self.subject, side, self.uploaded())
        except BadUpload as bad:
            form = PhotoForm(data={})
            form.errors.clear()
            form.add_error("file", bad.sentence)
            status = 503 if bad.reason == "busy" else 422
            return self.render_to_response(self.get_context_data(form=form, wrong_side=side), status=status)
        return redirect(self.request.path)

    def go_on(self, *, impossible: bool) -> HttpResponse:
        try:
            self.subject = meetings.note_photos(self.subject, impossible=impossible)
        except meetings.PhotosMissing:
            messages.warning(self.request, _("Photographiez d’abord chaque face demandée."))
            return redirect(self.request.path)
        return redirect(self.next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheets = sheets_of(self.subject)
        return super().get_context_data(
            sheets=sheets,
            complete=all(sheet.photo is not None for sheet in sheets),
            running=any(sheet.running for sheet in sheets),
            max_megabytes=limits.PHOTO_MAX_BYTES // limits.MEGA,
            max_bytes=limits.PHOTO_MAX_BYTES,
            **{"wrong_side": "", **kwargs},
        )


STEP: Step[Meeting] = Step(
    slug="photos",
    title=gettext_lazy("Photographiez la pièce"),
    view=PhotosView,
    is_done=DONE["photos"],
)
