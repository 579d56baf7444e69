"""Cases: what an agent decides."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from identite import references
from identite.fields import EncryptedTextField


class CaseState(models.TextChoices):
    WAITING = "waiting", _("à examiner")
    APPROVED = "approved", _("acceptée")
    REFUSED = "refused", _("refusée")
    CLOSED = "closed", _("sans objet")


class Alert(models.TextChoices):
    """What agents must see at once."""

    NOT_ME = "not_me", _("la personne jointe a répondu « Je ne suis pas cette personne »")


class Case(models.Model):
    """One submitted verification. due_at, limit_at: 24 and 48 hours, working time only.

    reference: what agents say, type and search (identite.references), stored without its dash.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(
        _("référence"), max_length=references.LENGTH, unique=True, default=references.draw, editable=False
    )
    verification = models.OneToOneField("verification.Verification", on_delete=models.CASCADE, related_name="case")
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.WAITING, editable=False)
    # The worst outcome of its findings: «refer» and «error» want a closer look.
    outcome = models.CharField(max_length=5, default="pass", editable=False)
    opened_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    limit_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    evidence_purge_at = models.DateTimeField(null=True, blank=True)  # None: not yet known, or done
    alert = models.CharField(_("alerte"), max_length=20, choices=Alert.choices, blank=True)

    class Meta:
        ordering = ("due_at",)
        verbose_name = _("dossier à vérifier")
        verbose_name_plural = _("dossiers à vérifier")
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
        return references.shown(self.reference)

    @property
    def last_decision(self) -> "Decision | None":
        return self.decisions.last()

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.verification.file


class Verdict(models.TextChoices):
    APPROVE = "approve", _("Accepter")
    REFUSE = "refuse", _("Refuser")


class Decision(models.Model):
    """What was decided, by whom and why. reasons: codes of verification/review/reasons.py; note: for colleagues only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reasons = models.JSONField(default=list, blank=True)
    note = EncryptedTextField(blank=True, bound_to=("case_id",))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("décision")

    def __str__(self) -> str:
        return f"{self.verdict} {self.at:%Y-%m-%d %H:%M}"
