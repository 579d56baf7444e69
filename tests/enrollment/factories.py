"""Rows for tests. A trait names a situation."""

from datetime import date, timedelta
from typing import Any

import factory
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from enrollment.models import Account, Enrollment, EnrollmentState, Registration
from enrollment.services import appointment as bookings
from enrollment.services.letter import start_online_verification
from verification.face_to_face import rounds
from verification.face_to_face.models import Place
from verification.models import Mode

PASSWORD = "Tournesol7"
# Of a document that serves face to face only.
EXPIRED = {"issue_date": date(2021, 9, 2), "expiry_date": date(2025, 9, 1)}


class AccountFactory(DjangoModelFactory):
    """A citizen who has finished the registration; password PASSWORD. agent: works in the admin."""

    class Meta:
        model = Account

    class Params:
        agent = factory.Trait(is_staff=True, is_superuser=True)

    email = factory.Sequence(lambda number: f"citoyenne{number}@example.org")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
    civility = "F"
    first_name = "Maëlys"
    last_name = "Martin"
    phone = "+33639980000"
    terms_version = settings.ACCOUNT_TERMS_VERSION


class RegistrationFactory(DjangoModelFactory):
    """Screens 2-10. Each trait has answered everything up to its page and stands at the next one."""

    class Meta:
        model = Registration

    class Params:
        prerequisites_read = factory.Trait(
            of_age=True, has_document=True, prerequisites_at=factory.LazyFunction(timezone.now)
        )
        support_chosen = factory.Trait(prerequisites_read=True, support="web")
        email_given = factory.Trait(
            support_chosen=True, email=factory.Sequence(lambda number: f"nouveau{number}@example.org")
        )
        email_verified = factory.Trait(email_given=True, email_verified_at=factory.LazyFunction(timezone.now))
        password_set = factory.Trait(
            email_verified=True, password=factory.LazyFunction(lambda: make_password(PASSWORD))
        )
        phone_given = factory.Trait(password_set=True, phone="+33639980001")

    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=settings.REGISTRATION_LIFETIME_DAYS))


class EnrollmentFactory(DjangoModelFactory):
    """Screens 12-21. Each trait has answered everything up to its page and stands at the next one."""

    class Meta:
        model = Enrollment

    class Params:
        with_number = factory.Trait(mobile=factory.Sequence(lambda number: f"+336399800{number % 100:02d}"))
        with_mobile = factory.Trait(with_number=True, mobile_verified_at=factory.LazyFunction(timezone.now))
        with_french_document = factory.Trait(with_mobile=True, french_document=True)
        with_document = factory.Trait(with_french_document=True, document_kind="cni")
        with_details = factory.Trait(
            with_document=True,
            civility="F",
            first_names="Maëlys Gaëlle Marie",
            birth_name="Martin",
            birth_date="1990-07-13",
            birth_country="99100",
            birth_place_code="75114",
            birth_place="Paris 14e Arrondissement",
            nationality="FRA",
            document_number="X4RTBPFW4",
            issue_date=date(2022, 2, 11),
            expiry_date=date(2032, 2, 11),
        )
        confirmed = factory.Trait(
            with_details=True, state=EnrollmentState.PROVING, confirmed_at=factory.LazyFunction(timezone.now)
        )
        with_mode = factory.Trait(confirmed=True, mode=Mode.ONLINE)
        face_to_face = factory.Trait(confirmed=True, mode=Mode.FACE_TO_FACE)
        with_address = factory.Trait(
            face_to_face=True,
            address_street="12 rue des Lilas",
            address_complement="Bâtiment B",
            address_postal_code="29000",
            address_commune="29232",
        )
        at_office = factory.Trait(with_address=True, meeting_place=Place.OFFICE)
        at_home = factory.Trait(with_address=True, meeting_place=Place.HOME)

    account = factory.SubFactory(AccountFactory)
    terms_version = settings.SERVICE_TERMS_VERSION
    terms_accepted_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=settings.ENROLLMENT_LIFETIME_DAYS))


# What a registration has answered that stands at each page.
REGISTERED: dict[str, dict[str, Any]] = {
    "prerequisites": {},
    "support": {"prerequisites_read": True},
    "email": {"support_chosen": True},
    "email-code": {"email_given": True},
    "password": {"email_verified": True},
    "phone": {"password_set": True},
    "names": {"phone_given": True},
}

# What a file has answered that stands at each page.
ANSWERED: dict[str, dict[str, Any]] = {
    "terms": {"terms_version": "", "terms_accepted_at": None},
    "mobile": {},
    "mobile-code": {"with_number": True},
    "french-document": {"with_mobile": True},
    "document": {"with_french_document": True},
    "details": {"with_document": True},
    "confirmation": {"with_details": True},
    "mode": {"confirmed": True},
    "ar24-terms": {"with_mode": True},
    "address": {"face_to_face": True},
    "place": {"with_address": True},
    "office": {"at_office": True},
    "slot": {"at_home": True},
}


def standing_at(slug: str, **fields: Any) -> Enrollment:
    """An enrollment that has come to this page and not answered it."""
    return EnrollmentFactory(**(ANSWERED[slug] | fields))


def make_proving_enrollment(**fields: Any) -> Enrollment:
    """An enrollment whose registered letter was sent; call it where on-commit work runs to have it notified."""
    return start_online_verification(EnrollmentFactory(with_mode=True, **fields), terms_accepted=True)


def make_booked_enrollment(**fields: Any) -> Enrollment:
    """An enrollment whose postman comes on the first half-day that is open."""
    enrollment = EnrollmentFactory(at_home=True, **fields)
    until = bookings.last_day(enrollment)
    day = rounds.open_days(enrollment.address_commune, until=until)[0]
    return bookings.book(enrollment, day=day.date, half_day=day.halves[0].half_day)
