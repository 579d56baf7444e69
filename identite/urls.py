"""All addresses. Each room has its own list."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from identite import health, pages

urlpatterns = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("robots.txt", pages.robots, name="robots"),
    path("session/", pages.ping, name="session-ping"),
    path("gestion/", admin.site.urls),
    path("", include("identite.pages_urls")),
    path("", include("enrollment.urls")),  # /inscription/, /connexion/, /dossier/
    path("courrier/", include("verification.urls")),
    path("app/", include("authenticator.urls")),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("sandbox.urls")))
