"""Finding one person's rows. Everything about her hangs on her account by relations; the generic rows name her rows as subjects."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q

from enrollment.models import Account, Enrollment, Registration, normalize_email
from identite.codes.one_time import OneTimeCode
from identite.journal import Journal
from identite.quotas import Quota, quota_key
from identite.tokens import Token
from notifications.models import Message
from notifications.services import address_digest
from verification.models import Verification

# The journal keeps the true time of everything, whatever was moved.
KEPT = (Journal,)
OURS = ("identite", "notifications", "verification", "enrollment", "authenticator")


class UnknownPerson(LookupError):
    """No account and no registration has this address."""


class Person:
    """One person, by her e-mail address; an account, or a registration that is not one yet."""

    def __init__(self, email: str) -> None:
        self.email = normalize_email(email)
        self.account = Account.objects.filter(email_digest=self.email).first()
        hers = Q(email_digest=self.email) | Q(account=self.account) if self.account else Q(email_digest=self.email)
        self.registrations = list(Registration.objects.filter(hers)) if self.email else []
        if self.account is None and not self.registrations:
            raise UnknownPerson(self.email)

    def enrollment(self) -> Enrollment | None:
        return (
            Enrollment.objects.filter(account=self.account).select_related("verification").first()
            if self.account
            else None
        )

    def verification(self) -> Verification | None:
        """The newest one, with its letter or its appointment."""
        if self.account is None:
            return None
        rows = Verification.objects.select_related("letter", "appointment__slot", "appointment__office")
        return rows.filter(applicant=self.account).first()

    def rows(self) -> dict[type[Model], set[Any]]:
        """The keys of every row of hers but the journal's, by table.

        What is counted by her mobile number counts for whoever else has it too. A message to it may be somebody else's.
        """
        found: dict[type[Model], set[Any]] = {}
        for root in [self.account, *self.registrations]:
            if root is not None:
                _collect(root, found)
        subjects = [f"{model._meta.label_lower}:{pk}" for model, pks in found.items() for pk in pks]
        addresses = self._addresses(found)
        digests = [address_digest(one) for one in addresses]
        for rows in (
            Message.objects.filter(address_digest__in=digests, recipient=None),
            OneTimeCode.objects.filter(subject__in=subjects),
            Token.objects.filter(subject__in=subjects),
            Quota.objects.filter(key__in=self._quota_keys(found, addresses)),
        ):
            found.setdefault(rows.model, set()).update(rows.values_list("pk", flat=True))
        return found

    def _addresses(self, found: dict[type[Model], set[Any]]) -> set[str]:
        addresses = {self.email}
        for model, name in (
            (Account, "phone"),
            (Registration, "phone"),
            (Enrollment, "mobile"),
            (Verification, "mobile"),
        ):
            rows = model._default_manager.filter(pk__in=found.get(model, ())).only(name)
            addresses |= {getattr(row, name) for row in rows}
        return addresses - {""}

    def _quota_keys(self, found: dict[type[Model], set[Any]], addresses: set[str]) -> list[str]:
        """Limits by client are shared and stay where they are; the others count by these keys."""
        keys = addresses | {str(pk) for pks in found.values() for pk in pks}
        if self.account is not None:
            keys.add(f"account:{self.account.pk}")
        kinds = [kind for kind in settings.QUOTAS if not kind.startswith("ip_")]
        return [quota_key(kind, key) for kind in kinds for key in keys]


def _collect(row: Model, found: dict[type[Model], set[Any]]) -> None:
    """Walk down the relations that point at `row`, through our own models."""
    model = type(row)
    if model in KEPT or row.pk in found.setdefault(model, set()):
        return
    found[model].add(row.pk)
    for relation in model._meta.related_objects:
        below = relation.related_model
        if isinstance(below, str) or below._meta.app_label not in OURS or below in KEPT:
            continue
        if relation.field.name in ("actor", "agent"):  # what she did as an agent is not hers
            continue
        for child in below._default_manager.filter(**{relation.field.name: row}).only("pk"):
            _collect(child, found)


def models_with_dates() -> list[type[Model]]:
    """The models whose instants may move, for the tests."""
    return [model for model in apps.get_models() if model._meta.app_label in OURS and model not in KEPT]
