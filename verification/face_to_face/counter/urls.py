"""Addresses of the counter, under /guichet/. Its door is a page of the room that knows passwords."""

from django.urls import URLPattern, path

from verification.face_to_face.counter.appointment import AppointmentView, LeaveView
from verification.face_to_face.counter.done import DoneView, PhotosStatusView, PhotoView
from verification.face_to_face.counter.search import SearchView
from verification.face_to_face.counter.steps import MEETING
from verification.face_to_face.counter.today import TodayView

app_name = "counter"
urlpatterns: list[URLPattern] = [
    path("", TodayView.as_view(), name="today"),
    path("recherche/", SearchView.as_view(), name="search"),
    path("rendez-vous/<uuid:pk>/", AppointmentView.as_view(), name="appointment"),
    path("entretien/<uuid:meeting>/done/", DoneView.as_view(), name="done"),
    path("entretien/<uuid:meeting>/leave/", LeaveView.as_view(), name="leave"),
    path("entretien/<uuid:meeting>/photos/status/", PhotosStatusView.as_view(), name="photos-status"),
    path("entretien/<uuid:meeting>/photos/<uuid:capture>/", PhotoView.as_view(), name="photo"),
    *MEETING.urlpatterns(),
]
