"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, include, path

from enrollment.login import LoginView, LogoutView
from enrollment.reset import ForgottenView, ResetView, SentView
from enrollment.validity import ValidityView

urlpatterns: list[URLPattern | URLResolver] = [
    path("validite/", ValidityView.as_view(), name="validity"),
    path("inscription/", include("enrollment.registration.urls")),
    path("connexion/", LoginView.as_view(), name="login"),
    path("connexion/mot-de-passe-oublie/", ForgottenView.as_view(), name="password-forgotten"),
    path("connexion/mot-de-passe-oublie/envoye/", SentView.as_view(), name="password-sent"),
    path("connexion/nouveau-mot-de-passe/<secret:token>/", ResetView.as_view(), name="password-reset"),
    path("dossier/", include("enrollment.steps.urls")),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
]
