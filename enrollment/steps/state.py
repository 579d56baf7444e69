"""What a waiting page asks every few seconds: has anything moved? Read only."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from enrollment.models import Enrollment
from enrollment.services import files
from verification.models import Mode


def token(enrollment: Enrollment) -> str:
    """Another one when the page would look otherwise."""
    verification = enrollment.verification
    parts = [enrollment.state]
    if verification is not None:
        parts += [verification.state, "begun" if verification.confirmed_at else ""]
        if verification.mode == Mode.FACE_TO_FACE:
            parts += [verification.appointment.state, str(verification.appointment.changes)]
        else:
            parts += [verification.letter.state]
    return " ".join(parts)


@require_safe
def state(request: HttpRequest) -> JsonResponse:
    """`{"state": "…"}` of the account's file; 403 where nobody is logged in, so that the page is read again."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=403)
    enrollment = files.living(request.user)
    return JsonResponse({"state": token(enrollment) if enrollment else ""})
