from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import Message


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
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
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
