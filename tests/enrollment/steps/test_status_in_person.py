"""The last page of the way face to face, driven by what the meeting brings about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.models import Enrollment, EnrollmentState
from enrollment.steps.state import token
from identite.journal_check import faults_of
from tests.enrollment.factories import make_booked_enrollment
from tests.enrollment.helpers import sent_to, stands_at, url_of
from tests.verification.face_to_face.helpers import MONDAY, TUESDAY, held, make_agent
from verification import services as verifications
from verification import transitions as verification_transitions
from verification.face_to_face import appointments, decisions, meetings
from verification.face_to_face.models import Appointment, AppointmentState
from verification.models import Verification, VerificationState
from verification.review import services as review

pytestmark = pytest.mark.django_db
PAGE = url_of("status")


@pytest.fixture(autouse=True)
def _monday(clock):
    clock.stop(MONDAY)


@pytest.fixture
def enrollment():
    return make_booked_enrollment()


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


def go(enrollment, *events):
    """Let verification report these, in order."""
    for event in events:
        appointment = Appointment.objects.get(verification=enrollment.verification_id)
        verification = Verification.objects.get(pk=enrollment.verification_id)
        if event == "lapse":
            Appointment.objects.update(due_at=timezone.now())
            appointments.lapse(appointment)
        elif event == "submit":
            verifications.submit(verification)
        elif event in ("approve", "refuse"):
            reasons = ["counter_other"] if event == "refuse" else []
            review.decide(verification.case, event, label="test", reasons=reasons)
        elif event == "turn_away":
            agent = make_agent(communes=("29232",))
            decisions.refuse(held(meetings.open_meeting(appointment, agent), until="identity"), ["counter_other"])
        else:
            verification_transitions.move(verification, event, label="test")
    return Enrollment.objects.select_related("account", "verification").get(pk=enrollment.pk)


SITUATIONS = [
    (("submit",), EnrollmentState.UNDER_REVIEW, "Une deuxième personne relit"),
    (("prove",), EnrollmentState.PROVEN, "Installez l’application"),
    (("submit", "approve"), EnrollmentState.PROVEN, "Installez l’application"),
    (("submit", "refuse"), EnrollmentState.REFUSED, "n’a pas été acceptée lors du rendez-vous"),
    (("turn_away",), EnrollmentState.REFUSED, "n’a pas été acceptée lors du rendez-vous"),
    (("lapse",), EnrollmentState.PROVING, "Le délai de votre rendez-vous est passé"),
    (("stop",), EnrollmentState.REFUSED, "Votre dossier est arrêté"),
]


@pytest.mark.parametrize(("events", "state", "text"), SITUATIONS)
def test_the_page_says_where_the_file_stands(browser, enrollment, events, state, text):
    before = token(enrollment)
    after = go(enrollment, *events)
    assert after.state == state
    assert token(after) != before
    assertRedirects(browser.get(reverse("enrollment:resume")), PAGE)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(PAGE)
    assertContains(page, text)
    assertContains(page, "Choix du rendez-vous")
    for word in ("courrier", "Scan de la pièce"):
        assertNotContains(page, word)
    assert len(queries) <= 8, "\n".join(query["sql"][:120] for query in queries)
    assert faults_of(enrollment.pk) == []


@pytest.mark.parametrize("events", [("turn_away",), ("submit", "refuse")])
def test_a_refusal_gives_its_reasons_and_three_ways_on(browser, enrollment, events):
    go(enrollment, *events)
    page = browser.get(PAGE)
    assertContains(page, "Votre identité n’a pas pu être vérifiée lors du rendez-vous.")
    for text in ("Prendre un nouveau rendez-vous", "Passer à la vérification en ligne", "Corriger mes informations"):
        assertContains(page, text)


@pytest.mark.parametrize("events", [("turn_away",), ("lapse",), ("stop",)])
def test_another_appointment_needs_no_typing(browser, enrollment, events):
    go(enrollment, *events)
    assertRedirects(browser.post(PAGE, {"action": "face_to_face"}), url_of("slot"))
    assertContains(browser.get(url_of("slot")), "12 rue des Lilas")
    assertRedirects(browser.post(url_of("slot"), {"slot": f"{TUESDAY} afternoon"}), url_of("appointment"))
    assert Appointment.objects.filter(state=AppointmentState.BOOKED).count() == 1


@pytest.mark.parametrize("events", [("turn_away",), ("lapse",)])
def test_or_it_goes_on_online(browser, enrollment, events):
    go(enrollment, *events)
    assertRedirects(browser.post(PAGE, {"action": "attempt"}), url_of("ar24-terms"))
    assertRedirects(browser.post(url_of("ar24-terms"), {"accept": "on"}), url_of("letter-sent"))


def test_what_was_refused_is_corrected_in_a_new_file_with_its_address(browser, enrollment):
    go(enrollment, "turn_away")
    assertRedirects(browser.post(PAGE, {"action": "correct"}), url_of("confirmation"))
    new = Enrollment.objects.exclude(pk=enrollment.pk).get()
    assert (new.state, new.address_street) == (EnrollmentState.STARTED, "12 rue des Lilas")


def test_the_proven_identity_gets_its_activation_code(browser, enrollment):
    proven = go(enrollment, "prove")
    assert sent_to(proven.mobile) == ["appointment_code_sent", "activation_code"]
    assertContains(browser.get(PAGE), "Saisissez le code d’activation")
    assertContains(browser.get("/app/activation/"), "reçu après votre rendez-vous")


def test_too_many_wrong_activation_codes_ask_for_another_appointment(browser, enrollment):
    go(enrollment, "prove")
    Enrollment.objects.filter(pk=enrollment.pk).update(state=EnrollmentState.REFUSED, wrong_activation_codes=20)
    page = browser.get(PAGE)
    assertContains(page, "Prenez un nouveau rendez-vous")
    assertRedirects(browser.post(PAGE, {"action": "face_to_face"}), url_of("slot"))


def test_while_the_last_photo_is_checked_the_page_waits_and_nothing_can_be_changed(browser, enrollment):
    Appointment.objects.update(state=AppointmentState.HELD)
    assert stands_at(enrollment) == "appointment"
    page = browser.get(url_of("appointment"))
    assertContains(page, "Votre rendez-vous a eu lieu")
    assertNotContains(page, "Changer de date")
    for address in (reverse("enrollment:appointment-cancel"), *map(url_of, ("address", "place", "slot"))):
        assertRedirects(browser.post(address), url_of("appointment"), fetch_redirect_response=False)
    assert Verification.objects.get().state == VerificationState.OPEN
