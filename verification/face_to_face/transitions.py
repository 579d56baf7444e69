"""Every change of state of an appointment and of a meeting. Nothing else writes `state`."""

from identite.transitions import Arrow
from verification.face_to_face.models import STANDING, AppointmentState, MeetingState

ARROWS: dict[str, Arrow] = {
    # Another half-day, office or place, as long as the meeting has not taken place.
    "change_appointment": Arrow(set(STANDING), AppointmentState.BOOKED),
    # A round may be so late that its half-day counts as missed already.
    "hold_appointment": Arrow(set(STANDING), AppointmentState.HELD),
    "miss_appointment": Arrow({AppointmentState.BOOKED}, AppointmentState.MISSED),
    "cancel_appointment": Arrow(set(STANDING), AppointmentState.CANCELLED),
    "lapse_appointment": Arrow(set(STANDING), AppointmentState.LAPSED),
}
MEETING_ARROWS: dict[str, Arrow] = {
    "accept_meeting": Arrow({MeetingState.OPEN}, MeetingState.ACCEPTED),
    "refuse_meeting": Arrow({MeetingState.OPEN}, MeetingState.REFUSED),
    "miss_meeting": Arrow({MeetingState.OPEN}, MeetingState.ABSENT),
    "leave_meeting": Arrow({MeetingState.OPEN}, MeetingState.LEFT),
}
