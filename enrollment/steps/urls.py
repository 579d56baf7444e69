"""Addresses of the enrollment, under /dossier/."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from enrollment import suggestions
from enrollment.steps import ENROLLMENT
from enrollment.steps.appointment_pages import CalendarView, CancelView, SheetView
from enrollment.steps.resume import resume
from enrollment.steps.state import state
from enrollment.steps.switch import SwitchView

app_name = "enrollment"
urlpatterns: list[URLPattern] = [
    path("", resume, name="resume"),
    path("suivi/", RedirectView.as_view(pattern_name="enrollment:status"), name="follow"),
    path("etat/", state, name="state"),
    path("communes/", suggestions.communes, name="communes"),
    path("pays/", suggestions.countries, name="countries"),
    path("face-to-face/", SwitchView.as_view(), name="face-to-face"),
    path("appointment/sheet/", SheetView.as_view(), name="appointment-sheet"),
    path("appointment/calendar/", CalendarView.as_view(), name="appointment-calendar"),
    path("appointment/cancel/", CancelView.as_view(), name="appointment-cancel"),
    *ENROLLMENT.urlpatterns(),
]
