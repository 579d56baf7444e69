"""All addresses. Each room has its own list."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from identite import health, logs, pages

handler400 = "identite.errors.bad_request"
handler403 = "identite.errors.forbidden"
handler404 = "identite.errors.not_found"
handler500 = "identite.errors.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("robots.txt", pages.robots, name="robots"),
    path("session/", pages.ping, name="session-ping"),
    path("gestion/", include("enrollment.desk")),
    path("gestion/", admin.site.urls),
    path("guichet/", include("enrollment.counter")),
    path("", include("identite.pages_urls")),
    path("", include("enrollment.urls")),  # /inscription/, /connexion/, /dossier/
    path("bureaux/", include("verification.face_to_face.public_urls")),
    path("courrier/", include("verification.urls")),
    path("app/", include("authenticator.urls")),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("sandbox.urls")))

logs.learn(urlpatterns)
