"""/inscription/…: one address a step, the way in, the way out, and where the QR code leads."""

from django.urls import path

from enrollment.registration import REGISTRATION
from enrollment.registration.start import RestartView, StartView
from enrollment.registration.support import PhoneLinkView

app_name = "registration"
urlpatterns = [
    path("", StartView.as_view(), name="start"),
    path("recommencer/", RestartView.as_view(), name="restart"),
    path("telephone/<secret:token>/", PhoneLinkView.as_view(), name="phone-link"),
    *REGISTRATION.urlpatterns(),
]
