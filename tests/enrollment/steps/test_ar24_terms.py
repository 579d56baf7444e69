import pytest
from django.core import mail
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.services.letter import start_online_verification
from identite.transitions import TransitionNotAllowed
from tests.enrollment.factories import EnrollmentFactory
from tests.enrollment.helpers import sent_to, url_of
from verification.identity import IDENTITY_FIELDS
from verification.letter.models import LetterState
from verification.models import RegisteredLetter

pytestmark = pytest.mark.django_db
PAGE = url_of("ar24-terms")


def test_the_page_is_ar24s(login):
    enrollment = EnrollmentFactory(with_mode=True)
    page = login(enrollment.account).get(PAGE)
    assertContains(page, "– AR24</title>")
    assertContains(page, enrollment.account.email.replace("@", "<wbr>@"))


def test_without_consent_no_letter_leaves(login):
    enrollment = EnrollmentFactory(with_mode=True)
    assertContains(login(enrollment.account).post(PAGE, {}), "sans votre accord")
    assert not RegisteredLetter.objects.exists()


def test_consent_sends_one_letter_about_a_frozen_copy(login, settings, django_capture_on_commit_callbacks):
    enrollment = EnrollmentFactory(with_mode=True)
    with django_capture_on_commit_callbacks(execute=True):
        for browser in (login(enrollment.account), login(enrollment.account)):
            assertRedirects(browser.post(PAGE, {"accept": "on"}), url_of("letter-sent"))
    enrollment.refresh_from_db()
    letter = RegisteredLetter.objects.get()
    assert letter.verification == enrollment.verification
    assert letter.state == LetterState.NOTIFIED
    assert enrollment.ar24_terms_version == settings.AR24_TERMS_VERSION
    for name in IDENTITY_FIELDS:
        assert getattr(enrollment.verification, name) == getattr(enrollment, name)
    assert enrollment.verification.mobile == enrollment.mobile
    assert sent_to(enrollment.account.email) == ["letter_notified"]
    enrollment.birth_name = "Autre"
    enrollment.save(update_fields=["birth_name"])
    enrollment.verification.refresh_from_db()
    assert enrollment.verification.birth_name == "Martin"


def test_no_letter_leaves_before_its_turn():
    with pytest.raises(TransitionNotAllowed):
        start_online_verification(EnrollmentFactory(confirmed=True), terms_accepted=True)
    assert not RegisteredLetter.objects.exists()
    assert mail.outbox == []
