"""The citizen's file: the account, the registration before it, the enrollment after it."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identite import journal
from identite.cog.text import normalize
from identite.fields import DigestField, EncryptedTextField, Findable
from verification.face_to_face.address import PostalAddress
from verification.face_to_face.models import Place
from verification.identity import Civility, IdentityRecord
from verification.models import Mode, Verification


def normalize_email(email: str) -> str:
    """One address, one account: whatever the case it is typed in."""
    return email.strip().lower()


def normalize_number(number: str) -> str:
    """Of a document, however an agent types it."""
    return "".join(number.split()).upper()


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        account = self.model(email=normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email_digest=username or "")


# What an account may do, and what a new one may by itself.
MARKS = {"is_active": True, "is_staff": False, "is_superuser": False}


class Account(Findable, AbstractBaseUser, PermissionsMixin):
    """Compte La Poste: citizens, and agents (is_staff). email is kept in lower case; one address has one account."""

    id = models.UUIDField(_("identifiant"), primary_key=True, default=uuid.uuid4, editable=False)
    email = EncryptedTextField(_("adresse e-mail"), validators=[validate_email])
    email_digest = DigestField(of="email", purpose="email", fold=normalize_email)
    civility = models.CharField(_("civilité"), max_length=1, choices=Civility.choices, blank=True)
    first_name = EncryptedTextField(_("prénom"), blank=True)
    last_name = EncryptedTextField(_("nom"), blank=True)
    last_name_digest = DigestField(of="last_name", purpose="last-name", fold=normalize)
    phone = EncryptedTextField(_("téléphone"), blank=True)
    phone_digest = DigestField(of="phone", purpose="phone")
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
        constraints = [models.UniqueConstraint(fields=("email_digest",), name="one_account_an_address")]
        indexes = [
            models.Index(fields=("phone_digest",), name="account_phone"),
            models.Index(fields=("last_name_digest",), name="account_last_name"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A mark that is given or taken away is an entry of the journal, whoever saves."""
        names = kwargs.get("update_fields")
        marks = [mark for mark in MARKS if names is None or mark in names]
        if not marks:
            return super().save(*args, **kwargs)
        before = None if self._state.adding else type(self).objects.filter(pk=self.pk).values(*marks).first()
        before = before or {mark: MARKS[mark] for mark in marks}
        with transaction.atomic():
            super().save(*args, **kwargs)
            for event, given in (("rights_granted", True), ("rights_withdrawn", False)):
                if changed := [mark for mark in marks if getattr(self, mark) is given and before[mark] is not given]:
                    journal.record(self, event, actor=journal.requested_by(), given=changed)

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.pk

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return str(self.first_name)

    def is_behind(self, verification: Verification) -> bool:
        """Is the person of this verification the holder of this account? By account, address, number of phone or document.

        At most one query beyond the verification's applicant. Values are compared as attributes: the columns are encrypted.
        """
        applicant: Account = verification.applicant
        if self.pk == applicant.pk or normalize_email(self.email) in map(
            normalize_email, (verification.email, applicant.email)
        ):
            return True
        phones = {verification.mobile, applicant.phone} - {""}
        if self.phone in phones:
            return True
        return any(
            file.mobile in phones or (file.document_number and file.document_number == verification.document_number)
            for file in self.enrollments.all()
        )


class Registration(Findable):
    """Screens 2 to 10, before there is an account. A cookie names it (identite.tokens); nothing of it is lost by closing the page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    of_age = models.BooleanField(default=False)
    has_document = models.BooleanField(default=False)
    prerequisites_at = models.DateTimeField(null=True, blank=True)
    support = models.CharField(max_length=10, blank=True)  # «web» or «app»
    email = EncryptedTextField(blank=True)
    email_digest = DigestField(of="email", purpose="email", fold=normalize_email)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    password = models.CharField(max_length=128, blank=True)  # Argon2 hash
    phone = EncryptedTextField(blank=True)
    civility = models.CharField(max_length=1, choices=Civility.choices, blank=True)
    first_name = EncryptedTextField(blank=True)
    last_name = EncryptedTextField(blank=True)
    commercial_offers = models.BooleanField(default=False)
    terms_version = models.CharField(max_length=20, blank=True)
    account = models.OneToOneField(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="registration"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("inscription")
        indexes = [
            models.Index(fields=("expires_at",), name="registration_end"),
            models.Index(fields=("email_digest",), name="registration_address"),
        ]

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


class Enrollment(Findable, IdentityRecord, PostalAddress):
    """One citizen's way from the first terms to an activated identity. One that is not over per account."""

    id = models.UUIDField(_("identifiant"), primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="enrollments")
    state = models.CharField(
        _("état"), max_length=12, choices=EnrollmentState.choices, default=EnrollmentState.STARTED, editable=False
    )
    terms_version = models.CharField(_("version des conditions acceptées"), max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(_("conditions acceptées le"), null=True, blank=True)
    mobile = EncryptedTextField(_("mobile"), blank=True)
    mobile_digest = DigestField(of="mobile", purpose="phone")
    document_digest = DigestField(of="document_number", purpose="document-number", fold=normalize_number)
    mobile_verified_at = models.DateTimeField(_("mobile vérifié le"), null=True, blank=True)
    french_document = models.BooleanField(_("pièce française"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    mode = models.CharField(_("mode de vérification"), max_length=12, choices=Mode.choices, blank=True)
    meeting_place = models.CharField(_("lieu du rendez-vous"), max_length=10, choices=Place.choices, blank=True)
    ar24_terms_version = models.CharField(_("version des conditions de la lettre"), max_length=20, blank=True)
    ar24_terms_accepted_at = models.DateTimeField(_("conditions de la lettre acceptées le"), null=True, blank=True)
    verification = models.OneToOneField(Verification, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("commencé le"), auto_now_add=True)
    expires_at = models.DateTimeField(_("clos le"))
    reminded_at = models.DateTimeField(_("rappelé le"), null=True, blank=True)  # of its end, by mail
    activated_at = models.DateTimeField(_("activé le"), null=True, blank=True)
    wrong_activation_codes = models.PositiveSmallIntegerField(_("codes d’activation faux"), default=0, db_default=0)
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
                fields=("mobile_digest",),
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
            models.Index(fields=("mobile_digest",), name="enrollment_mobile"),
            models.Index(fields=("document_digest",), name="enrollment_document"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.pk
