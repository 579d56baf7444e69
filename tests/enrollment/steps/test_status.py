"""The last page, in every state that a file can reach, driven by what verification reports."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment import transitions
from enrollment.models import Enrollment, EnrollmentState
from enrollment.services import files, letter
from identite.codes import one_time
from identite.codes.one_time import CodeResult
from identite.journal_check import faults_of
from identite.transitions import TransitionNotAllowed
from notifications.models import Message
from tests.enrollment.factories import make_proving_enrollment
from tests.enrollment.helpers import sent_to, stands_at, url_of
from verification import services as verifications
from verification import transitions as verification_transitions
from verification.letter import answers, delivery
from verification.letter.models import LetterState
from verification.models import VerificationState
from verification.signals import verification_changed

pytestmark = pytest.mark.django_db
PAGE = url_of("status")
SENDS, _WINDOW = project.QUOTAS["activation_code_send"]


@pytest.fixture
def enrollment(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return make_proving_enrollment()


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


def fresh(enrollment):
    return Enrollment.objects.select_related("verification__letter", "account").get(pk=enrollment.pk)


def go(enrollment, *events):
    """Let verification report these, in order."""
    for event in events:
        verification = fresh(enrollment).verification
        if event == "submit":
            answers.confirm_identity(verification.letter)
            verifications.submit(verification)
        elif event == "accept_letter":
            answers.accept(verification)
        elif event == "neglect":
            type(verification.letter).objects.filter(pk=verification.letter.pk).update(due_at=timezone.now())
            delivery.neglect(verification.letter)
        elif event == "not_me":
            answers.not_me(verification.letter)
        else:
            verification_transitions.move(verification, event, label="test")
    return fresh(enrollment)


SITUATIONS = [
    (("submit",), EnrollmentState.UNDER_REVIEW, "en cours de traitement"),
    (("submit", "approve"), EnrollmentState.APPROVED, "acceptez votre courrier"),
    (("submit", "approve", "accept_letter"), EnrollmentState.PROVEN, "Installez l’application"),
    (("submit", "refuse"), EnrollmentState.REFUSED, "n’a pas été acceptée"),
    (("not_me",), EnrollmentState.REFUSED, "Votre dossier est arrêté"),
    (("submit", "not_me"), EnrollmentState.REFUSED, "Votre dossier est arrêté"),
    (("neglect",), EnrollmentState.PROVING, "n’a pas été ouvert à temps"),
]


@pytest.mark.parametrize(("events", "state", "text"), SITUATIONS)
def test_the_page_says_where_the_file_stands(browser, enrollment, events, state, text):
    assert go(enrollment, *events).state == state
    assertRedirects(browser.get(reverse("enrollment:resume")), PAGE)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(PAGE)
    assertContains(page, text)
    assert len(queries) <= 8, "\n".join(query["sql"][:120] for query in queries)
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    assertRedirects(browser.get("/dossier/suivi/"), PAGE)
    assert faults_of(enrollment.pk) == []


def test_every_situation_of_an_identity_has_its_page(browser, enrollment):
    proven = go(enrollment, "submit", "approve", "accept_letter")
    activated = transitions.move(proven, "activate")
    page = browser.get(PAGE)
    assertContains(page, "Votre Identité Numérique est activée")
    assertNotContains(page, "vous connecter à vos")  # no service can be reached yet
    transitions.move(activated, "suspend")
    page = browser.get(PAGE)
    assertContains(page, "est suspendue")
    assertNotContains(page, "/app/")  # nothing there resumes it
    transitions.move(activated, "revoke")
    assertRedirects(browser.get(PAGE), url_of("terms"))


def test_the_accepted_letter_brings_the_activation_code(enrollment):
    proven = go(enrollment, "submit", "approve", "accept_letter")
    assert sent_to(proven.mobile) == ["activation_code"]
    assert sent_to(proven.account.email).count("identity_proven") == 1
    mail = Message.objects.get(event="identity_proven")
    assert mail.subject == "L’Identité Numérique. Téléchargez l’application pour finaliser votre parcours"
    sms, letter = Message.objects.get(event="activation_code").text, proven.verification.letter
    code = re.search(r"(\d{3})-(\d{3})", sms)
    assert code.group() not in letter.content + mail.text + mail.html
    assert letter.number in letter.content
    assert f"Courrier {letter.number}." in sms
    assert len(sms) <= 160
    right = one_time.check("activation", proven, "".join(code.groups()), binding=proven.mobile)
    assert right == CodeResult.RIGHT


def test_a_new_activation_code_leaves_on_request_within_its_limits(browser, enrollment, clock):
    proven = go(enrollment, "submit", "approve", "accept_letter")
    browser.post(PAGE, {"resend": "1"})
    assert len(sent_to(proven.mobile)) == 1
    for _time in range(SENDS + 1):
        clock.pass_(seconds=61)
        browser.post(PAGE, {"resend": "1"})
    assert len(sent_to(proven.mobile)) == 1 + SENDS
    assertContains(browser.get(PAGE), "Trop de codes d’activation demandés")


def test_a_code_without_tries_left_is_not_called_valid(browser, enrollment):
    proven = go(enrollment, "submit", "approve", "accept_letter")
    assertContains(browser.get(PAGE), "Il est valable jusqu’au")
    for _try in range(project.ACTIVATION_CODE_MAX_ATTEMPTS):
        one_time.check("activation", proven, "no code", binding=proven.mobile)
    assertNotContains(browser.get(PAGE), "Il est valable jusqu’au")


def test_the_page_of_a_proven_identity_leads_to_the_app(browser, enrollment):
    go(enrollment, "submit", "approve", "accept_letter")
    page = browser.get(PAGE)
    assertContains(page, "http://localhost:8000/app/")
    assertContains(page, 'aria-label="QR code qui ouvre l’application"><svg')


@pytest.mark.parametrize("events", [("submit", "refuse"), ("neglect",), ("not_me",)])
def test_a_new_attempt_has_a_letter_of_its_own(browser, enrollment, events, django_capture_on_commit_callbacks):
    before = go(enrollment, *events)
    with django_capture_on_commit_callbacks(execute=True):
        assertRedirects(browser.post(PAGE, {"action": "attempt"}), url_of("letter-sent"))
        assertRedirects(browser.post(PAGE, {"action": "attempt"}), url_of("letter-sent"))
    after = fresh(enrollment)
    assert after.state == EnrollmentState.PROVING
    assert after.verification != before.verification
    assert after.verification.state == VerificationState.OPEN
    assert after.verification.letter.state == LetterState.NOTIFIED
    assert after.account.verifications.count() == 2


def test_an_attempt_that_is_over_moves_the_file_no_more(browser, enrollment):
    before = go(enrollment, "neglect")
    browser.post(PAGE, {"action": "attempt"})
    verification_changed.send(type(before.verification), verification=before.verification, event="submit")
    assert fresh(enrollment).state == EnrollmentState.PROVING


def test_new_terms_of_ar24_are_asked_before_a_new_letter(browser, enrollment, settings):
    go(enrollment, "submit", "refuse")
    settings.AR24_TERMS_VERSION = "2027-01-01"
    assertRedirects(browser.post(PAGE, {"action": "attempt"}), url_of("ar24-terms"))
    assertRedirects(browser.post(url_of("ar24-terms"), {"accept": "on"}), url_of("letter-sent"))


@pytest.mark.parametrize("events", [("submit", "refuse"), ("neglect",)])
def test_answers_of_an_attempt_that_failed_are_corrected_in_a_new_file(browser, enrollment, events):
    go(enrollment, *events)
    assertRedirects(browser.post(PAGE, {"action": "correct"}), url_of("confirmation"))
    old, new = fresh(enrollment), Enrollment.objects.exclude(pk=enrollment.pk).get()
    assert (old.state, new.state) == (EnrollmentState.LAPSED, EnrollmentState.STARTED)
    assert (new.birth_name, new.mobile, new.document_number) == (old.birth_name, old.mobile, old.document_number)
    assert new.mobile_verified_at == old.mobile_verified_at
    assert new.verification is None
    assert browser.get(url_of("details")).status_code == 200


def test_a_new_attempt_in_one_tab_is_not_ended_by_a_correction_in_another(enrollment):
    go(enrollment, "submit", "refuse")
    read_before = fresh(enrollment)
    letter.new_attempt(fresh(enrollment))
    with pytest.raises(TransitionNotAllowed):
        files.correct(read_before)
    assert fresh(enrollment).state == EnrollmentState.PROVING


@pytest.mark.parametrize(
    "posted", [{"action": name} for name in ("attempt", "correct", "", "activate")] + [{"resend": "1"}]
)
@pytest.mark.parametrize("events", [("submit",), ("submit", "approve")])
def test_nothing_can_be_forced_while_a_case_is_examined(browser, enrollment, events, posted):
    before = go(enrollment, *events)
    browser.post(PAGE, posted)
    after = fresh(enrollment)
    assert (after.state, after.verification_id) == (before.state, before.verification_id)
    assert Enrollment.objects.count() == 1


def test_a_stopped_file_tells_its_account(enrollment):
    go(enrollment, "not_me")
    assert "enrollment_stopped" in sent_to(enrollment.account.email)


def test_an_ended_attempt_gives_time_for_another(enrollment, clock):
    clock.stop(enrollment.expires_at)
    ended = go(enrollment, "neglect")
    assert ended.expires_at > timezone.now() + timedelta(days=project.LETTER_LIFETIME_DAYS - 1)


def test_a_bounced_mail_is_told_on_the_page(login):
    enrollment = make_proving_enrollment()
    delivery.bounced(enrollment.verification.letter)
    assertContains(login(enrollment.account).get(PAGE), "n’a pas pu être jointe")
    assert stands_at(enrollment) == "status"
