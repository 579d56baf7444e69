"""Files of citizens who chose to prove their identity in person, at a moment when rounds are known."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from enrollment.models import Enrollment
from enrollment.services import appointment as bookings
from notifications.models import Message
from tests.enrollment.factories import AccountFactory, EnrollmentFactory
from verification.capture.models import Capture, CaptureState
from verification.face_to_face import meetings
from verification.face_to_face.agents import GROUP
from verification.face_to_face.checklist import points_of
from verification.face_to_face.models import Appointment, HalfDay, Meeting, Office, PostalAgent
from verification.face_to_face.steps import DONE, RELATED
from verification.models import Mode

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=PARIS)  # no public holiday within the 15 days
TUESDAY = date(2026, 11, 24)
LAST = date(2026, 12, 8)
BEAUVAIS = "60057"
ADDRESS = {
    "address_street": "14 rue des Tilleuls",
    "address_complement": "Appartement 3",
    "address_postal_code": "60000",
    "address_commune": BEAUVAIS,
}


def make_office(**fields: object) -> Office:
    values = {
        "identifier": f"{60000 + Office.objects.count()}A",
        "name": "Beauvais Jeu de Paume",
        "street": "2 rue du Jeu de Paume",
        "postal_code": "60000",
        "city": "Beauvais",
        "commune_code": BEAUVAIS,
        "latitude": 49.43,
        "longitude": 2.08,
    }
    return Office.objects.create(**(values | fields))


def make_in_person(**fields: object) -> Enrollment:
    """Address given, nothing booked."""
    return EnrollmentFactory(**({"confirmed": True, "mode": Mode.FACE_TO_FACE} | ADDRESS | fields))


def book_home(enrollment: Enrollment | None = None, day: date = TUESDAY, half: str = HalfDay.MORNING) -> Appointment:
    row = bookings.book(enrollment or make_in_person(), day=day, half_day=half)
    return present(Appointment.objects.get(verification=row.verification_id))


def book_office(enrollment: Enrollment | None = None, office: Office | None = None) -> Appointment:
    row = bookings.book(enrollment or make_in_person(), office=office or make_office())
    return present(Appointment.objects.get(verification=row.verification_id))


def present(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_related("verification__applicant", "office", "slot").get(pk=appointment.pk)


def file_of(appointment: Appointment) -> Enrollment:
    return Enrollment.objects.select_related("account", "verification").get(pk=appointment.verification.file)


def make_agent(office: Office | None = None, communes: tuple[str, ...] = (), **account: object) -> PostalAgent:
    """With her right; at an office, or on a round."""
    fields = {"phone": "+33639989999", "first_name": "Dominique", "last_name": "Facteur"}
    group, _made = Group.objects.get_or_create(name=GROUP)
    group.permissions.add(Permission.objects.get(codename="hold_meeting"))
    person = AccountFactory(**(fields | account))
    person.groups.add(group)
    return PostalAgent.objects.create(account=person, office=office, communes=list(communes))


def code_of(appointment: Appointment) -> str:
    """The last one that was sent."""
    rows = Message.objects.filter(event="appointment_code_sent", recipient=appointment.verification.applicant)
    found = re.search(r"(\d{3})-(\d{3})", rows.order_by("-created_at")[0].text)
    assert found
    return "".join(found.groups())


def held(meeting: Meeting, *, until: str = "", **document: object) -> Meeting:
    """Its steps, up to `until` and without it, as if everything were in order."""
    typed = meeting.appointment.verification
    shown = {"kind": typed.document_kind, "number": typed.document_number, "expiry": typed.expiry_date} | document
    acts = {
        "code": lambda row: meetings.check_code(row, code_of(row.appointment), client="c"),
        "identity": meetings.note_identity_read,
        "document": lambda row: meetings.note_document(row, **shown),
        "comparison": meetings.note_compared,
        "checklist": lambda row: meetings.note_checklist(row, {point.code: True for point in points_of(row)}),
        "photos": _photograph,
    }
    for step, act in acts.items():
        if step == until:
            break
        if not DONE[step](meeting):
            act(meeting)
        meeting = again(meeting)
    return meeting


def _photograph(meeting: Meeting) -> Meeting:
    """Both sides, checked and in order."""
    for side in meetings.photos_of(meeting):
        Capture.objects.create(
            verification=meeting.appointment.verification, kind=side, document_kind=meeting.document_kind,
            state=CaptureState.ACCEPTED, content_type="image/jpeg", size=9, sha256=f"{side:0>64}",
            checked_at=timezone.now(),
        )  # fmt: skip
    return meetings.note_photos(meeting)


def again(meeting: Meeting) -> Meeting:
    """As the next request reads it."""
    return Meeting.objects.select_related(*RELATED).get(pk=meeting.pk)
