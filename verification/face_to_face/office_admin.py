"""Post offices, to read as the file tells them; who has the right changes whether one takes part, and its opening hours.

Offices come and go with the file (manage.py load_post_offices). Who changed what stands in the admin's own history.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from identite.admin import FirstRows
from verification.face_to_face.models import Office, OpeningHours
from verification.face_to_face.offices import SERVICES, WEEKDAYS

CHANGE = "verification.change_office"


class HoursForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    weekday = forms.TypedChoiceField(label=gettext_lazy("Jour"), choices=list(enumerate(WEEKDAYS)), coerce=int)

    class Meta:
        model = OpeningHours
        fields = ("weekday", "opens", "closes")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("opens") and data.get("closes") and data["opens"] >= data["closes"]:
            self.add_error(
                "closes", ValidationError(_("L’heure de fermeture vient après celle d’ouverture."), code="order")
            )
        return data


class WeekFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    def clean(self) -> None:
        """Raises ValidationError when two stretches of a day overlap."""
        super().clean()
        if any(self.errors):
            return
        stretches = sorted(
            (data["weekday"], data["opens"], data["closes"])
            for data in (form.cleaned_data for form in self.forms)
            if data and not data.get("DELETE")
        )
        for (day, _opens, closes), (next_day, opens, _closes) in zip(stretches, stretches[1:], strict=False):
            if day == next_day and opens < closes:
                raise ValidationError(
                    _("Deux plages se recouvrent le %(day)s."), code="overlap", params={"day": WEEKDAYS[day]}
                )


class HoursInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """Whoever may change the office may change its hours: one right, not four."""

    model = OpeningHours
    form = HoursForm
    formset = WeekFormSet
    extra = 1
    verbose_name = gettext_lazy("plage horaire (heure locale)")
    verbose_name_plural = gettext_lazy("horaires (heure locale)")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("verification.view_office") or request.user.has_perm(CHANGE)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(CHANGE)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(CHANGE)


class StandingFilter(admin.SimpleListFilter):
    """Those that the file still names, unless the others are asked for."""

    title = gettext_lazy("dans le fichier")
    parameter_name = "fermes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", _("Bureaux fermés"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Bureaux ouverts")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(closed_at__isnull=self.value() != "1")


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ("name", "postal_code", "city", "participates")
    list_filter = (StandingFilter, "participates")
    search_fields = ("city__istartswith", "name__istartswith", "postal_code__startswith", "identifier__exact")
    search_help_text = gettext_lazy("Début du nom, de la localité ou du code postal, ou identifiant entier")
    ordering = ("city", "name")
    paginator = FirstRows
    show_full_result_count = False
    list_per_page = 50
    inlines = (HoursInline,)
    fields = (
        "participates",
        "identifier",
        "name",
        "kind",
        "street",
        "complement",
        "place",
        "postal_code",
        "city",
        "commune_code",
        "country",
        "latitude",
        "longitude",
        "phone",
        "shown_services",
        "closed_at",
    )
    readonly_fields = fields[1:]

    @admin.display(description=gettext_lazy("services aux personnes handicapées"))
    def shown_services(self, office: Office) -> str:
        return ", ".join(str(SERVICES[code]) for code in office.services if code in SERVICES)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
