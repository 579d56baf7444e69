import pytest
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.models import Enrollment, EnrollmentState
from identite.journal_check import faults_of
from tests.enrollment.factories import AccountFactory, EnrollmentFactory, standing_at
from tests.enrollment.helpers import page_after, stands_at, url_of

pytestmark = pytest.mark.django_db
TERMS = url_of("terms")


def test_reading_the_terms_begins_nothing(login):
    browser = login(AccountFactory())
    assertContains(browser.get(TERMS), "22 novembre 2026")
    assert not Enrollment.objects.exists()


def test_accepting_the_terms_begins_the_file_once(login):
    account = AccountFactory()
    for browser in (login(account), login(account)):
        assertRedirects(browser.post(TERMS, {"accept": "on"}), page_after("terms"))
    enrollment = Enrollment.objects.get()
    assert (enrollment.account, enrollment.state) == (account, EnrollmentState.STARTED)
    assert faults_of(enrollment.pk) == []


def test_without_consent_nothing_begins_and_the_page_says_why(login):
    page = login(AccountFactory()).post(TERMS, {})
    assertContains(page, "Cochez la case pour accepter les conditions")
    assert not Enrollment.objects.exists()


def test_a_new_version_asks_again_and_then_goes_on_where_the_file_stood(login, settings):
    enrollment = standing_at("details")
    settings.SERVICE_TERMS_VERSION = "2027-01-01"
    browser = login(enrollment.account)
    assertRedirects(browser.get(url_of("details")), TERMS)
    assertContains(browser.get(TERMS), "Nos conditions ont changé")
    assertRedirects(browser.post(TERMS, {"accept": "on"}), url_of("details"))
    assert stands_at(enrollment) == "details"


@pytest.mark.parametrize("state", [EnrollmentState.LAPSED, EnrollmentState.REVOKED])
def test_after_a_file_is_over_a_new_one_begins(login, state):
    over = EnrollmentFactory(confirmed=True)
    Enrollment.objects.filter(pk=over.pk).update(state=state)
    assertRedirects(login(over.account).post(TERMS, {"accept": "on"}), page_after("terms"))
    assert over.account.enrollments.count() == 2
