"""From the online way to the other one, wherever the first one stands."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.models import Enrollment, EnrollmentState
from enrollment.services import files, letter
from identite import quotas
from identite.fields import for_update
from identite.journal_check import faults_of
from identite.transitions import TransitionNotAllowed
from tests.enrollment.factories import (
    EXPIRED,
    AccountFactory,
    EnrollmentFactory,
    make_booked_enrollment,
    make_proving_enrollment,
)
from tests.enrollment.helpers import stands_at, url_of
from verification import services as verifications
from verification import transitions as verification_transitions
from verification.letter import answers, delivery, mails
from verification.models import Mode, Verification, VerificationState

pytestmark = pytest.mark.django_db
PAGE = reverse("enrollment:face-to-face")


@pytest.fixture
def enrollment(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return make_proving_enrollment()


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


def fresh(enrollment):
    return Enrollment.objects.select_related("verification__letter", "account").get(pk=enrollment.pk)


def test_a_letter_that_waits_is_given_up_and_nothing_is_typed_twice(browser, enrollment):
    assertContains(browser.get(url_of("letter-sent")), PAGE)
    page = browser.get(PAGE)
    assertContains(page, "n’aura plus d’effet")
    assertNotContains(page, "Les photos et vidéos")
    assert fresh(enrollment).mode == Mode.ONLINE
    done = browser.post(PAGE, follow=True)
    assertRedirects(done, url_of("address"))
    assertContains(done, "Tout ce que vous aviez saisi est gardé.")
    after = fresh(enrollment)
    assert (after.state, after.mode, after.verification) == (EnrollmentState.PROVING, Mode.FACE_TO_FACE, None)
    assert (after.birth_name, after.mobile) == (enrollment.birth_name, enrollment.mobile)
    given_up = Verification.objects.select_related("letter").get(applicant=enrollment.account)
    assert given_up.state == VerificationState.ABANDONED
    assert given_up.letter.reminder_due_at is None
    assertContains(browser.get(mails.link(given_up.letter)), "ne peut plus être ouvert", status_code=410)
    assert faults_of(enrollment.pk) == []


def locked_video(verification):
    for _time in range(2):
        quotas.take("face_video_failure", verification.file)
    Verification.objects.filter(pk=verification.pk).update(
        means="visual", overview_seen_at=timezone.now(), shown_kind="cni", conditions_read_at=timezone.now()
    )


def test_the_second_refused_video_leads_there(browser, enrollment):
    row = answers.confirm_identity(enrollment.verification.letter)
    locked_video(row)
    assertContains(browser.get(PAGE), "Les photos et vidéos déjà envoyées ne serviront pas")
    assertRedirects(browser.post(PAGE), url_of("address"))


@pytest.mark.parametrize("slug", ["means"])
def test_pages_of_the_identification_offer_it(browser, enrollment, slug):
    answers.confirm_identity(enrollment.verification.letter)
    assertContains(browser.get(reverse(f"verification:{slug}")), PAGE)


def test_who_uses_up_the_photo_tries_is_offered_it(browser, enrollment):
    row = answers.confirm_identity(enrollment.verification.letter)
    locked_video(row)
    assertNotContains(browser.get(reverse("verification:front")), PAGE)
    for _try in range(5):
        quotas.take("document_photo", row.file)
    assertContains(browser.get(reverse("verification:front")), PAGE)


def end(enrollment, how):
    verification = enrollment.verification
    if how == "neglect":
        type(verification.letter).objects.update(due_at=timezone.now())
        delivery.neglect(verification.letter)
    else:
        answers.confirm_identity(verification.letter)
        verifications.submit(verification)
        if how == "refuse":
            verification_transitions.move(verification, "refuse", label="test", reasons=["face_differs"])
    return fresh(enrollment)


@pytest.mark.parametrize("how", ["neglect", "refuse"])
def test_after_a_refusal_or_a_lapsed_letter_the_file_goes_on_face_to_face(browser, enrollment, how):
    end(enrollment, how)
    assertContains(browser.get(url_of("status")), "Passer en face à face")
    assertRedirects(browser.post(url_of("status"), {"action": "face_to_face"}), url_of("address"))
    assert fresh(enrollment).state == EnrollmentState.PROVING


def test_the_page_of_a_refused_letter_leads_there_too(browser, enrollment):
    end(enrollment, "refuse")
    assertContains(browser.get(reverse("verification:tracking")), PAGE)
    assertRedirects(browser.post(PAGE), url_of("address"))


def test_what_an_agent_examines_is_not_taken_away(browser, enrollment):
    end(enrollment, "submit")
    assertRedirects(browser.get(PAGE), reverse("enrollment:resume"), fetch_redirect_response=False)
    browser.post(PAGE)
    browser.post(url_of("status"), {"action": "face_to_face"})
    assert fresh(enrollment).verification.state == VerificationState.SUBMITTED


def test_an_appointment_that_stands_is_cancelled_before_a_letter_leaves():
    enrollment = make_booked_enrollment()
    for begin in (lambda: files.begin_again(enrollment, Mode.ONLINE), lambda: letter.new_attempt(enrollment)):
        with pytest.raises(TransitionNotAllowed):
            begin()
    assert stands_at(enrollment) == "appointment"


def test_a_document_that_expired_meanwhile_goes_on_face_to_face_only(browser, enrollment):
    end(enrollment, "refuse")
    Enrollment.objects.filter(pk=enrollment.pk).update(**for_update(enrollment, **EXPIRED))
    page = browser.get(url_of("status"))
    assertContains(page, "avec votre pièce périmée")
    assertNotContains(page, "Réessayer avec les mêmes informations")
    browser.post(url_of("status"), {"action": "attempt"})
    assert fresh(enrollment).state == EnrollmentState.REFUSED
    assertRedirects(browser.post(url_of("status"), {"action": "face_to_face"}), url_of("address"))


def test_the_limits_of_photos_and_videos_outlive_a_detour(browser, enrollment):
    row = answers.confirm_identity(enrollment.verification.letter)
    locked_video(row)
    browser.post(PAGE)
    browser.post(url_of("mode"), {"mode": "online"})
    browser.post(url_of("ar24-terms"), {"accept": "on"})
    again = fresh(enrollment).verification
    assert again.pk != row.pk
    assert quotas.usage("face_video_failure", again.file).exceeded


@pytest.mark.parametrize("make", [lambda: EnrollmentFactory(with_details=True), make_booked_enrollment])
def test_where_nothing_is_to_be_given_up_the_file_shows_where_it_stands(login, make):
    enrollment = make()
    browser = login(enrollment.account)
    for answer in (browser.get(PAGE), browser.post(PAGE)):
        assertRedirects(answer, reverse("enrollment:resume"), fetch_redirect_response=False)
    assertRedirects(login(AccountFactory()).get(PAGE), reverse("enrollment:resume"), fetch_redirect_response=False)


def test_a_stranger_logs_in_first_and_comes_back(client):
    assertRedirects(client.get(PAGE), f"{reverse('login')}?next={PAGE}")
