"""What every page of the agents' desk shares, and the journal, to read."""

import json
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from identite import journal_words
from identite.journal import Journal

admin.site.login_template = "admin/agents_login.html"
admin.site.site_header = _("Bureau des agents")
admin.site.site_title = _("Bureau des agents")
admin.site.index_title = _("Que voulez-vous faire ?")


def whole(term: str) -> str:
    """What was searched, as one value: «Le Gall» is a name, not two words. Digests know nothing of parts."""
    plain = term.strip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"' if plain else ""


class FirstRows(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """As far as a list is paged through: counting a million rows costs more than showing fifty. The search finds the others."""

    MOST = 1000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: self.MOST].count())

    @property
    def is_cut(self) -> bool:
        return self.count == self.MOST


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that nobody makes, changes or deletes here. Who may see them is a permission."""

    paginator = FirstRows
    show_full_result_count = False
    list_per_page = 50

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Under the name of what is listed; Django's own title speaks of objects to select."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class EventFilter(admin.SimpleListFilter):
    """By what happened. The names are a table: the rows are not asked which ones there are."""

    title = _("événement")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(journal_words.events().items(), key=lambda entry: entry[1].casefold())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    """Who did what, when and why, in words."""

    list_display = ("moment", "what", "about", "states", "who", "why", "chain")
    list_filter = (EventFilter,)
    search_fields = ("=chain",)
    search_help_text = _("Identifiant du dossier ou du compte, en entier")
    ordering = ("-id",)
    fields = ("moment", "what", "about", "states", "who", "why", "origin", "particulars", "chain", "sequence", "seal")

    @admin.display(description=_("quand"), ordering="id")
    def moment(self, entry: Journal) -> str:
        return date_format(timezone.localtime(entry.at), "d/m/Y H:i:s")

    @admin.display(description=_("événement"))
    def what(self, entry: Journal) -> str:
        return journal_words.event(entry)

    @admin.display(description=_("sujet"))
    def about(self, entry: Journal) -> str:
        return journal_words.subject(entry)

    @admin.display(description=_("état"))
    def states(self, entry: Journal) -> str:
        return journal_words.states(entry)

    @admin.display(description=_("auteur"))
    def who(self, entry: Journal) -> str:
        return journal_words.label(entry.actor_label)

    @admin.display(description=_("raison"))
    def why(self, entry: Journal) -> str:
        return journal_words.reason(entry)

    @admin.display(description=_("détail"))
    def particulars(self, entry: Journal) -> SafeString:
        return format_html("<code>{}</code>", json.dumps(entry.detail, ensure_ascii=False))
