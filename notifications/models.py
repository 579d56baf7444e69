"""Messages: what was sent to whom, and what became of it."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from identite.fields import EncryptedJSONField, EncryptedTextField


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class Delivery(models.TextChoices):
    QUEUED = "queued", _("à envoyer")
    SENDING = "sending", _("envoi en cours")
    SENT = "sent", _("envoyé")
    FAILED = "failed", _("échec")


@dataclass(frozen=True)
class Attachment:
    """A file of text that a mail brings along. kind: its content type, with parameters but the charset, which is UTF-8."""

    name: str
    kind: str
    text: str


class Message(models.Model):
    """One e-mail or SMS, rendered by its caller. Claimed (queued → sending) before it is sent: it leaves once."""

    id = models.UUIDField(_("identifiant"), primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    event = models.CharField(_("événement"), max_length=60)
    # The address itself is encrypted; its digest finds it.
    address = EncryptedTextField()
    address_digest = models.CharField(max_length=64, db_index=True)
    sender = models.CharField(max_length=200, blank=True)
    subject = EncryptedTextField(blank=True)
    text = EncryptedTextField(blank=True)
    html = EncryptedTextField(blank=True)
    attachment = EncryptedJSONField(default=dict, blank=True)  # the fields of an Attachment, or empty
    status = models.CharField(
        _("état"), max_length=10, choices=Delivery.choices, default=Delivery.QUEUED, editable=False
    )
    sends = models.PositiveSmallIntegerField(_("envois"), default=0)
    failure = models.CharField(_("échec"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("écrit le"), auto_now_add=True)
    next_try_at = models.DateTimeField(_("prochain essai le"), null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)  # since when a task for it waits; empty: none does
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    wiped_at = models.DateTimeField(_("effacé le"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("message")
        # What the sweep looks for: few of all messages.
        indexes = [
            models.Index(fields=("next_try_at",), condition=models.Q(status=Delivery.QUEUED), name="message_due"),
            models.Index(fields=("claimed_at",), condition=models.Q(status=Delivery.SENDING), name="message_claimed"),
            models.Index(
                fields=("created_at",),
                condition=models.Q(wiped_at=None, status__in=(Delivery.SENT, Delivery.FAILED)),
                name="message_unwiped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}, {self.get_status_display()}"

    @property
    def attached(self) -> Attachment | None:
        return Attachment(**self.attachment) if self.attachment else None
