"""Addresses of the enrollment, under /dossier/."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from enrollment import suggestions
from enrollment.steps import ENROLLMENT
from enrollment.steps.resume import resume
from enrollment.steps.state import state

app_name = "enrollment"
urlpatterns: list[URLPattern] = [
    path("", resume, name="resume"),
    path("suivi/", RedirectView.as_view(pattern_name="enrollment:status"), name="follow"),
    path("etat/", state, name="state"),
    path("communes/", suggestions.communes, name="communes"),
    path("pays/", suggestions.countries, name="countries"),
    *ENROLLMENT.urlpatterns(),
]
