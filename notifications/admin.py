from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identite.admin import ReadOnlyAdmin
from notifications.models import Message
from notifications.names import EVENTS


class EventFilter(admin.SimpleListFilter):
    """By what the message says. The names are a table: the rows are not asked which ones there are."""

    title = _("événement")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(event, str(name)) for event, name in EVENTS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Delivery states for agents. Neither address nor text: they are the citizen's."""

    list_display = ("created_at", "channel", "what", "status", "sends", "failure", "sent_at")
    list_filter = ("status", "channel", EventFilter)
    fields = (
        "id",
        "channel",
        "what",
        "status",
        "sends",
        "failure",
        "created_at",
        "next_try_at",
        "sent_at",
        "wiped_at",
    )
    readonly_fields = fields

    @admin.display(description=_("événement"), ordering="event")
    def what(self, message: Message) -> str:
        return str(EVENTS.get(message.event, message.event))
