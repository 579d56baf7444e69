"""The electronic registered letter (LRE) and what proves each of its moments."""

import uuid

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from identite.fields import EncryptedTextField


class LetterState(models.TextChoices):
    SENDING = "sending", _("en cours d’envoi")
    NOTIFIED = "notified", _("notifié au destinataire")
    ACCEPTED = "accepted", _("accepté")
    REFUSED = "refused", _("refusé par le destinataire")
    NEGLECTED = "neglected", _("non réclamé")
    BOUNCED = "bounced", _("adresse e-mail injoignable")


class RegisteredLetter(models.Model):
    """number: 8 digits. due_at: end of the 15th day counted from the day after notification, Paris time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verification = models.OneToOneField("verification.Verification", on_delete=models.CASCADE, related_name="letter")
    number = models.CharField(max_length=8, unique=True, editable=False)
    state = models.CharField(max_length=12, choices=LetterState.choices, default=LetterState.SENDING, editable=False)
    # The mail that notifies it: the 15 days run from the moment at which it left.
    notice = models.ForeignKey(
        "notifications.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    # How many times the links sent so far were ended.
    links_ended = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # Shown to the recipient once accepted; written by the room that sends the letter.
    content = EncryptedTextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminder_due_at = models.DateTimeField(null=True, blank=True)
    identified_at = models.DateTimeField(null=True, blank=True)  # in time: no reminder, no lapse any more
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)  # proofs, events and content

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("lettre recommandée")
        verbose_name_plural = _("lettres recommandées")
        # What the sweep looks for, however many letters there were.
        indexes = [
            models.Index(
                fields=("created_at",),
                condition=models.Q(state=LetterState.SENDING, ended_at=None),
                name="letter_unsent",
            ),
            models.Index(
                fields=("reminder_due_at",),
                condition=models.Q(state=LetterState.NOTIFIED, identified_at=None, ended_at=None),
                name="letter_reminder",
            ),
            models.Index(
                fields=("due_at",),
                condition=models.Q(state=LetterState.NOTIFIED, identified_at=None, ended_at=None),
                name="letter_term",
            ),
            models.Index(
                Coalesce("accepted_at", "ended_at", "created_at"),
                condition=models.Q(erased_at=None),
                name="letter_proofs_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"n° {self.number} {self.state}"

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.verification.file


class LetterEvent(models.Model):
    """One line of «Suivi de votre courrier»."""

    letter = models.ForeignKey(RegisteredLetter, on_delete=models.CASCADE, related_name="events")
    code = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("événement du courrier")

    def __str__(self) -> str:
        return f"{self.code} {self.at:%Y-%m-%d %H:%M}"


class ProofCode(models.TextChoices):
    DEPOSIT = "dp", _("preuve de dépôt")
    SENDING = "ev", _("preuve d’envoi")
    RECEIPT = "ar", _("accusé de réception")
    REFUSAL = "rf", _("preuve de refus")
    NON_CLAIM = "ng", _("preuve de non-réclamation")
    BOUNCE = "bc", _("preuve d’échec de remise")


class LetterProof(models.Model):
    """A proof with the fields of article R.53-2 CPCE; its PDF is drawn from them. seal: keyed digest of the fields."""

    letter = models.ForeignKey(RegisteredLetter, on_delete=models.CASCADE, related_name="proofs")
    code = models.CharField(max_length=2, choices=ProofCode.choices)
    at = models.DateTimeField()
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("preuve du courrier")
        verbose_name_plural = _("preuves du courrier")
        constraints = [models.UniqueConstraint(fields=("letter", "code"), name="letter_one_proof_a_code")]

    def __str__(self) -> str:
        return f"{self.letter.number} {self.code}"
