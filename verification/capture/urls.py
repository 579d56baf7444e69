"""Addresses of the captures, beside their steps."""

from django.urls import URLPattern, path

from verification.capture import handoff, practice_views, views

urlpatterns: list[URLPattern] = [
    path("capture/<uuid:pk>/etat/", views.status, name="capture-status"),
    path("capture/<uuid:pk>/apercu", views.media, name="capture-media"),
    path("video/defi/", views.start_challenge, name="challenge-start"),
    path("essai/", practice_views.PracticeView.as_view(), name="practice"),
    path("essai/etat/", practice_views.status, name="practice-status"),
    path("telephone/", handoff.computer, name="handoff"),
    path("telephone/suivi/", handoff.follow, name="handoff-follow"),
    path("telephone/termine/", handoff.done, name="handoff-done"),
    path("telephone/<secret:token>/", handoff.phone, name="handoff-open"),
]
