"""The page of a practice run: record or send a clip, wait, read what to mend, go on."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from verification import access
from verification.capture import practice, storing
from verification.capture.forms import PracticeForm
from verification.capture.models import Trial
from verification.capture.uploads import BadUpload, UploadMixin
from verification.checks import limits
from verification.models import Verification, VerificationState
from verification.views import next_url


class PracticeView(UploadMixin):
    upload_max_bytes = limits.VIDEO_MAX_BYTES
    too_large = "video_too_large"
    verification: Verification

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = access.visitor(request)
        if found is None:
            return render(request, "verification/no_access.html", status=403)
        if found.verification.state != VerificationState.OPEN:
            return redirect(next_url(found.verification))
        self.verification = found.verification
        return super().dispatch(request, *args, **kwargs)

    dispatch.csrf_exempt = True  # type: ignore[attr-defined]  # checked by UploadMixin, once the body is known to be small enough

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PracticeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        here = reverse("verification:practice")
        by_script = request.headers.get("X-Requested-With") == "fetch"
        try:
            storing.store_trial(self.verification, self.uploaded())
        except BadUpload as bad:
            if by_script:
                return JsonResponse({"error": bad.sentence, "reason": bad.reason}, status=422)
            form = PracticeForm(data={})
            form.errors.clear()
            form.add_error("file", bad.sentence)
            return self._page(form, status=422)
        return JsonResponse({"redirect": here}) if by_script else redirect(here)

    def _page(self, form: PracticeForm, status: int = 200) -> HttpResponse:
        trial = practice.newest(self.verification)
        return render(
            self.request,
            "verification/practice.html",
            {
                "form": form,
                "trial": trial,
                "waiting": trial is not None and state_of(trial) == "running",
                "lines": practice.lines(trial) if trial is not None and trial.checked_at else [],
                "max_bytes": limits.VIDEO_MAX_BYTES,
                "onward": reverse("verification:video-intro"),
                "stage": 2,
            },
            status=status,
        )


def state_of(trial: Trial | None) -> str:
    """not_started, running, late, done."""
    if trial is None:
        return "not_started"
    if trial.checked_at is not None:
        return "done"
    return "late" if timezone.now() - trial.created_at > practice.LATE else "running"


@require_GET
def status(request: HttpRequest) -> JsonResponse:
    """How the check of the newest practice run goes. Never writes."""
    found = access.visitor(request)
    return JsonResponse({"state": state_of(practice.newest(found.verification)) if found else "gone"})
