"""The enrollment as one list: order, guard, resume, what an answer reopens, what it costs."""

from operator import attrgetter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.models import Enrollment, EnrollmentState
from enrollment.steps import ENROLLMENT
from enrollment.steps.base import AnswerStep
from tests.enrollment.factories import (
    ANSWERED,
    AccountFactory,
    EnrollmentFactory,
    make_booked_enrollment,
    make_proving_enrollment,
    standing_at,
)
from tests.enrollment.helpers import DETAILS, last_code, sent_to, stands_at, url_of
from tests.verification.face_to_face.factories import OfficeFactory

pytestmark = pytest.mark.django_db
STEPS = ENROLLMENT.steps
MAX_QUERIES = 6
# Where something runs already: no answer opens these.
RUNNING = {
    "letter-sent": make_proving_enrollment,
    "appointment": make_booked_enrollment,
    "status": make_proving_enrollment,
}
# Pages whose answers can be changed until «VALIDER», and that page itself.
CHANGEABLE = [step.slug for step in STEPS if issubclass(step.view, AnswerStep)]


def enrollment_at(slug: str) -> Enrollment:
    return standing_at(slug) if slug in ANSWERED else RUNNING[slug]()


def test_a_citizen_walks_from_the_terms_to_the_letter(login, django_capture_on_commit_callbacks):
    account = AccountFactory(email="maelys@example.org", phone="+33639980012")
    browser = login(account)
    assertRedirects(browser.get(reverse("enrollment:resume")), url_of("terms"))
    assertRedirects(browser.post(url_of("terms"), {"accept": "on"}), url_of("mobile"))
    assertContains(browser.get(url_of("mobile")), "06 39 98 00 12")
    mobile = {"prefix_code": "+33", "number": "06 39 98 00 12"}
    assertRedirects(browser.post(url_of("mobile"), mobile), url_of("mobile-code"))
    code = last_code("+33639980012")
    assertRedirects(browser.post(url_of("mobile-code"), {"code": f"{code[:3]}-{code[3:]}"}), url_of("french-document"))
    assertRedirects(browser.post(url_of("french-document"), {"french_document": "yes"}), url_of("document"))
    assertRedirects(browser.post(url_of("document"), {"document_kind": "cni"}), url_of("details"))
    assertRedirects(browser.post(url_of("details"), DETAILS), url_of("confirmation"))
    page = browser.get(url_of("confirmation"))
    for text in ("Maëlys Gaëlle Marie", "13 juillet 1990", "Paris 14e Arrondissement (75114)", "X4RTBPFW4"):
        assertContains(page, text)
    assertRedirects(browser.post(url_of("confirmation"), {"seen": page.context["seen"]}), url_of("mode"))
    assertRedirects(browser.post(url_of("mode"), {"mode": "online"}), url_of("ar24-terms"))
    with django_capture_on_commit_callbacks(execute=True):
        assertRedirects(browser.post(url_of("ar24-terms"), {"accept": "on"}), url_of("letter-sent"))
    enrollment = Enrollment.objects.get()
    assert enrollment.state == EnrollmentState.PROVING
    assert enrollment.verification.first_names == "Maëlys Gaëlle Marie"
    assert sent_to("maelys@example.org") == ["letter_notified"]
    assertContains(browser.get(url_of("letter-sent")), "maelys<wbr>@example.org")


def test_a_citizen_walks_from_the_mode_to_the_appointment_at_home(login):
    enrollment = standing_at("mode", mobile="+33639980012")
    browser = login(enrollment.account)
    assertRedirects(browser.post(url_of("mode"), {"mode": "face_to_face"}), url_of("address"))
    address = {"street": "12 rue des Lilas", "complement": "", "postal_code": "29000"}
    assertRedirects(browser.post(url_of("address"), address), url_of("place"))
    assertRedirects(browser.post(url_of("place"), {"place": "home"}), url_of("slot"))
    _day, choices = browser.get(url_of("slot")).context["form"].days[0]
    assertRedirects(browser.post(url_of("slot"), {"slot": choices[0].value}), url_of("appointment"))
    assert stands_at(enrollment) == "appointment"
    assert sent_to(enrollment.account.email) == ["appointment_booked"]
    assert len(last_code("+33639980012")) == 6


def test_a_citizen_walks_from_the_mode_to_a_post_office(login):
    enrollment = standing_at("place")
    office = OfficeFactory()
    browser = login(enrollment.account)
    assertRedirects(browser.post(url_of("place"), {"place": "office"}), url_of("office"))
    assertRedirects(browser.post(url_of("office"), {"office": office.identifier}), url_of("appointment"))
    assertContains(browser.get(url_of("appointment")), office.name)


@pytest.mark.parametrize("slug", [step.slug for step in STEPS if step.slug not in RUNNING])
def test_each_answer_opens_the_next_page(slug):
    assert stands_at(standing_at(slug)) == slug


