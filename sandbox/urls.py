"""Addresses of the sandbox, under /sandbox/: each tool as a page and as JSON."""

from django.urls import URLPattern, URLResolver, path

from sandbox import look, specimen_views, views

app_name = "sandbox"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("look/", look.look, name="look"),
    path("inbox/", views.inbox_page, name="inbox"),
    path("inbox.json", views.inbox_json, name="inbox-json"),
    path("inbox/<uuid:pk>/", views.message_page, name="message"),
    path("inbox/<uuid:pk>/html/", views.message_html, name="message-html"),
    path("inbox/<uuid:pk>/attachment/", views.message_attachment, name="message-attachment"),
    path("time.json", views.time_json, name="time-json"),
    path("review.json", views.review_json, name="review-json"),
    path("meeting.json", views.meeting_json, name="meeting-json"),
    path("challenge.json", views.challenge_json, name="challenge-json"),
    path("state.json", views.state_json, name="state-json"),
    path("specimens/", specimen_views.page, name="specimens"),
    path("specimens/state.json", specimen_views.state_json, name="specimens-state"),
    path("specimens.json", specimen_views.describe_json, name="specimens-json"),
    path("specimens/photo/<str:side>/", specimen_views.photo, name="specimen-photo"),
    path("specimens/video/", specimen_views.video, name="specimen-video"),
    *[path(f"{what}/", views.person_page, {"what": what}, name=what) for what in views.PAGES],
]
