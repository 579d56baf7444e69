"""Nothing typed is lost: neither by a link, nor a reload, nor the end of the session."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment import unsent
from enrollment.models import Account, Enrollment, EnrollmentState
from enrollment.services import answers, files
from enrollment.steps import ENROLLMENT
from identite.sessions import Session
from tests.clock import Clock
from tests.enrollment.factories import PASSWORD, EnrollmentFactory, standing_at
from tests.enrollment.helpers import DETAILS, page_after, page_before, url_of

pytestmark = pytest.mark.django_db
PAGE = url_of("details")
HALF = DETAILS | {"first_names": "Zoé Anaïs", "document_number": "", "expiry_year": ""}
RETURNED = "Voici ce que vous y aviez saisi"
KEEPING = [step for step in ENROLLMENT.steps if getattr(step.view, "keeps", ())]


@pytest.fixture
def enrollment():
    return standing_at("details")


@pytest.fixture
def browser(login, enrollment):
    return login(enrollment.account)


def shown(browser, page: str = PAGE) -> dict:
    """What stands in the fields of a page that is opened anew."""
    form = browser.get(page).context["form"]
    return {name: form[name].value() for name in form.fields}


def end_session(clock: Clock, seconds: int = 60) -> None:
    """It ended so long ago: nobody touched it."""
    clock.pass_(seconds=settings.SESSION_IDLE_SECONDS + seconds)


def test_a_form_with_a_mistake_comes_back_after_a_reload(browser):
    browser.post(PAGE, HALF)
    fields = shown(browser)
    assert {name: fields[name] for name in HALF if name in fields} == HALF
    assertContains(browser.get(PAGE), RETURNED)


def test_the_lookup_without_javascript_keeps_what_was_typed(browser):
    browser.post(PAGE, HALF | {"search": "birth_place_text"})
    assert shown(browser)["first_names"] == "Zoé Anaïs"


def test_the_way_back_keeps_what_was_typed(browser):
    assertRedirects(browser.post(PAGE, HALF | {"leave": "1"}), page_before("details"))
    assert shown(browser)["first_names"] == "Zoé Anaïs"


def test_what_is_typed_is_kept_while_it_is_typed_and_judged_by_nobody(browser, enrollment):
    assert browser.post(PAGE, HALF | {"keep": "1"}).status_code == 204
    assert shown(browser)["birth_place_text"] == HALF["birth_place_text"]
    enrollment.refresh_from_db()
    assert enrollment.birth_name == ""


def test_what_was_sent_is_an_answer_and_kept_no_longer(browser, enrollment):
    browser.post(PAGE, HALF)
    assertRedirects(browser.post(PAGE, DETAILS), page_after("details"))
    enrollment.refresh_from_db()
    assert enrollment.unsent == ""
    assertNotContains(browser.get(PAGE), RETURNED)


def test_another_document_leaves_the_person_and_asks_for_its_own_number(browser):
    browser.post(PAGE, DETAILS | {"first_names": "Zoé", "expiry_year": ""})
    browser.post(url_of("document"), {"document_kind": "passport"})
    fields = shown(browser)
    assert fields["first_names"] == "Zoé"
    assert [fields[name] for name in ("document_number", "issue_year", "expiry_day")] == ["", "", ""]


def test_it_lies_encrypted_and_goes_with_a_file_that_lapses(browser, enrollment):
    browser.post(PAGE, HALF)
    with connection.cursor() as cursor:
        cursor.execute("SELECT unsent FROM enrollment_enrollment")
        (stored,) = cursor.fetchone()
    assert stored
    assert "first_names" not in stored  # nor could base64 have its underscore
    Enrollment.objects.update(state=EnrollmentState.LAPSED)
    answers.erase(enrollment)
    assert Enrollment.objects.get().unsent == ""


def test_no_field_takes_more_than_an_answer_could_be(browser, enrollment):
    browser.post(PAGE, HALF | {"first_names": "a" * 50_000})
    enrollment.refresh_from_db()
    assert len(unsent.typed_on(enrollment, "details")["first_names"]) == unsent.MAX_CHARS


# --- The end of the session ---


def log_in_again(browser, account, page: str):
    return browser.post(reverse("login"), {"email": account.email, "password": PASSWORD, "next": page})


@pytest.mark.parametrize("step", KEEPING, ids=lambda step: step.slug)
def test_every_step_sent_after_the_end_of_the_session_comes_back_filled(login, step, clock):
    typed = {
        "mobile": {"prefix_code": "+590", "number": "0690 00 12"},
        "french-document": {"french_document": "no"},
        "document": {"document_kind": "permit"},
        "details": HALF,
        "mode": {"mode": "online"},
        "address": {"street": "12 rue", "complement": "", "postal_code": "29"},
        "place": {"place": "home"},
        "office": {"office": "T00001"},
        "slot": {"slot": "2026-12-01 morning"},
    }[step.slug]
    account = standing_at(step.slug).account
    browser, page = login(account), url_of(step.slug)
    end_session(clock)
    answer = browser.post(page, typed)
    assertRedirects(answer, f"{reverse('login')}?next={page}", fetch_redirect_response=False)
    assertRedirects(log_in_again(browser, account, page), page, fetch_redirect_response=False)
    fields = shown(browser, page)
    assert {name: fields[name] for name in typed if name in fields} == typed


def test_the_absolute_end_of_a_session_loses_nothing_either(browser, enrollment):
    Session.objects.update(began_at=F("began_at") - timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS))
    browser.post(PAGE, HALF)
    log_in_again(browser, enrollment.account, PAGE)
    assert shown(browser)["first_names"] == "Zoé Anaïs"


def test_somebody_else_who_logs_in_there_sees_nothing_of_it(browser, enrollment, clock):
    end_session(clock)
    browser.post(PAGE, HALF)
    other = standing_at("details").account
    log_in_again(browser, other, PAGE)
    page = browser.get(PAGE)
    assertNotContains(page, "Zoé Anaïs")
    assertNotContains(page, RETURNED)


@pytest.mark.parametrize("key", ["", "0" * 32, "unknown"])
def test_a_browser_that_never_had_the_session_keeps_nothing(client, enrollment, key, clock):
    end_session(clock)
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    client.post(PAGE, HALF)
    enrollment.refresh_from_db()
    assert enrollment.unsent == ""


def test_a_session_that_ended_long_ago_writes_nothing(browser, enrollment, clock):
    end_session(clock, settings.SESSION_ABSOLUTE_SECONDS)
    browser.post(PAGE, HALF)
    enrollment.refresh_from_db()
    assert enrollment.unsent == ""


def test_nothing_is_kept_of_a_file_that_was_confirmed(browser, enrollment, clock):
    Enrollment.objects.update(state=EnrollmentState.PROVING)
    end_session(clock)
    browser.post(PAGE, HALF)
    enrollment.refresh_from_db()
    assert enrollment.unsent == ""


def test_codes_and_consents_are_never_kept():
    kept = {name for step in KEEPING for name in step.view.keeps}
    assert not kept & {"code", "accept", "seen"}
    assert {"terms", "mobile-code", "ar24-terms", "confirmation"}.isdisjoint(step.slug for step in KEEPING)


def test_a_page_with_something_kept_asks_no_more_queries(browser, django_assert_max_num_queries):
    browser.post(PAGE, HALF)
    with django_assert_max_num_queries(6):
        browser.get(PAGE)


# --- «VALIDER» meanwhile ---


def test_what_arrives_after_the_answers_were_confirmed_is_not_kept():
    file = EnrollmentFactory(with_details=True)
    files.confirm(Enrollment.objects.get(pk=file.pk))
    unsent.keep(file, "details", {"first_names": "Zoé"})  # its page was asked for before
    file.refresh_from_db()
    assert file.unsent == ""


def test_a_confirmed_file_keeps_nothing_that_was_not_sent():
    file = EnrollmentFactory(with_details=True)
    unsent.keep(file, "details", {"first_names": "Zoé"})
    confirmed = files.confirm(Enrollment.objects.get(pk=file.pk))
    confirmed.save(update_fields=["unsent"])  # nor does the row that was handed back
    assert Enrollment.objects.get(pk=file.pk).unsent == ""


def test_nothing_is_written_into_the_file_of_an_account_that_was_closed(browser, enrollment, clock):
    end_session(clock)
    Account.objects.update(is_active=False)
    browser.post(PAGE, HALF)
    enrollment.refresh_from_db()
    assert enrollment.unsent == ""
