"""The phone on which the identity is activated."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeviceState(models.TextChoices):
    PENDING = "pending", _("en cours d’activation")
    ACTIVE = "active", _("actif")
    BLOCKED = "blocked", _("bloqué")
    REMOVED = "removed", _("retiré")


class Device(models.Model):
    """One phone. The private key never leaves it; secret_code is an Argon2 hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    file = models.UUIDField(db_index=True)  # the enrollment that it activates: the journal's chain
    state = models.CharField(max_length=10, choices=DeviceState.choices, default=DeviceState.PENDING, editable=False)
    name = models.CharField(max_length=80, blank=True)
    public_key = models.JSONField(null=True, blank=True)  # JWK, P-256
    challenge = models.CharField(max_length=64, blank=True)  # what the phone signs to prove that it holds the key
    challenge_expires_at = models.DateTimeField(null=True, blank=True)
    code_verified_at = models.DateTimeField(null=True, blank=True)  # activation code accepted
    key_proven_at = models.DateTimeField(null=True, blank=True)
    secret_code = models.CharField(max_length=128, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("smartphone")
        constraints = [
            models.UniqueConstraint(
                fields=("file",), condition=models.Q(state="active"), name="one_active_device_a_file"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def journal_chain(self) -> uuid.UUID:
        return self.file
