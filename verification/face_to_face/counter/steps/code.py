"""The six digits that the person shows: she is who made the appointment, or has the phone of who did."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from identite.codes.one_time import CodeResult
from identite.codes.views import CodeMixin
from identite.funnel import Step
from verification.face_to_face import meetings
from verification.face_to_face.codes import APPOINTMENT
from verification.face_to_face.counter.base import MeetingStep
from verification.face_to_face.models import Appointment, Meeting
from verification.face_to_face.steps import DONE


class CodeView(CodeMixin, MeetingStep):
    use = APPOINTMENT

    def code_row(self) -> Appointment:
        return self.subject.appointment

    def proven(self) -> bool:
        return DONE["code"](self.subject)

    def send_again(self) -> None:
        meetings.send_code(self.subject, client=self.client)

    def check(self, typed: str) -> CodeResult:
        return meetings.check_code(self.subject, typed, client=self.client)

    def go_on(self) -> HttpResponse:
        self.subject.refresh_from_db(fields=["code_right_at"])
        return redirect(self.next_url())


STEP: Step[Meeting] = Step(
    slug="code",
    title=_("Demandez le code de vérification du rendez-vous"),
    view=CodeView,
    is_done=DONE["code"],
)
