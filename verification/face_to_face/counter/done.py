"""What became of a meeting, and of the photos that were taken at it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView, View

from verification.capture.media import serve
from verification.capture.models import PHOTOS, Capture
from verification.face_to_face.agents import LABEL
from verification.face_to_face.counter.base import CounterPage, meeting_of
from verification.face_to_face.counter.steps import MEETING
from verification.face_to_face.counter.steps.photos import sheets_of
from verification.face_to_face.models import Meeting, MeetingState
from verification.models import VerificationState
from verification.review.reasons import reason_texts


class DoneView(CounterPage, TemplateView):
    template_name = "counter/done.html"
    meeting: Meeting

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        self.meeting = meeting_of(self.agent, kwargs["meeting"])
        if self.meeting.state == MeetingState.OPEN:
            funnel = MEETING.of(self.meeting)
            return redirect(funnel.url(funnel.first_open(self.meeting)))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting = self.meeting
        state = meeting.appointment.verification.state
        return super().get_context_data(
            **kwargs | {"meeting": meeting},
            appointment=meeting.appointment,
            is_proven=state == VerificationState.PROVEN,
            still_checked=state == VerificationState.OPEN,
            reasons=reason_texts(meeting.reasons),
        )


class PhotosStatusView(CounterPage, View):
    """How the checks of the photos go, for the page that waits: never writes."""

    def get(self, request: HttpRequest, meeting: UUID) -> JsonResponse:
        hers = meeting_of(self.agent, meeting)
        running = bool(hers.document_kind) and any(sheet.running for sheet in sheets_of(hers))
        return JsonResponse({"state": "running" if running else "done"})


class PhotoView(CounterPage, View):
    """A photo, while its meeting is open: afterwards it is the desk's. Looking at it is an entry of the journal."""

    def get(self, request: HttpRequest, meeting: UUID, capture: UUID) -> HttpResponseBase:
        hers = meeting_of(self.agent, meeting)
        row = Capture.objects.filter(pk=capture, verification=hers.appointment.verification, kind__in=PHOTOS).first()
        if row is None or hers.state != MeetingState.OPEN:
            raise Http404
        row.verification = hers.appointment.verification
        return serve(row, "preview", request, reader=self.agent.account, label=LABEL)
