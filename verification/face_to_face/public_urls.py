"""The finder of post offices, under /bureaux/, without a login."""

from django.urls import path

from verification.face_to_face.public import OfficesView

urlpatterns = [path("", OfficesView.as_view(), name="offices")]
