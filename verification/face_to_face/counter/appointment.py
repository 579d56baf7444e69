"""One appointment before its meeting: where it stands, who has it, and the button that begins."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from identite.templatetags.dates import when
from identite.transitions import TransitionNotAllowed
from verification.face_to_face import meetings
from verification.face_to_face.agents import reaches
from verification.face_to_face.counter.base import CounterPage, meeting_of
from verification.face_to_face.counter.steps import MEETING
from verification.face_to_face.counter.steps.decision import OWN
from verification.face_to_face.counter.today import with_meetings
from verification.face_to_face.models import STANDING, Appointment, Meeting, MeetingState, PostalAgent
from verification.face_to_face.places import lines


def begin(
    agent: PostalAgent, appointment: Appointment, *, without_code: bool, device: str
) -> HttpResponse | str | Promise:
    """The meeting's page, or why there is none in a sentence. Raises PermissionDenied for her own file."""
    try:
        meeting = meetings.open_meeting(appointment, agent, without_code=without_code, device=device)
    except meetings.OwnMeeting:
        raise PermissionDenied(OWN) from None
    except meetings.Taken as taken:
        return taken_sentence(taken.meeting)
    except meetings.SamePersonToday:
        return _(
            "Vous avez déjà décidé pour cette personne aujourd’hui : un ou une collègue, ou votre responsable, doit la recevoir."
        )
    except TransitionNotAllowed:
        return _("Ce rendez-vous n’attend plus personne : rien n’a été changé.")
    funnel = MEETING.of(meeting)
    return redirect(funnel.url(funnel.first_open(meeting)))


def taken_sentence(meeting: Meeting) -> str:
    return str(
        _(
            "%(who)s tient cet entretien, commencé %(since)s. Vous pourrez le reprendre %(until)s si rien n’y est envoyé d’ici là."
        )
    ) % {
        "who": meeting.agent.account.get_full_name(),
        "since": when(meeting.opened_at),
        "until": when(meetings.idle_at(meeting)),
    }


class AppointmentView(CounterPage, TemplateView):
    template_name = "counter/appointment.html"
    appointment: Appointment

    def find(self, pk: UUID) -> Appointment:
        """Raises Http404 for one that is not within her reach, PermissionDenied for her own."""
        rows = Appointment.objects.select_related("verification__applicant", "slot", "office")
        appointment = rows.filter(pk=pk).first()
        if appointment is None or not reaches(self.agent, appointment):
            raise Http404
        try:
            meetings.refuse_own(appointment, self.agent, "open")
        except meetings.OwnMeeting:
            raise PermissionDenied(OWN) from None
        return appointment

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.appointment = self.find(kwargs["pk"])
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        appointment = self.find(kwargs["pk"])
        begun = begin(self.agent, appointment, without_code=False, device=self.device)
        if isinstance(begun, HttpResponse):
            return begun
        messages.warning(request, str(begun))
        return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.appointment
        with_meetings([row])
        under_way: Meeting | None = next(iter(row.under_way), None)  # type: ignore[attr-defined]
        hers = under_way is not None and under_way.agent_id == self.agent.pk
        by_another = under_way is not None and not hers
        return super().get_context_data(
            appointment=row,
            lines=lines(row),
            stands=row.state in STANDING and row.due_at > timezone.now(),
            hers=hers,
            taken=taken_sentence(under_way) if under_way and by_another and not meetings.is_idle(under_way) else "",
            left_by=under_way if under_way and by_another and meetings.is_idle(under_way) else None,
            **kwargs,
        )


class LeaveView(CounterPage, View):
    """«Interrompre l'entretien»."""

    def post(self, request: HttpRequest, meeting: UUID) -> HttpResponseBase:
        left = meetings.leave(meeting_of(self.agent, meeting))
        if left.state == MeetingState.LEFT:
            messages.success(request, _("L’entretien est interrompu : rien n’est décidé, il peut recommencer."))
        return redirect("counter:today")

    def get(self, request: HttpRequest, meeting: UUID) -> HttpResponseBase:
        return redirect("counter:today")
