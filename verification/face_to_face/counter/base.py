"""What the counter's pages share: who comes in, on which device, and what a meeting's page does with what is sent."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from identite import cookies, unsent
from identite.crypto import digest
from identite.funnel import Funnel, Mark, Step, StepMixin, StepView
from identite.transitions import TransitionNotAllowed
from verification.face_to_face.agents import agent_of
from verification.face_to_face.models import Meeting, MeetingState, PostalAgent
from verification.face_to_face.steps import RELATED, NotReady

LOGIN = "counter-login"  # a page of the room that knows passwords
COOKIE = "guichet"
COOKIE_SECONDS = 400 * 86_400  # as long as browsers keep one


def admitted(request: HttpRequest) -> PostalAgent | HttpResponse:
    """The agent, or her login page. Raises PermissionDenied for everybody else who is logged in."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse(LOGIN))
    agent = agent_of(request.user)
    if agent is None:
        raise PermissionDenied(_("Ces pages sont celles des agents postaux."))
    return agent


class CounterMixin(View):
    """Gives the browser a name of its own, so that the journal tells devices apart. device: its keyed digest."""

    device: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        known = cookies.read(request, COOKIE)
        name = known or secrets.token_urlsafe(32)
        self.device = digest("counter-device", name)
        response = super().dispatch(request, *args, **kwargs)
        if not known:
            cookies.put(response, COOKIE, name, seconds=COOKIE_SECONDS)
        return response


class CounterPage(CounterMixin):
    """A page beside the meetings. Stands before the generic view."""

    agent: PostalAgent

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        agent = admitted(request)
        if isinstance(agent, HttpResponseBase):
            return agent
        self.agent = agent
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(agent=self.agent, **kwargs)  # type: ignore[misc,no-any-return]


def meeting_of(agent: PostalAgent, pk: UUID) -> Meeting:
    """Hers, whatever became of it. Raises Http404: another one's is nobody else's business."""
    meeting = Meeting.objects.filter(pk=pk, agent=agent).select_related(*RELATED).first()
    if meeting is None:
        raise Http404
    return meeting


@dataclass(frozen=True)
class MeetingFunnel(Funnel[Meeting]):
    """Its addresses name the meeting: with two of them open in two tabs, nothing is written into the wrong one."""

    meeting: UUID | None = None

    def url(self, step: Step[Meeting]) -> str:
        return reverse(f"{self.namespace}:{step.slug}", args=[self.meeting])

    def urlpatterns(self) -> list[URLPattern]:
        return [
            path(f"entretien/<uuid:meeting>/{step.slug}/", step.view.as_view(step=step, funnel=self), name=step.slug)
            for step in self.steps
        ]

    def of(self, meeting: Meeting) -> "MeetingFunnel":
        return MeetingFunnel(self.namespace, self.steps, meeting.pk)


class MeetingMixin(CounterMixin, StepMixin):
    """The subject is this agent's meeting."""

    subject: Meeting
    funnel: MeetingFunnel
    agent: PostalAgent

    def get_subject(self, request: HttpRequest) -> Meeting | HttpResponse:
        agent = admitted(request)
        if isinstance(agent, HttpResponse):
            return agent
        self.agent = agent
        meeting = meeting_of(agent, self.kwargs["meeting"])
        self.funnel = self.funnel.of(meeting)
        return meeting

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except TransitionNotAllowed:
            return redirect(self.done_url())
        except NotReady as early:
            messages.warning(request, _("Une étape n’est pas terminée\u00a0: la voici."))
            return redirect(reverse(f"{self.funnel.namespace}:{early.step}", args=[self.subject.pk]))

    def guard(self) -> HttpResponseBase | None:
        if self.subject.state != MeetingState.OPEN:
            return redirect(self.done_url())
        return super().guard()

    def done_url(self) -> str:
        return reverse(f"{self.funnel.namespace}:done", args=[self.kwargs["meeting"]])

    def side_bar(self) -> list[Mark]:
        return []  # it is kept for all pages alike, and these name a meeting

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        route = self.funnel.route(self.subject)
        return super().get_context_data(
            agent=self.agent,
            meeting=self.subject,
            appointment=self.subject.appointment,
            verification=self.subject.appointment.verification,
            position=route.index(self.step) + 1,
            total=len(route),
            **kwargs,
        )


class MeetingStep(MeetingMixin, StepView):
    """A step with a form. keeps: the fields whose typing is kept until it is sent (`identite.unsent`), never a secret."""

    keeps: tuple[str, ...] = ()

    def get_subject(self, request: HttpRequest) -> Meeting | HttpResponse:
        owner = getattr(request, "ended_account", None)
        if request.method == "POST" and self.keeps and owner is not None:
            self._keep_for(owner)  # and then the login page, which leads back here
        return super().get_subject(request)

    def _keep_for(self, owner: Any) -> None:
        agent = agent_of(owner)
        meeting = Meeting.objects.filter(pk=self.kwargs["meeting"], agent=agent, state=MeetingState.OPEN).first()
        if agent is not None and meeting is not None:
            unsent.keep(meeting, self.step.slug, self.typed())

    def typed(self) -> unsent.Typed:
        return {name: self.request.POST.get(name, "") for name in self.keeps}

    def kept(self) -> unsent.Typed:
        return unsent.typed_on(self.subject, self.step.slug) if self.keeps else {}

    def keep(self) -> None:
        if self.keeps:
            unsent.keep(self.subject, self.step.slug, self.typed())

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if "data" not in kwargs:
            kwargs["initial"] = {**kwargs["initial"], **self.kept()}
        return kwargs

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "keep" in request.POST:  # by keep.js, while it is typed
            self.keep()
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Written, or written already: either way the page after it."""
        self.subject = self.write(form)
        if self.kept():
            unsent.forget(self.subject, self.step.slug)
        return redirect(self.next_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        self.keep()
        return super().form_invalid(form)

    def write(self, form: Any) -> Meeting:
        """Hand what was sent to the meeting's service."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(typed_before=self.request.method == "GET" and bool(self.kept()), **kwargs)
