"""Mails, text messages and calendar files of an appointment: who gets which, with what in it."""

from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from enrollment.services import appointment as bookings
from identite.codes.one_time import OneTimeCode
from notifications import delivery
from notifications.models import Channel, Message
from notifications.sweep import wipe_texts
from tests.verification.face_to_face.helpers import (
    LAST,
    MONDAY,
    PARIS,
    book_home,
    book_office,
    file_of,
    make_in_person,
    make_office,
)
from verification.face_to_face import appointments, ics
from verification.face_to_face.models import HalfDay, OpeningHours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(clock) -> None:
    clock.stop(MONDAY)


def last(event: str) -> Message:
    return Message.objects.filter(event=event).order_by("-created_at")[0]


def sent() -> list[str]:
    return sorted(Message.objects.values_list("event", flat=True))


def event_of(message: Message) -> Any:
    assert message.attached is not None
    calendar = Calendar.from_ical(message.attached.text)
    (event,) = calendar.events
    return event


def method(message: Message) -> str:
    assert message.attached is not None
    return str(Calendar.from_ical(message.attached.text)["METHOD"])


def test_a_booking_at_home_sends_a_mail_and_the_code_by_sms():
    appointment = book_home()
    assert sent() == ["appointment_booked", "appointment_code_sent"]
    message = last("appointment_booked")
    assert message.address == appointment.verification.email
    assert message.recipient == appointment.verification.applicant
    assert message.subject.endswith("le mardi 24 novembre 2026")
    for words in (
        "Bonjour Maëlys,",
        "le mardi 24 novembre 2026, le matin, entre 8\u00a0h et 13\u00a0h",
        "14 rue des Tilleuls\nAppartement 3\n60000 Beauvais",
        "l’original de votre pièce d’identité",
        "jusqu’au mardi 8 décembre 2026 inclus",
        str(appointment),
        "/dossier/",
    ):
        assert words in message.text
    assert "<strong>mardi 24 novembre 2026</strong>" in message.html


def test_the_code_and_its_reference_stand_in_one_sms_and_the_code_nowhere_else():
    appointment = book_home()
    sms = last("appointment_code_sent")
    assert (sms.channel, sms.address) == (Channel.SMS, appointment.verification.mobile)
    code = sms.text.split(" est le code")[0].split()[-1]
    assert len(code) == 7
    assert str(appointment) in sms.text
    assert len(sms.text) <= 160
    others = Message.objects.exclude(pk=sms.pk)
    for shape in (code, code.replace("-", "")):
        assert not any(shape in f"{one.subject}{one.text}{one.html}{one.attachment}" for one in others)
        assert not OneTimeCode.objects.filter(digest__contains=shape).exists()


def test_an_office_is_told_with_its_hours_and_its_last_day():
    office = make_office()
    for weekday, opens, closes in ((0, time(9), time(12)), (0, time(14), time(17, 30)), (5, time(9), time(12))):
        OpeningHours.objects.create(office=office, weekday=weekday, opens=opens, closes=closes)
    book_office(office=office)
    message = last("appointment_booked")
    assert message.subject.endswith("jusqu’au 8 décembre 2026")
    for words in (
        "jusqu’au mardi 8 décembre 2026 inclus",
        "Beauvais Jeu de Paume\n2 rue du Jeu de Paume\n60000 Beauvais",
        "- lundi\u00a0: 9\u00a0h–12\u00a0h, 14\u00a0h–17\u00a0h\u00a030\n- samedi\u00a0: 9\u00a0h–12\u00a0h",
        "Tout autre bureau de poste participant",
    ):
        assert words in message.text
    assert "facteur" not in message.text


def test_the_calendar_holds_the_half_day_at_the_door():
    appointment = book_home(half=HalfDay.AFTERNOON)
    message = last("appointment_booked")
    event = event_of(message)
    assert method(message) == "PUBLISH"
    assert event.start == datetime(2026, 11, 24, 13, tzinfo=PARIS)
    assert event.end == datetime(2026, 11, 24, 18, tzinfo=PARIS)
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert event["LOCATION"] == "14 rue des Tilleuls, Appartement 3, 60000 Beauvais"
    assert event["UID"] == f"{appointment.pk}@localhost"
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert str(appointment) in event["DESCRIPTION"]
    assert event["ORGANIZER"].startswith("mailto:")
    assert "ATTENDEE" not in event
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-1)


def test_the_calendar_tells_the_time_of_the_territory():
    book_home(make_in_person(address_commune="97411", address_postal_code="97400"))
    event = event_of(last("appointment_booked"))
    assert event["DTSTART"].params["TZID"] == "Indian/Reunion"
    assert event.start == datetime(2026, 11, 24, 8, tzinfo=ZoneInfo("Indian/Reunion"))


def test_an_office_stands_in_the_calendar_on_the_last_day_and_keeps_it_free():
    book_office()
    event = event_of(last("appointment_booked"))
    assert (event.start, event.end) == (LAST, LAST + timedelta(days=1))
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["LOCATION"] == "Beauvais Jeu de Paume, 2 rue du Jeu de Paume, 60000 Beauvais"


