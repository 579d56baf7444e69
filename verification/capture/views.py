"""What the capture pages ask for beside themselves: how a check goes, the preview, the digits once the recording runs."""

from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from identite import quotas
from identite.transitions import TransitionNotAllowed
from verification import access
from verification.capture import challenge as challenges
from verification.capture import reading, waiting
from verification.capture.media import serve
from verification.capture.models import Capture, CaptureKind, CaptureState
from verification.checks.video.challenge import Form
from verification.models import VerificationState
from verification.views import next_url


def _own(request: HttpRequest, pk: UUID) -> Capture:
    """The capture, when it belongs to the verification that this visitor may see. Raises Http404."""
    found = access.visitor(request)
    capture = Capture.objects.filter(pk=pk, verification=found.verification).first() if found else None
    if found is None or capture is None:
        raise Http404
    capture.verification = found.verification
    return capture


@require_GET
def status(request: HttpRequest, pk: UUID) -> JsonResponse:
    """How the check of a capture goes: not_started, running, late, done. Never writes."""
    capture = _own(request, pk)
    if capture.state == CaptureState.UPLOADED:
        return JsonResponse({"state": "not_started"})
    if capture.state == CaptureState.QUEUED:
        if reading.is_late(capture):
            return JsonResponse({"state": "late"})
        return JsonResponse({"state": "running", "text": waiting.sentence(capture)})
    if capture.state == CaptureState.ACCEPTED:
        return JsonResponse({"state": "done", "redirect": next_url(capture.verification)})
    return JsonResponse({"state": "done"})


@require_GET
def media(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The citizen looks at what she sent."""
    capture = _own(request, pk)
    return serve(capture, "file" if capture.kind == CaptureKind.VIDEO else "preview", request)


@require_POST
def start_challenge(request: HttpRequest) -> JsonResponse:
    """The recording has started: now the digits leave the server, with the moments at which to show them."""
    found = access.visitor(request)
    if found is None or found.verification.state != VerificationState.OPEN:
        raise Http404
    try:
        challenge = challenges.show(found.verification)
    except (challenges.VideoLocked, TransitionNotAllowed):
        return JsonResponse({"redirect": reverse("verification:video")}, status=423)
    except quotas.QuotaExceeded:
        return JsonResponse({"redirect": reverse("verification:video-intro")}, status=429)
    return JsonResponse(
        {
            "challenge": str(challenge.pk),
            "digits": list(challenge.digits),
            "schedule": challenge.schedule,
            "seconds": challenges.total_seconds(challenge),
            "gesture": challenge.gesture,
            "instruction": str(challenge.get_gesture_display()),
            "written": challenge.form == Form.WRITTEN,
        }
    )
