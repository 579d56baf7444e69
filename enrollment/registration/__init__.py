"""Screens 2 to 10: from the prerequisites to «Créer mon compte». The subject is a Registration, named by a cookie."""

from enrollment.models import Registration
from enrollment.registration import email, email_code, names, password, phone, prerequisites, support
from enrollment.registration.base import RegistrationStepMixin
from identite.funnel import Funnel

REGISTRATION: Funnel[Registration] = Funnel(
    namespace="registration",
    steps=(
        prerequisites.STEP,
        support.STEP,
        email.STEP,
        email_code.STEP,
        password.STEP,
        phone.STEP,
        names.STEP,
    ),
)
RegistrationStepMixin.funnel = REGISTRATION
