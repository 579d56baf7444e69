"""Proving the identity: one Verification per attempt, and the rows of its rooms."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from identite.fields import EncryptedTextField
from verification.capture.models import Capture, Challenge, Finding, RecordingBand, Trial
from verification.face_to_face.models import (
    Appointment,
    Meeting,
    Office,
    OpeningHours,
    PostalAgent,
    Round,
    Slot,
)
from verification.identity import IdentityRecord
from verification.letter.models import LetterEvent, LetterProof, RegisteredLetter
from verification.review.models import Case, Decision

__all__ = [
    "Appointment",
    "Capture",
    "Case",
    "Challenge",
    "Decision",
    "Finding",
    "LetterEvent",
    "LetterProof",
    "Meeting",
    "Office",
    "OpeningHours",
    "PostalAgent",
    "RecordingBand",
    "RegisteredLetter",
    "Round",
    "Slot",
    "Trial",
    "Verification",
]


class Mode(models.TextChoices):
    """How the identity is proven: by a registered letter, photos and a video, or at a counter."""

    ONLINE = "online", _("En ligne")
    FACE_TO_FACE = "face_to_face", _("En face à face")


class VerificationState(models.TextChoices):
    OPEN = "open", _("à faire")
    SUBMITTED = "submitted", _("en cours d’examen")
    APPROVED = "approved", _("identité vérifiée")
    PROVEN = "proven", _("identité prouvée")
    REFUSED = "refused", _("refusée")
    STOPPED = "stopped", _("arrêtée : « Je ne suis pas cette personne »")
    LAPSED = "lapsed", _("délai dépassé")
    ABANDONED = "abandoned", _("abandonnée")


# Ends that no agent decides: another attempt may begin, and the evidence of this one serves nobody.
ENDED = (VerificationState.ABANDONED, VerificationState.LAPSED, VerificationState.STOPPED)


class Verification(IdentityRecord):
    """One attempt to prove one typed identity, which is a frozen copy: what is reviewed is what was confirmed.

    `file` is the enrollment's id: the journal's chain. A lower room does not know more of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="verifications")
    file = models.UUIDField(db_index=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.ONLINE, editable=False)
    state = models.CharField(
        max_length=12, choices=VerificationState.choices, default=VerificationState.OPEN, editable=False
    )
    email = EncryptedTextField()
    mobile = EncryptedTextField()
    # Answers of screens 22 to 24.
    confirmed_at = models.DateTimeField(null=True, blank=True)  # «Confirmer mon identité»
    means = models.CharField(max_length=20, blank=True)  # «visual»
    overview_seen_at = models.DateTimeField(null=True, blank=True)
    # Which document is shown, asked again (screen 25); conditions_read_at with it.
    shown_kind = models.CharField(max_length=10, blank=True)
    conditions_read_at = models.DateTimeField(null=True, blank=True)
    document_passed_at = models.DateTimeField(null=True, blank=True)  # «Passer à l'étape 2»
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("vérification")

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.file
