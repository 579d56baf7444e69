"""The ordered steps 12 to 21, 32 and 33, and the page that follows a file to its end."""

from enrollment.models import Enrollment
from enrollment.steps import (
    address,
    appointment,
    ar24_terms,
    confirmation,
    details,
    document,
    french_document,
    letter_sent,
    mobile,
    mobile_code,
    mode,
    office,
    place,
    slot,
    status,
    terms,
)
from enrollment.steps.base import EnrollmentMixin
from identite.funnel import Funnel

ENROLLMENT: Funnel[Enrollment] = Funnel(
    namespace="enrollment",
    steps=(
        terms.STEP,
        mobile.STEP,
        mobile_code.STEP,
        french_document.STEP,
        document.STEP,
        details.STEP,
        confirmation.STEP,
        mode.STEP,
        ar24_terms.STEP,
        letter_sent.STEP,
        address.STEP,
        place.STEP,
        office.STEP,
        slot.STEP,
        appointment.STEP,
        status.STEP,
    ),
)
EnrollmentMixin.funnel = ENROLLMENT
