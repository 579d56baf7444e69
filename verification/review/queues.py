"""The work queues of the case list."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from verification.checks.finding import Outcome
from verification.review.models import Case, CaseState


class QueueFilter(admin.SimpleListFilter):
    """Work queues rather than columns; the first one is what waits."""

    title = _("file")
    parameter_name = "file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("late", _("En retard")),
            ("disputed", _("Contestés par un contrôle")),
            ("alert", _("Alertes")),
            ("decided", _("Décidés")),
            ("all", _("Tous")),
        ]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("À examiner"),
        }
        for lookup, title in self.lookup_choices:
            yield {
                "selected": self.value() == str(lookup),
                "query_string": changelist.get_query_string({self.parameter_name: lookup}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        waiting = queryset.filter(state=CaseState.WAITING)
        match self.value():
            case "late":
                return waiting.filter(due_at__lt=timezone.now())
            case "disputed":
                return waiting.exclude(outcome=Outcome.PASS)
            case "alert":
                return queryset.exclude(alert="")
            case "decided":
                return queryset.filter(state__in=(CaseState.APPROVED, CaseState.REFUSED)).order_by("-decided_at")
            case "all":
                return queryset
        return waiting
