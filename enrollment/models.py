"""The citizen's file: the account, the registration before it, the enrollment after it."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identite.fields import EncryptedTextField
from verification.identity import Civility, IdentityRecord
from verification.models import Mode, Verification


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        account = self.model(email=normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=normalize_email(username or ""))


def normalize_email(email: str) -> str:
    """One address, one account: whatever the case it is typed in."""
    return email.strip().lower()


class Account(AbstractBaseUser, PermissionsMixin):
    """Compte La Poste: citizens, and agents (is_staff). email is kept in lower case."""

    id = models.UUIDField(_("identifiant"), primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("adresse e-mail"), unique=True)
    civility = models.CharField(_("civilité"), max_length=1, choices=Civility.choices, blank=True)
    first_name = models.CharField(_("prénom"), max_length=256, blank=True)
    last_name = models.CharField(_("nom"), max_length=256, blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    commercial_offers = models.BooleanField(_("offres commerciales acceptées"), default=False)
    terms_version = models.CharField(_("version des conditions acceptées"), max_length=20, blank=True)
    is_active = models.BooleanField(_("actif"), default=True)
    is_staff = models.BooleanField(_("agent"), default=False)
    date_joined = models.DateTimeField(_("créé le"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        verbose_name = _("compte")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.pk

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name


class Registration(models.Model):
    """Screens 2 to 10, before there is an account. A cookie names it (identite.tokens); nothing of it is lost by closing the page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    of_age = models.BooleanField(default=False)
    has_document = models.BooleanField(default=False)
    prerequisites_at = models.DateTimeField(null=True, blank=True)
    support = models.CharField(max_length=10, blank=True)  # «web» or «app»
    email = models.EmailField(blank=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    password = models.CharField(max_length=128, blank=True)  # Argon2 hash
    phone = models.CharField(max_length=20, blank=True)
    civility = models.CharField(max_length=1, choices=Civility.choices, blank=True)
    first_name = models.CharField(max_length=256, blank=True)
    last_name = models.CharField(max_length=256, blank=True)
    commercial_offers = models.BooleanField(default=False)
    terms_version = models.CharField(max_length=20, blank=True)
    account = models.OneToOneField(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="registration"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("inscription")
        indexes = [models.Index(fields=("expires_at",), name="registration_end")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.pk


class EnrollmentState(models.TextChoices):
    STARTED = "started", _("commencé")
    PROVING = "proving", _("vérification à faire")
    UNDER_REVIEW = "under_review", _("vérification en cours")
    APPROVED = "approved", _("identité vérifiée")
    PROVEN = "proven", _("à activer")
    ACTIVATED = "activated", _("activée")
    REFUSED = "refused", _("refusé")
    SUSPENDED = "suspended", _("suspendue")
    REVOKED = "revoked", _("révoquée")
    LAPSED = "lapsed", _("caduc")


# An account may begin another file.
OVER = (EnrollmentState.LAPSED, EnrollmentState.REVOKED)
# What lapses when nobody goes on with it.
UNFINISHED = (EnrollmentState.STARTED, EnrollmentState.PROVING, EnrollmentState.REFUSED)


class Enrollment(IdentityRecord):
    """One citizen's way from the first terms to an activated identity. One that is not over per account."""

    id = models.UUIDField(_("identifiant"), primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="enrollments")
    state = models.CharField(
        _("état"), max_length=12, choices=EnrollmentState.choices, default=EnrollmentState.STARTED, editable=False
    )
    terms_version = models.CharField(_("version des conditions acceptées"), max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(_("conditions acceptées le"), null=True, blank=True)
    mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    mobile_verified_at = models.DateTimeField(_("mobile vérifié le"), null=True, blank=True)
    french_document = models.BooleanField(_("pièce française"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    mode = models.CharField(_("mode de vérification"), max_length=12, choices=Mode.choices, blank=True)
    ar24_terms_version = models.CharField(_("version des conditions de la lettre"), max_length=20, blank=True)
    ar24_terms_accepted_at = models.DateTimeField(_("conditions de la lettre acceptées le"), null=True, blank=True)
    verification = models.OneToOneField(Verification, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("commencé le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("clos le"))
    reminded_at = models.DateTimeField(_("rappelé le"), null=True, blank=True)  # of its end, by mail
    activated_at = models.DateTimeField(_("activé le"), null=True, blank=True)
    unsent = EncryptedTextField(_("saisie non envoyée"), blank=True)  # typed, not sent: see enrollment.unsent

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("dossier")
        constraints = [
            models.UniqueConstraint(
                fields=("account",),
                condition=~models.Q(state__in=OVER),
                name="one_living_enrollment_an_account",
            ),
            models.UniqueConstraint(
                fields=("mobile",),
                condition=models.Q(state__in=("activated", "suspended")),
                name="one_identity_a_mobile",
            ),
        ]
        # The sweep reads what is due, however many files have ended.
        indexes = [
            models.Index(
                fields=("expires_at",), condition=models.Q(state__in=UNFINISHED), name="enrollment_unfinished"
            ),
            models.Index(
                fields=("expires_at",),
                condition=models.Q(state__in=UNFINISHED, reminded_at=None),
                name="enrollment_not_reminded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.pk
