from django.contrib import admin

from identite.admin import ReadOnlyAdmin
from notifications.models import Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Delivery states for agents. Neither address nor text: they are the citizen's."""

    list_display = ("created_at", "channel", "event", "status", "sends", "failure", "sent_at")
    list_filter = ("status", "channel", "event")
    fields = (
        "id",
        "channel",
        "event",
        "status",
        "sends",
        "failure",
        "created_at",
        "next_try_at",
        "sent_at",
        "wiped_at",
    )
    readonly_fields = fields
