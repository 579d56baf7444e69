"""For each use of one-time codes, a citizen who has just been sent one. A new use adds its line to CITIZENS."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from enrollment.models import EnrollmentState
from enrollment.registration import cookie
from enrollment.registration.codes import EMAIL
from enrollment.services.activation import ACTIVATION, deliver_code
from enrollment.services.mobile import MOBILE
from identite import tokens
from identite.codes.use import CodeUse
from notifications.models import Message
from notifications.services import address_digest
from tests.enrollment.factories import EnrollmentFactory, RegistrationFactory
from tests.enrollment.helpers import url_of


@dataclass(kw_only=True)
class Citizen:
    """page: where the code is typed. address: where it goes. row: whose code it is, as it was at the beginning."""

    use: CodeUse[Any]
    page: str
    address: str
    row: Model
    browser: Client = field(default_factory=Client)

    def present(self) -> Any:
        return type(self.row)._default_manager.get(pk=self.row.pk)

    def messages(self) -> int:
        return Message.objects.filter(address_digest=address_digest(self.address)).count()

    def code(self) -> str:
        """The six digits of the last message."""
        sent = Message.objects.filter(address_digest=address_digest(self.address)).order_by("-created_at")[0]
        found = re.search(r"\b(\d{3})-(\d{3})\b", sent.text)
        assert found
        return "".join(found.groups())

    def wrong(self) -> str:
        return f"{(int(self.code()) + 1) % 10**6:06d}"

    def type(self, code: str) -> Any:
        return self.browser.post(self.page, {"code": code})

    def come_back(self) -> None:
        """Log in again, where there is an account: the session ended with the time that passed."""
        account = getattr(self.present(), "account", None)
        if account is not None:
            self.browser.force_login(account)

    def ask_again(self) -> Any:
        return self.browser.post(self.page, {"resend": "1"})


def registrant() -> Citizen:
    registration = RegistrationFactory(support_chosen=True)
    citizen = Citizen(use=EMAIL, page=reverse("registration:email-code"), address="ada@example.org", row=registration)
    citizen.browser.cookies[cookie.COOKIE] = tokens.issue(cookie.PURPOSE, registration, seconds=86_400)
    citizen.browser.post(reverse("registration:email"), {"email": citizen.address})
    return citizen


def mobile_owner() -> Citizen:
    enrollment = EnrollmentFactory()
    citizen = Citizen(use=MOBILE, page=url_of("mobile-code"), address="+33639980051", row=enrollment)
    citizen.browser.force_login(enrollment.account)
    citizen.browser.post(url_of("mobile"), {"prefix_code": "+33", "number": citizen.address})
    return citizen


def phone_owner() -> Citizen:
    enrollment = EnrollmentFactory(with_mode=True, state=EnrollmentState.PROVEN, mobile="+33639980042")
    deliver_code(enrollment)
    page = reverse("authenticator:activation")
    citizen = Citizen(use=ACTIVATION, page=page, address=enrollment.mobile, row=enrollment)
    citizen.browser.force_login(enrollment.account)
    return citizen


CITIZENS: dict[str, Callable[[], Citizen]] = {
    EMAIL.purpose: registrant,
    MOBILE.purpose: mobile_owner,
    ACTIVATION.purpose: phone_owner,
}
