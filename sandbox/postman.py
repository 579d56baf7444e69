"""What the postman or the counter does, for testers: a meeting takes place, step by step, by the services of the agents' pages.

The agent types what the citizen had typed, finds everything in order, and takes the photos of a specimen where one is named.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction

from enrollment.models import Account
from identite import quotas
from identite.codes.one_time import CodeResult
from identite.transitions import TransitionNotAllowed
from sandbox import drawn, inbox
from sandbox.people import Person
from sandbox.tasks import ask
from verification.checks.kinds import KINDS, DocumentKind
from verification.face_to_face import checklist, codes, dates, meetings
from verification.face_to_face.agents import GROUP, HOLD_AGAIN, reaches
from verification.face_to_face.models import STANDING, Appointment, Meeting, Place, PostalAgent
from verification.face_to_face.steps import RELATED
from verification.models import Mode, Verification, VerificationState
from verification.review.reasons import reasons_of

ACCEPT, REFUSE, ABSENT = "accept", "refuse", "absent"
OUTCOMES = (ACCEPT, REFUSE, ABSENT)
EMAIL = "postman@sandbox.invalid"  # nobody logs in with it: it has no password
DEVICE = "sandbox"
Photos = Mapping[str, bytes]
WRONG = {
    CodeResult.WRONG: "wrong",
    CodeResult.EXPIRED: "too old",
    CodeResult.EXHAUSTED: "used up by wrong tries: the citizen asks for another one",
    CodeResult.NONE: "used or replaced: the citizen asks for another one",
}


class NotDrawn(Exception):
    """The worker is drawing the photos: ask again. Nothing was begun."""


def hold(
    email: str,
    outcome: str,
    reasons: list[str],
    *,
    client: str,
    code: str = "",
    specimen: Mapping[str, Any] | None = None,
    second_reading: bool = False,
) -> dict[str, Any]:
    """Let the meeting of this person take place now. Called again where it was broken off, it goes on.

    client: who asks, as limits count. code: what she shows; without it the last one that was sent to her. specimen: of whose
    document photos are taken (`DocumentForm`); without it none can be, and the desk looks again. second_reading: in place of
    the draw. Raises UnknownPerson, ValueError, NotDrawn.
    """
    _check(outcome, reasons)
    appointment = _appointment(Person(email))
    agent = _agent(appointment)
    if not reaches(agent, appointment):
        raise ValueError(_not_yet(appointment))
    if outcome == ABSENT and appointment.place == Place.OFFICE:
        raise ValueError("at a post office nobody is awaited, so nobody is absent")
    photos = _photos(appointment.verification, specimen, client) if specimen and outcome == ACCEPT else {}
    try:
        meeting = meetings.open_meeting(appointment, agent, device=DEVICE)
        Meeting.objects.filter(pk=meeting.pk).update(sampled=second_reading)
        if outcome == ABSENT:
            meetings.absent(meeting)
        else:
            _read(meeting, code, client)
            _decide(meeting, outcome, reasons, photos)
    except meetings.Taken as taken:
        until = meetings.idle_at(taken.meeting).isoformat()
        raise ValueError(f"another agent holds this meeting; it can be taken over at {until}") from taken
    except meetings.NotReady as missing:
        raise ValueError(f"the meeting is past that: its step «{missing.step}» stands in the way") from missing
    except TransitionNotAllowed as error:
        raise ValueError(f"the appointment ended meanwhile: {error}") from error
    return _told(meeting)


def _check(outcome: str, reasons: list[str]) -> None:
    """Before anything is begun."""
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome must be one of {', '.join(OUTCOMES)}")
    known = sorted(reason.code for reason in reasons_of(Mode.FACE_TO_FACE))
    if not all(isinstance(code, str) and code in known for code in reasons):
        raise ValueError(f"reasons must be a list of codes: {', '.join(known)}")
    if bool(reasons) is not (outcome == REFUSE):
        raise ValueError(f"a refusal, and nothing else, has reasons: one or more of {', '.join(known)}")


def _appointment(person: Person) -> Appointment:
    """Raises ValueError."""
    verification = person.verification()
    appointment: Appointment | None = getattr(verification, "appointment", None)
    if verification is None or appointment is None:
        raise ValueError("this person has no appointment")
    if appointment.state not in STANDING or verification.state != VerificationState.OPEN:
        raise ValueError(f"the appointment {appointment} waits for nobody: it is {appointment.state}")
    appointment.verification = verification
    return appointment


def _not_yet(appointment: Appointment) -> str:
    slot = appointment.slot
    if slot is None:
        return "this post office takes part no longer: another one is to be chosen"
    days = (slot.day - dates.today(slot.commune_code)).days
    if days < 0:
        return f"the postman came on {slot.day}; another day is to be chosen"
    return f"the postman comes on {slot.day} in the {slot.half_day}: let {days * 24} hours pass before"


# --- The agent of the sandbox ---


def _agent(appointment: Appointment) -> PostalAgent:
    """Where she is needed today: at the chosen office, or on the round of that commune."""
    account = Account.objects.filter(email_digest=EMAIL).first() or _new_account()
    communes = [appointment.slot.commune_code] if appointment.slot is not None else []
    agent, _made = PostalAgent.objects.update_or_create(
        account=account, defaults={"office": appointment.office, "communes": communes}
    )
    agent.account = account
    return agent


def _new_account() -> Account:
    """She may meet a person twice a day: scripts do not wait for tomorrow."""
    try:
        with transaction.atomic():
            account = Account.objects.create_user(EMAIL, first_name="Facteur", last_name="du bac à sable")
            account.groups.add(Group.objects.get(name=GROUP))
            app, _dot, codename = HOLD_AGAIN.partition(".")
            again = Permission.objects.get(content_type__app_label=app, codename=codename)
            account.user_permissions.add(again)
            return account
    except IntegrityError:  # another request was first
        return Account.objects.get(email_digest=EMAIL)


# --- The meeting ---


def _code_of(appointment: Appointment) -> str:
    """The last one that the person was sent. Raises ValueError."""
    sent = inbox.find(to=appointment.verification.mobile, event="appointment_code_sent")
    last = sent.filter(recipient=appointment.verification.applicant).first()
    code = inbox.as_json(last)["code"] if last is not None else None
    if not code:
        raise ValueError("no code was sent to this person, or its message is gone: send the code along")
    return str(code)


def _read(meeting: Meeting, code: str, client: str) -> None:
    """The code, the identity, the document as the citizen had typed it. Raises ValueError for a code that is not right."""
    if meeting.code_right_at is None:
        _show(meeting, code or _code_of(meeting.appointment), client)
    typed = meeting.appointment.verification
    assert typed.expiry_date is not None  # noqa: S101 (of a confirmed identity)
    meetings.note_identity_read(meeting)
    meetings.note_document(meeting, kind=typed.document_kind, number=typed.document_number, expiry=typed.expiry_date)
    meetings.note_compared(meeting)


def _show(meeting: Meeting, code: str, client: str) -> None:
    try:
        result = meetings.check_code(meeting, code, client=client)
    except quotas.QuotaExceeded as exceeded:
        raise ValueError(f"too many codes were typed; go on at {exceeded.until.isoformat()}") from exceeded
    if result != CodeResult.RIGHT:
        left = codes.APPOINTMENT.state(meeting.appointment).tries_left
        raise ValueError(f"the code is {WRONG[result]}; tries that are left: {left}. The meeting stays open")


def _decide(meeting: Meeting, outcome: str, reasons: list[str], photos: Photos) -> None:
    present = Meeting.objects.select_related(*RELATED).get(pk=meeting.pk)
    if outcome == REFUSE:
        meetings.refuse(present, reasons)
        return
    meetings.note_checklist(present, {point.code: True for point in checklist.points_of(present)})
    for side, data in photos.items():
        meetings.take_photo(present, side, data)
    meetings.note_photos(present, impossible=not photos)
    meetings.accept(present)


def _photos(verification: Verification, specimen: Mapping[str, Any], client: str) -> Photos:
    """Of every side that the citizen's document has. Raises ValueError, NotDrawn."""
    wanted = [drawn.photo(specimen, side) for side in KINDS[DocumentKind(verification.document_kind)].sides]
    try:
        found = {str(photo.options["side"]): ask(photo, client) for photo in wanted}
    except drawn.TooMany as error:
        raise NotDrawn from error
    photos = {side: data for side, data in found.items() if data is not None}
    if len(photos) < len(wanted):
        raise NotDrawn
    return photos


def _told(meeting: Meeting) -> dict[str, Any]:
    """What came of it, as state.json calls it. A verification is open until its photos are checked."""
    held = Meeting.objects.select_related("appointment__verification").get(pk=meeting.pk)
    verification = held.appointment.verification
    return {
        "email": verification.email,
        "reference": str(held.appointment),
        "meeting": held.state,
        "reasons": held.reasons,
        "appointment": held.appointment.state,
        "verification": verification.state,
    }
