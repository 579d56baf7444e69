"""Face to face over plain HTTP, without a browser: what is booked, sent, missed, changed and given up, as mails and phone tell it."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.in_person import ADDRESS, PARIS, InPerson, calendar_of

HOURS = {"morning": (8, 13), "afternoon": (13, 18)}
TRIES = 5


@pytest.fixture
def citizen(base_url: str) -> Iterator[InPerson]:
    """Somebody new."""
    with closing(InPerson(base_url)) as someone:
        yield someone


def expect_code(citizen: InPerson, mail: dict[str, Any]) -> str:
    """By SMS alone, beside the reference of the appointment."""
    sms = citizen.sandbox.message(citizen.who.mobile, "appointment_code_sent")
    assert citizen.appointment()["reference"] in sms["text"]
    code = str(sms["code"])
    assert code not in re.sub(r"\D", "", mail["text"] + mail["attachments"][0]["text"])
    return code


def expect_half_day(mail: dict[str, Any], booked: dict[str, Any], *, changes: int = 0) -> str:
    """The calendar's file says when the postman comes. Returns its identifier."""
    method, event = calendar_of(mail)
    begins, ends = HOURS[booked["half_day"]]
    day = datetime.fromisoformat(booked["day"]).replace(tzinfo=PARIS)
    assert (method, str(event["STATUS"]), event["SEQUENCE"]) == ("PUBLISH", "CONFIRMED", changes)
    assert event.decoded("DTSTART") == day.replace(hour=begins)
    assert event.decoded("DTEND") == day.replace(hour=ends)
    assert ADDRESS["street"] in event["LOCATION"]
    assert booked["reference"] in event["DESCRIPTION"]
    assert booked["reference"] in mail["text"]
    return str(event["UID"])


def test_at_home_she_is_met_on_the_day_with_her_code_and_activates_her_phone(citizen):
    page = citizen.book()
    assert page.heading == "Votre rendez-vous est confirmé"
    booked = citizen.appointment()
    assert booked["reference"] in page.text
    mail = citizen.sandbox.message(citizen.email, "appointment_booked")
    expect_half_day(mail, booked)
    code = expect_code(citizen, mail)
    file = citizen.http.get("/dossier/appointment/calendar/")
    assert file.headers["content-type"].startswith("text/calendar")
    assert booked["reference"] in citizen.open("/dossier/appointment/sheet/").text

    citizen.wait_for_the_postman()
    assert "Rappel" in citizen.sandbox.message(citizen.email, "appointment_reminder")["subject"]
    near = citizen.sandbox.message(citizen.who.mobile, "appointment_near")
    assert booked["reference"] in near["text"]
    assert code not in re.sub(r"\D", "", near["text"])

    citizen.be_accepted()
    assert citizen.appointment()["state"] == "held"
    assert "vérifiée en personne" in citizen.sandbox.message(citizen.email, "identity_proven")["text"]
    assert citizen.open("/dossier/").heading == "Installez l’application pour terminer"
    citizen.activate()
    assert citizen.state()["enrollment"]["state"] == "activated"
    citizen.sandbox.message(citizen.email, "identity_activated")


def test_at_an_office_she_walks_in_and_the_desk_looks_again_where_no_photo_could_be_taken(citizen):
    page = citizen.book("office")
    assert page.heading == "Allez dans un bureau de poste"
    booked = citizen.appointment()
    assert (booked["day"], booked["half_day"]) == (None, None)
    mail = citizen.sandbox.message(citizen.email, "appointment_booked")
    expect_code(citizen, mail)
    method, event = calendar_of(mail)
    last = datetime.fromisoformat(booked["due_at"]).astimezone(PARIS).date()
    assert method == "PUBLISH"
    assert event.decoded("DTSTART") == last == datetime.now(PARIS).date() + timedelta(days=15)
    assert booked["office"]["name"] in event["LOCATION"]

    met = citizen.meet("accept")
    assert (met["meeting"], met["verification"]) == ("accepted", "submitted")
    assert booked["reference"] in citizen.sandbox.message(citizen.email, "meeting_submitted")["text"]
    assert citizen.open("/dossier/").heading == "Votre vérification est en cours de relecture"
    citizen.decide("approve")
    assert citizen.open("/dossier/").heading == "Installez l’application pour terminer"
    assert citizen.sandbox.code(citizen.who.mobile, "activation_code")


