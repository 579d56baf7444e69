"""Addresses of the app, under /app/."""

from django.urls import URLPattern, URLResolver, path

from authenticator import views

app_name = "authenticator"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("activation/", views.ActivationView.as_view(), name="activation"),
    path("secret-code/", views.SecretCodeView.as_view(), name="secret-code"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service-worker"),
    path("offline/", views.offline, name="offline"),
]
