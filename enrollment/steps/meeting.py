"""What the pages on the way to a meeting share."""

from enrollment.models import Enrollment
from enrollment.steps.base import EnrollmentStep
from verification.models import Mode, VerificationState


class MeetingStep(EnrollmentStep):
    """A page on the way to an appointment: open until the meeting took place, or until no verification runs any more."""

    @classmethod
    def opens(cls, enrollment: Enrollment) -> bool:
        return enrollment.verification is None or enrollment.verification.state == VerificationState.OPEN


def face_to_face(enrollment: Enrollment) -> bool:
    """Are the pages of this way on the file's route?"""
    return enrollment.mode == Mode.FACE_TO_FACE
