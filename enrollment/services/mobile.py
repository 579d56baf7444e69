"""The mobile that will carry the identity, proven by a code."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services.answers import write
from identite import journal
from identite.codes.one_time import CodeResult, shown
from identite.codes.use import CodeUse, refusals_count
from identite.locks import locked
from notifications.services import send_sms

MOBILE: CodeUse[Enrollment] = CodeUse(
    purpose="sms",
    bound_to=lambda enrollment: enrollment.mobile,
    account=lambda enrollment: enrollment.account_id,
    label=_("Code de vérification du mobile"),
    crowded=_("Trop de codes demandés pour ce numéro"),
)


def holds_identity(number: str, enrollment: Enrollment) -> Enrollment | None:
    """Whose identity, if anybody's, this number already belongs to."""
    owners = Enrollment.objects.filter(
        mobile_digest=number, state__in=(EnrollmentState.ACTIVATED, EnrollmentState.SUSPENDED)
    )
    return owners.exclude(pk=enrollment.pk).select_related("account").first()


@refusals_count
@transaction.atomic
def send_code(enrollment: Enrollment, number: str, *, client: str) -> None:
    """Send a new code to `number` and make it the file's. Raises CodeNotSent, AnswersFrozen.

    A number that holds an identity gets an SMS that says so, and the code is a decoy.
    """
    # Of two clicks at once the second one sees the first one's number, and that its code left a moment ago.
    present = locked(enrollment)
    owner = holds_identity(number, enrollment)
    code = MOBILE.ask(present, number, client=client, decoy=owner is not None)
    if number != present.mobile:
        write(enrollment, mobile=number, mobile_verified_at=None)
    if owner:
        send_sms("mobile_already_used", address=number, context={}, recipient=owner.account)
    else:
        context = {"code": shown(code), "minutes": settings.SMS_CODE_LIFETIME_SECONDS // 60}
        send_sms("mobile_code_sent", address=number, context=context, recipient=enrollment.account)


@transaction.atomic
def check_code(enrollment: Enrollment, typed: str, *, client: str) -> CodeResult:
    """RIGHT proves the number. Raises QuotaExceeded, and AnswersFrozen when another tab confirmed the file meanwhile."""
    result = MOBILE.check(locked(enrollment), typed, client=client)
    if result == CodeResult.RIGHT:
        write(enrollment, mobile_verified_at=timezone.now())
        journal.record(enrollment, "verify_mobile", actor=enrollment.account)
    return result
