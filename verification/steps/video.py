"""Screen 26: the face video, recorded here or sent as a file."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identite import errors, quotas
from identite.funnel import Step
from identite.transitions import TransitionNotAllowed
from verification.capture import challenge as challenges
from verification.capture import reading, storing
from verification.capture.forms import VideoForm
from verification.capture.models import CaptureKind
from verification.capture.steps import CaptureStep
from verification.capture.uploads import BadUpload
from verification.checks import limits
from verification.checks.video.challenge import Form
from verification.models import Verification
from verification.thresholds import video_thresholds


class VideoView(CaptureStep):
    form_class = VideoForm
    kind = CaptureKind.VIDEO
    upload_max_bytes = limits.VIDEO_MAX_BYTES
    too_large = "video_too_large"

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except challenges.VideoLocked:
            return self._answer()
        except quotas.QuotaExceeded as exceeded:
            return errors.too_many(request, exceeded.until)

    def refused(self, bad: BadUpload) -> HttpResponse:
        if self._asked_by_script():
            return JsonResponse({"error": bad.sentence, "reason": bad.reason}, status=422)
        return super().refused(bad)

    def do_send(self) -> HttpResponse:
        """A recording, sent by the page's script once the citizen has played it back."""
        try:
            storing.store_video(self.subject, self._challenge_id(), self.uploaded(), send=True)
        except TransitionNotAllowed as error:
            raise BadUpload("closed") from error
        return self._answer()

    def do_upload(self) -> HttpResponse:
        storing.store_video(self.subject, self._challenge_id(), self.uploaded(), send=False)
        return redirect(self.here())

    def do_confirm(self) -> HttpResponse:
        capture = reading.current(self.subject, self.kind)
        if capture is not None:
            storing.send_video(capture)
        return redirect(self.here())

    def do_file(self) -> HttpResponse:
        """«Je n'ai pas de caméra»: digits and gesture on request, and time to send a file."""
        return self._announce(recorded=False)

    def do_camera(self) -> HttpResponse:
        return self._announce(recorded=True)

    def _announce(self, *, recorded: bool) -> HttpResponse:
        last = reading.challenge(self.subject)
        challenges.announce(self.subject, last.form if last else Form.SPOKEN, recorded=recorded)
        return redirect(self.here())

    def _challenge_id(self) -> UUID:
        try:
            return UUID(self.request.POST.get("challenge", ""))
        except ValueError as error:
            raise BadUpload("challenge_expired") from error

    def _asked_by_script(self) -> bool:
        return self.request.headers.get("X-Requested-With") == "fetch"

    def _answer(self) -> HttpResponse:
        return JsonResponse({"redirect": self.here()}) if self._asked_by_script() else redirect(self.here())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        challenge = reading.challenge(self.subject)
        sent = {row.challenge_id for row in reading.captures(self.subject)[self.kind]}
        used = challenge is not None and challenge.pk in sent
        running = challenge is not None and challenge.expires_at > timezone.now() and not used
        return super().get_context_data(
            challenge=challenge,
            by_file=challenge is not None and not challenge.recorded,
            challenge_open=running,
            challenge_used=used,
            written=challenge is not None and challenge.form == Form.WRITTEN,
            limits=video_thresholds(),
            lock=challenges.lock_of(self.subject),
            **kwargs,
        )


STEP: Step[Verification] = Step(
    slug="video",
    title=_("Vérification vidéo"),
    view=VideoView,
    is_done=lambda verification: reading.accepted(verification, CaptureKind.VIDEO) is not None,
)
