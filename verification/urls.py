"""Addresses of this room, under /courrier/."""

from django.urls import URLPattern, URLResolver, include, path

from verification.letter import views as letter
from verification.steps import VERIFICATION

app_name = "verification"
urlpatterns: list[URLPattern | URLResolver] = [
    path("ouvrir/<secret:token>/", letter.open_letter, name="open"),
    path("pas-moi/<secret:token>/", letter.not_me, name="not-me"),
    path("contenu/", letter.content, name="content"),
    path("contenu.pdf", letter.content_pdf, name="content-pdf"),
    path("preuve/<str:code>.pdf", letter.proof_pdf, name="proof-pdf"),
    path("", include("verification.capture.urls")),
    *VERIFICATION.urlpatterns(),
]