def test_a_refusal_says_why_and_wrong_codes_lock_the_new_try_until_another_code_is_asked_for(citizen):
    citizen.book("office")
    first = citizen.appointment()["reference"]
    citizen.meet("refuse", "counter_damaged")
    mail = citizen.sandbox.message(citizen.email, "meeting_refused")
    assert "trop abîmée" in mail["text"]
    page = citizen.open("/dossier/")
    assert page.heading == "Votre identité n’a pas été acceptée lors du rendez-vous"
    assert "trop abîmée" in page.text

    citizen.press("Prendre un nouveau rendez-vous")
    citizen.book("office")
    assert citizen.appointment()["reference"] != first
    code = citizen.sandbox.code(citizen.who.mobile, "appointment_code_sent")
    for left in reversed(range(TRIES)):
        told = refused(citizen, "accept", code=f"{(int(code) + 1 + left) % 1_000_000:06d}")
        assert (f"tries that are left: {left}" in told) is bool(left) or "asks for another one" in told
    assert "asks for another one" in refused(citizen, "accept", code=code)

    assert "Votre code ne peut plus servir" in citizen.open("/dossier/appointment/").text
    citizen.sandbox.pass_hours(citizen.email, 0.02)  # two codes do not leave within a minute
    citizen.press("Recevoir un nouveau code")
    fresh = citizen.sandbox.code(citizen.who.mobile, "appointment_code_sent")
    citizen.meet("accept", code=fresh)
    assert citizen.appointment()["state"] == "held"


def refused(citizen: InPerson, outcome: str, **more: str) -> str:
    with pytest.raises(RuntimeError) as error:
        citizen.meet(outcome, **more)
    return str(error.value)


def test_who_changes_misses_and_cancels_goes_on_online_with_everything_kept(citizen):
    citizen.book()
    booked = citizen.appointment()
    calendar = expect_half_day(citizen.sandbox.message(citizen.email, "appointment_booked"), booked)

    citizen.open("/dossier/slot/")
    citizen.fill(slot=citizen.offered("slot")[-1])
    changed = citizen.appointment()
    assert (changed["reference"], changed["day"]) != (booked["reference"], booked["day"])
    assert changed["reference"] == booked["reference"]
    mail = citizen.sandbox.message(citizen.email, "appointment_changed")
    assert expect_half_day(mail, changed, changes=1) == calendar
    assert booked["reference"] in citizen.sandbox.message(citizen.who.mobile, "appointment_moved")["text"]

    citizen.open("/dossier/slot/")
    citizen.fill(slot=citizen.offered("slot")[0])
    citizen.wait_for_the_postman()
    citizen.meet("absent")
    assert "autre date" in citizen.sandbox.message(citizen.email, "appointment_missed")["subject"]
    page = citizen.open("/dossier/")
    assert page.heading == "Votre rendez-vous n’a pas eu lieu"
    citizen.open(page.links["Choisir une autre date"])
    citizen.fill(slot=citizen.offered("slot")[0])
    assert citizen.appointment()["state"] == "booked"
    assert date.fromisoformat(citizen.appointment()["day"]) > datetime.now(PARIS).date()

    citizen.open("/dossier/appointment/cancel/")
    page = citizen.press("Annuler le rendez-vous")
    assert page.path == "/dossier/mode/"
    method, event = calendar_of(citizen.sandbox.message(citizen.email, "appointment_cancelled"))
    assert (method, str(event["STATUS"]), str(event["UID"])) == ("CANCEL", "CANCELLED", calendar)
    citizen.fill(mode="online")
    assert citizen.fill(accept="on").path == "/dossier/letter-sent/"
    assert citizen.open_letter().path == "/courrier/means/"


def test_after_fifteen_days_it_lapses_and_another_one_can_be_booked(citizen):
    citizen.book("office")
    citizen.sandbox.pass_hours(citizen.email, 24 * 16)
    assert "délai" in citizen.sandbox.message(citizen.email, "appointment_lapsed")["subject"]
    citizen.login()
    assert citizen.open("/dossier/").heading == "Le délai de votre rendez-vous est passé"
    citizen.press("Prendre un nouveau rendez-vous")
    citizen.book("home")
    assert citizen.appointment()["state"] == "booked"


def test_an_expired_card_leads_here_from_the_mode_page(base_url):
    with closing(InPerson(base_url, kind="cnie")) as citizen:
        citizen.show_expired_document()
        page = citizen.enrol_until("mode")
        assert "la vérification se fait en face à face" in page.text
        closed = citizen.fill(mode="online")
        assert closed.path == "/dossier/mode/"
        assert "Fermé pour votre dossier" in closed.text
        citizen.book("office")
        citizen.be_accepted()
        assert citizen.state()["enrollment"]["state"] == "proven"
