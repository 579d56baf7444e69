"""Cases: what an agent decides."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    WAITING = "waiting", _("à examiner")
    APPROVED = "approved", _("acceptée")
    REFUSED = "refused", _("refusée")
    CLOSED = "closed", _("sans objet")


class Case(models.Model):
    """One submitted verification. due_at, limit_at: 24 and 48 hours, working time only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verification = models.OneToOneField("verification.Verification", on_delete=models.CASCADE, related_name="case")
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.WAITING, editable=False)
    # The worst outcome of its findings: «refer» and «error» want a closer look.
    outcome = models.CharField(max_length=5, default="pass", editable=False)
    opened_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    limit_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    evidence_purge_at = models.DateTimeField(null=True, blank=True)  # None: not yet known, or done
    alert = models.CharField(max_length=200, blank=True)  # «Je ne suis pas cette personne» and the like

    class Meta:
        ordering = ("due_at",)
        verbose_name = "dossier à vérifier"
        verbose_name_plural = "dossiers à vérifier"
        permissions = [("decide_case", "Peut décider d'un dossier")]
        # The queues, in their order, and what the sweep looks for.
        indexes = [
            models.Index(fields=("due_at",), name="case_all"),
            models.Index(fields=("due_at",), condition=models.Q(state=CaseState.WAITING), name="case_queue"),
            models.Index(fields=("due_at",), condition=~models.Q(alert=""), name="case_alert"),
            models.Index(
                fields=("decided_at",),
                condition=models.Q(state__in=(CaseState.APPROVED, CaseState.REFUSED)),
                name="case_decided",
            ),
            models.Index(
                fields=("evidence_purge_at",),
                condition=models.Q(evidence_purge_at__isnull=False),
                name="case_evidence",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=("approved", "refused")) | models.Q(decided_at__isnull=False),
                name="decided_case_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.verification.file


class Verdict(models.TextChoices):
    APPROVE = "approve", _("Accepter")
    REFUSE = "refuse", _("Refuser")


class Decision(models.Model):
    """What was decided, by whom and why. reasons: codes of verification/review/reasons.py; note: for colleagues only."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="decision")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reasons = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "décision"

    def __str__(self) -> str:
        return f"{self.verdict} {self.at:%Y-%m-%d %H:%M}"