def test_a_changed_invitation_replaces_the_one_before_and_the_code_stays():
    enrollment = make_in_person()
    book_home(enrollment)
    before = event_of(last("appointment_booked"))
    code = OneTimeCode.objects.get().digest
    book_home(enrollment, date(2026, 11, 26))
    message = last("appointment_changed")
    event = event_of(message)
    assert event["UID"] == before["UID"]
    assert (before["SEQUENCE"], event["SEQUENCE"]) == (0, 1)
    assert event.start.date() == date(2026, 11, 26)
    assert "jeudi 26 novembre 2026" in message.text
    assert "24 novembre" not in message.text
    sms = last("appointment_moved")
    assert sms.channel == Channel.SMS
    assert "jeudi 26 novembre 2026" in sms.text
    assert OneTimeCode.objects.get().digest == code
    assert sent().count("appointment_code_sent") == 1


@pytest.mark.parametrize("unusable", [{"wrong_tries": 5}, {"used_at": MONDAY}, {"expires_at": MONDAY}])
def test_a_change_brings_a_new_code_where_the_old_one_opens_nothing(unusable):
    enrollment = make_in_person()
    book_home(enrollment)
    OneTimeCode.objects.update(**unusable)
    book_home(enrollment, date(2026, 11, 26))
    assert sent().count("appointment_code_sent") == 2


def test_cancelled_the_calendar_strikes_it_out_and_the_code_is_gone():
    appointment = book_home()
    bookings.cancel(file_of(appointment))
    message = last("appointment_cancelled")
    event = event_of(message)
    assert method(message) == "CANCEL"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert event["UID"] == f"{appointment.pk}@localhost"
    assert "ne passera pas le mardi 24 novembre 2026" in message.text
    assert not OneTimeCode.objects.exists()


def test_a_missed_round_offers_another_date_and_an_office_another_visit(clock):
    at_home, at_office = book_home(), book_office()
    appointments.miss(at_home, label="system")
    text = last("appointment_missed").text
    assert "Le mardi 24 novembre 2026, le facteur n’a pas pu" in text
    assert "choisissez une autre date, ou un bureau de poste, jusqu’au mardi 8 décembre 2026 inclus" in text
    clock.pass_(seconds=1)
    appointments.miss(at_office, label="agent")
    text = last("appointment_missed").text
    assert "revenez quand vous voulez" in text
    assert "facteur" not in text


def test_an_sms_fits_into_two_at_most():
    appointment = book_office()
    appointments.mails.remind(appointment)
    appointments.mails.remind(book_home())
    book_office(file_of(appointment), make_office())
    texts = [message.text for message in Message.objects.filter(channel=Channel.SMS)]
    assert len(texts) == 5
    assert all(len(text) <= 306 for text in texts)


def test_the_file_leaves_with_the_mail_as_a_calendar(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    book_home()
    delivery.deliver(str(last("appointment_booked").pk))
    (letter,) = mail.outbox
    (part,) = [one for one in message_from_bytes(letter.message().as_bytes()).walk() if one.get_filename()]
    assert part.get_content_type() == "text/calendar"
    assert part.get_filename() == "rendez-vous.ics"
    assert part.get_param("method") == "PUBLISH"
    assert part.get_content_charset() == "utf-8"
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert len(Calendar.from_ical(data).events) == 1


def test_a_mail_without_a_file_leaves_as_before(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    appointments.miss(book_home(), label="system")
    delivery.deliver(str(last("appointment_missed").pk))
    assert not [part for part in message_from_bytes(mail.outbox[0].message().as_bytes()).walk() if part.get_filename()]


def test_the_testers_inbox_shows_the_file(client):
    book_home()
    message = last("appointment_booked")
    page = reverse("sandbox:message", args=[message.pk])
    address = reverse("sandbox:message-attachment", args=[message.pk])
    assert address in client.get(page).content.decode()
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert len(Calendar.from_ical(answer.content).events) == 1
    (row,) = client.get(reverse("sandbox:inbox-json"), {"event": "appointment_booked"}).json()["messages"]
    assert Calendar.from_ical(row["attachments"][0]["text"]).events
    (sms,) = client.get(reverse("sandbox:inbox-json"), {"event": "appointment_code_sent"}).json()["messages"]
    assert sms["attachments"] == []
    assert len(sms["code"]) == 6
    assert client.get(reverse("sandbox:message-attachment", args=[sms["id"]])).status_code == 404


def test_what_the_file_says_is_wiped_with_the_texts(clock, settings):
    book_home()
    Message.objects.update(status="sent")
    clock.pass_(days=settings.MESSAGE_TEXT_RETENTION_DAYS + 1)
    wipe_texts()
    assert last("appointment_booked").attached is None


def test_the_file_names_neither_the_person_nor_the_code():
    appointment = book_home()
    text = ics.invitation(appointment).decode()
    assert "Martin" not in text
    assert appointment.verification.mobile not in text