@pytest.mark.parametrize("step", STEPS[1:], ids=attrgetter("slug"))
def test_who_has_not_begun_cannot_skip_ahead(login, step):
    assertRedirects(login(AccountFactory()).get(ENROLLMENT.url(step)), url_of("terms"))


@pytest.mark.parametrize("step", STEPS, ids=attrgetter("slug"))
def test_a_stranger_is_asked_to_log_in_and_comes_back(client, step):
    url = ENROLLMENT.url(step)
    assertRedirects(client.get(url), f"{reverse('login')}?next={url}")


@pytest.mark.parametrize("step", STEPS, ids=attrgetter("slug"))
def test_an_agent_has_no_file(login, step):
    response = login(AccountFactory(agent=True)).get(ENROLLMENT.url(step))
    assertRedirects(response, reverse("admin:index"), fetch_redirect_response=False)


@pytest.mark.parametrize("step", STEPS[:-1], ids=attrgetter("slug"))
def test_every_page_opens_where_its_turn_has_come_within_its_queries(login, step):
    browser = login(enrollment_at(step.slug).account if step.slug != "terms" else AccountFactory())
    browser.get(ENROLLMENT.url(step))  # the session is touched, the tables are read
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = browser.get(ENROLLMENT.url(step))
    assert response.status_code == 200
    assert len(queries) <= MAX_QUERIES, "\n".join(query["sql"][:150] for query in queries)
    writes = [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]
    assert writes == []


@pytest.mark.parametrize("step", STEPS[1:], ids=attrgetter("slug"))
def test_a_page_that_is_ahead_leads_to_the_open_one(login, step):
    enrollment = EnrollmentFactory()
    place = STEPS.index(step)
    response = login(enrollment.account).get(ENROLLMENT.url(step))
    if place <= [other.slug for other in STEPS].index("mobile"):
        assert response.status_code == 200
    else:
        assertRedirects(response, url_of("mobile"))


@pytest.mark.parametrize("slug", CHANGEABLE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_was_confirmed_does_not_open_again(login, slug, method):
    enrollment = EnrollmentFactory(confirmed=True)
    response = getattr(login(enrollment.account), method)(url_of(slug))
    assertRedirects(response, url_of("mode"))


@pytest.mark.parametrize("slug", CHANGEABLE)
def test_an_earlier_page_opens_again_until_it_is_confirmed(login, slug):
    enrollment = EnrollmentFactory(with_details=True)
    assert login(enrollment.account).get(url_of(slug)).status_code == 200


def test_another_device_stands_at_the_same_page(login):
    enrollment = standing_at("details")
    for _device in range(2):
        assertRedirects(login(enrollment.account).get(reverse("enrollment:resume")), url_of("details"))


REOPENS = [
    ("mobile", {"prefix_code": "+33", "number": "06 39 98 77 77"}, "mobile-code"),
    ("mobile", {"prefix_code": "+33", "number": "SAME"}, "confirmation"),
    ("french-document", {"french_document": "no"}, "french-document"),
    ("french-document", {"french_document": "yes"}, "confirmation"),
    ("document", {"document_kind": "passport"}, "details"),
    ("document", {"document_kind": "cni"}, "confirmation"),
    ("details", DETAILS | {"birth_name": "Durand"}, "confirmation"),
]


@pytest.mark.parametrize(("slug", "answers", "opened"), REOPENS)
def test_a_changed_answer_reopens_exactly_what_depends_on_it(login, slug, answers, opened):
    enrollment = EnrollmentFactory(with_details=True)
    if answers.get("number") == "SAME":
        answers = answers | {"number": enrollment.mobile}
    login(enrollment.account).post(url_of(slug), answers)
    assert stands_at(enrollment) == opened


def test_another_document_keeps_the_person_and_clears_the_document(login):
    enrollment = EnrollmentFactory(with_details=True)
    login(enrollment.account).post(url_of("document"), {"document_kind": "permit"})
    enrollment.refresh_from_db()
    assert (enrollment.first_names, enrollment.birth_place_code) == ("Maëlys Gaëlle Marie", "75114")
    assert (enrollment.document_number, enrollment.issue_date, enrollment.expiry_date, enrollment.nationality) == (
        "", None, None, "",
    )  # fmt: skip


def test_an_account_has_one_file_and_another_accounts_file_is_not_seen(login):
    theirs = EnrollmentFactory(with_details=True, birth_name="Secretan")
    mine = EnrollmentFactory(with_details=True)
    page = login(mine.account).get(url_of("confirmation"))
    assertContains(page, "Martin")
    assert theirs.birth_name not in page.content.decode()


def test_no_link_leads_to_a_page_that_no_longer_opens(login):
    enrollment = make_proving_enrollment()
    page = login(enrollment.account).get(url_of("letter-sent")).content.decode()
    for step in STEPS:
        if not step.view.opens(enrollment):
            assert f'href="{ENROLLMENT.url(step)}"' not in page
