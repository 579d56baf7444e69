"""What the two photo pages and the video page share: one page, whatever has become of its capture."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from identite import quotas
from identite.transitions import TransitionNotAllowed
from verification import access
from verification.capture import reading, storing, waiting
from verification.capture.models import Capture, CaptureState
from verification.capture.results import ERROR, check_broke
from verification.capture.uploads import BadUpload, UploadMixin
from verification.checks import limits
from verification.checks.finding import Outcome
from verification.findings.lookup import text_for
from verification.views import VerificationStep


@dataclass(frozen=True)
class Reason:
    """Why a capture was refused. code: of the finding, for the drawing beside it."""

    code: str
    text: str | Promise


def reasons(capture: Capture) -> list[Reason]:
    """The causes and cures of a refused capture, the order of the checks kept, no sentence twice."""
    found: list[Reason] = []
    told = capture.findings.filter(Q(outcome=Outcome.FAIL) | Q(code=ERROR))
    for code in told.values_list("code", flat=True):
        try:
            text = text_for(code).citizen
        except KeyError:
            text = _("Nous n’avons pas pu exploiter ce fichier. Recommencez, en suivant les conseils de cette page.")
        if all(str(text) != str(reason.text) for reason in found):
            found.append(Reason(code, text))
    return found


@method_decorator(csrf_exempt, name="dispatch")  # the token is looked for by UploadMixin
class CaptureStep(VerificationStep, UploadMixin):
    """Upload, look, confirm, wait, go on or take again. `kind`: of the capture."""

    kind: str

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("action", "")
        handler = getattr(self, f"do_{action}", None) if action.isalpha() else None
        if handler is None:
            return redirect(self.here())
        try:
            answer: HttpResponse = handler()
        except BadUpload as bad:
            return self.refused(bad)
        except TransitionNotAllowed:
            reading.forget(self.subject)
            return redirect(self.here())  # another tab or device was first: the page shows what came of it
        return answer

    def refused(self, bad: BadUpload) -> HttpResponse:
        """The same page, with the sentence at the field."""
        form = self.get_form_class()(data={})
        form.errors.clear()
        form.add_error("file", bad.sentence)
        reading.forget(self.subject)
        busy = bad.reason == "busy"
        response = self.render_to_response(self.get_context_data(form=form, bad=bad), status=503 if busy else 422)
        if busy:
            response["Retry-After"] = "5"
        return response

    def here(self) -> str:
        return self.funnel.url(self.step)

    def do_retake(self) -> HttpResponse:
        capture = reading.current(self.subject, self.kind)
        if capture is not None:
            storing.discard(capture)
        return redirect(self.here())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        capture = reading.current(self.subject, self.kind)
        state = capture.state if capture is not None else ""
        late = capture is not None and state == CaptureState.QUEUED and reading.is_late(capture)
        running = capture is not None and state == CaptureState.QUEUED and not late
        return super().get_context_data(
            capture=capture,
            capture_state=state,
            late=late,
            how_long=waiting.sentence(capture) if capture is not None and running else "",
            reasons=reasons(capture) if capture is not None and state == CaptureState.REFUSED else [],
            onward=self.onward() if state == CaptureState.ACCEPTED else "",
            on_phone=self.scope == access.HANDOFF,
            max_bytes=self.upload_max_bytes,
            max_megabytes=self.upload_max_bytes // limits.MEGA,
            handoff_url=reverse("verification:handoff"),
            **kwargs,
        )

    def onward(self) -> str:
        """Where «Continuer» leads from a page that is done: the step after it."""
        route = self.funnel.route(self.subject)
        return self.funnel.url(route[route.index(self.step) + 1])


class PhotoStep(CaptureStep):
    """One side of the document."""

    upload_max_bytes = limits.PHOTO_MAX_BYTES
    too_large = "photo_too_large"

    def do_upload(self) -> HttpResponse:
        storing.store_photo(self.subject, self.kind, self.uploaded())
        return redirect(self.here())

    def do_confirm(self) -> HttpResponse:
        capture = reading.current(self.subject, self.kind)
        if capture is not None:
            try:
                storing.confirm_photo(capture)
            except quotas.QuotaExceeded:
                return redirect(self.here())  # which says until when
        return redirect(self.here())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        capture = reading.current(self.subject, self.kind)
        unchecked = capture is not None and check_broke(capture)
        return super().get_context_data(
            tries=reading.photo_tries(self.subject),
            unchecked=unchecked,
            refusal=_("Le contrôle n’a pas abouti") if unchecked else _("Cette photo n’a pas été acceptée"),
            **kwargs,
        )
