"""Who comes in at the counter, and where its agents come in: nowhere else."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from pytest_django.asserts import assertContains, assertRedirects

from enrollment.models import Account, Enrollment
from identite.journal import Journal
from identite.urls import urlpatterns
from tests.enrollment.factories import PASSWORD, AccountFactory, EnrollmentFactory
from tests.enrollment.helpers import enter
from tests.verification.capture.helpers import photo
from tests.verification.face_to_face.helpers import (
    BEAUVAIS,
    again,
    book_home,
    book_office,
    code_of,
    held,
    make_agent,
    make_office,
)
from verification.face_to_face import meetings
from verification.face_to_face.counter.urls import urlpatterns as counter
from verification.face_to_face.models import Appointment, Meeting, MeetingState, PostalAgent
from verification.models import Verification

pytestmark = pytest.mark.django_db
DOOR, TODAY = reverse("counter-login"), reverse("counter:today")
GIVEN = {"pk": 1, "meeting": 1, "capture": 1}


def addresses(patterns: list, before: str = "/") -> Iterator[str]:
    """Every address of the project, with something where it wants a value."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield filled(route)


def filled(route: str) -> str:
    route = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", route)
    route = re.sub(r"<(?:int|path|object_id|str|secret|slug)?:?\w+>", "1", route)
    return re.sub(r"[\^$]|\(\?P.*?\)|\\.*", "", route)


def postal(office=None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_agent(office or make_office()).account)
    return client


# --- A postal agent elsewhere ---


def test_an_agent_of_the_counter_comes_in_nowhere_else(monday, unchecked):
    """What anybody sees is hers too; of what is behind a login nothing is but the counter."""
    enrollment = EnrollmentFactory(with_details=True, birth_name="Ouvrerard")
    hers = postal()
    secret = {enrollment.account.email, enrollment.birth_name, enrollment.document_number, str(enrollment.pk)}
    seen = 0
    for address in addresses(urlpatterns):
        if address.startswith(("/sandbox/", "/session/")) or address.endswith(("/logout/", "/deconnexion/")):
            continue
        for answer in (hers.get(address), hers.post(address, {})):
            assert answer.status_code < 500, address
            if address.startswith("/gestion/") and "/login/" not in address:
                assert answer.status_code in (302, 403, 404, 405), address
                assert answer.status_code != 302 or "/gestion/login/" in answer["Location"] or address.endswith("//"), (
                    address,
                    answer["Location"],
                )
            if address.startswith("/dossier/") and answer.status_code == 302:
                assert answer["Location"].startswith((TODAY, "/dossier/")), address
            assert not any(word in answer.content.decode(errors="replace") for word in secret), address
            seen += 1
    assert seen > 150
    assert Enrollment.objects.count() == 1  # she has begun no file of her own either


def test_her_file_page_is_the_counter(monday):
    assertRedirects(postal().get(reverse("enrollment:resume")), TODAY)


# --- Others at the counter ---


@pytest.fixture
def pages(office, unchecked) -> tuple[Meeting, list[str]]:
    """Every address of the counter, of a meeting that is under way and has a photo."""
    meeting = held(meetings.open_meeting(book_office(office=office), make_agent(office)), until="photos")
    capture = meetings.take_photo(meeting, "front", photo(1))
    values = {"pk": meeting.appointment.pk, "meeting": meeting.pk, "capture": capture.pk}
    found = []
    for pattern in counter:
        names = pattern.pattern.converters
        found.append(reverse(f"counter:{pattern.name}", kwargs={name: values[name] for name in names}))
    return meeting, found


def states() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Meeting, Appointment, Verification)]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda meeting: AccountFactory(), 403),
        (lambda meeting: meeting.appointment.verification.applicant, 403),
        (lambda meeting: AccountFactory(agent=True), 403),
        (lambda meeting: AccountFactory(is_staff=True), 403),
        (lambda meeting: None, 302),
    ],
    ids=["a citizen", "its person", "an administrator", "an agent of the desk", "a stranger"],
)
def test_nobody_else_gets_anything_of_the_counter(pages, who, status):
    meeting, found = pages
    client = Client()
    if (account := who(meeting)) is not None:
        client.force_login(account)
    before, entries = states(), Journal.objects.exclude(event="rights_granted").count()
    assert len(found) > 12
    for address in found:
        for answer in (client.get(address), client.post(address, {"action": "go_on", "code": "1"})):
            assert answer.status_code == status, address
            assert status != 302 or answer["Location"].startswith(f"{DOOR}?next="), address
            assert "X4RTBPFW4" not in answer.text
    assert states() == before
    assert Journal.objects.exclude(event="rights_granted").count() == entries


@pytest.mark.parametrize("taken", ["group", "row", "active"])
def test_without_her_right_or_her_place_an_agent_is_none(office, taken):
    agent = make_agent(office)
    client = Client()
    client.force_login(agent.account)
    assert client.get(TODAY).status_code == 200
    if taken == "group":
        agent.account.groups.clear()
    elif taken == "row":
        agent.delete()
    else:
        Account.objects.filter(pk=agent.account_id).update(is_active=False)
    assert client.get(TODAY).status_code in (302, 403)


def test_a_meeting_is_its_agents_alone(pages, office):
    """The agent of another office finds the appointment, not what was typed about its person."""
    meeting, found = pages
    other = postal(make_office())
    before = states()
    for address in found:
        if str(meeting.pk) in address:
            assert other.post(address, {"code": "1"}).status_code in (404, 405), address
            assert other.get(address).status_code == 404 or "/leave/" in address, address
    assert states() == before
    assertContains(other.get(reverse("counter:appointment", args=[meeting.appointment.pk])), "tient cet entretien")


def test_an_appointment_at_home_is_the_postmans_of_that_round_on_that_day(monday, settings):
    appointment = book_home()
    address = reverse("counter:appointment", args=[appointment.pk])
    browsers = {}
    for name, agent in {
        "there": make_agent(communes=(BEAUVAIS,)),
        "elsewhere": make_agent(communes=("75114",)),
        "office": make_agent(make_office()),
    }.items():
        browsers[name] = Client()
        browsers[name].force_login(agent.account)
    assert {browser.get(address).status_code for browser in browsers.values()} == {404}  # it is only Monday
    monday.pass_(days=1)
    for browser, agent in zip(browsers.values(), PostalAgent.objects.order_by("pk"), strict=True):
        browser.force_login(agent.account)
    assert {name: browser.get(address).status_code for name, browser in browsers.items()} == {
        "there": 200,
        "elsewhere": 404,
        "office": 404,
    }
    assert browsers["elsewhere"].post(address).status_code == 404
    assert not Meeting.objects.exists()


def test_an_office_that_takes_part_no_longer_holds_no_meeting(appointment, browser, office):
    type(office).objects.update(participates=False)
    assert browser.get(reverse("counter:appointment", args=[appointment.pk])).status_code == 404


def test_her_own_appointment_is_somebody_elses(appointment, agent, browser):
    Account.objects.filter(pk=agent.account_id).first()
    agent.account.phone = appointment.verification.mobile
    agent.account.save()
    address = reverse("counter:appointment", args=[appointment.pk])
    for answer in (browser.get(address), browser.post(address)):
        assertContains(answer, "Ce rendez-vous est le vôtre", status_code=403)
    assert Journal.objects.filter(event="own_meeting_refused").count() == 2
    assert not Meeting.objects.exists()


# --- Her door ---


def come(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(DOOR, {"email": email, "password": password, **more})


def test_she_comes_in_and_goes_where_she_wanted(client, agent, appointment):
    wanted = reverse("counter:appointment", args=[appointment.pk])
    asked = client.get(wanted)
    assertRedirects(asked, f"{DOOR}?next={wanted}")
    assertRedirects(come(client, agent.account.email.upper(), next=wanted), wanted)
    assertRedirects(client.get(DOOR), TODAY)
    assertRedirects(client.post(reverse("counter-logout")), DOOR)
    assertRedirects(client.get(TODAY), f"{DOOR}?next={TODAY}")


def test_she_is_sent_to_no_other_site(client, agent):
    assertRedirects(come(client, agent.account.email, next="https://elsewhere.example/"), TODAY)


def test_a_citizen_an_agent_of_the_desk_and_nobody_get_one_answer():
    desk, citizen = AccountFactory(is_staff=True), AccountFactory()
    answers = set()
    for email, password in (
        (citizen.email, PASSWORD),
        (citizen.email, "Mauvais00"),
        (desk.email, PASSWORD),
        ("nobody@example.org", "x"),
    ):
        client = Client()
        page = come(client, email, password)
        answers.add(re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.text).replace(email, ""))
        assert "_auth_user_id" not in client.session
    assert len(answers) == 1
    assert "est incorrect" in answers.pop()


def test_at_the_other_doors_she_does_not_come_in(client, agent):
    told = enter(client, agent.account.email)
    assertContains(told, f"connectez-vous à l’adresse {DOOR}")
    client.post(reverse("admin:login"), {"username": agent.account.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_leads_back_to_her_door(client, agent):
    from identite import tokens

    token = tokens.issue("password-reset", agent.account, seconds=1800)
    assertRedirects(client.post(reverse("password-reset", args=[token]), {"password": "Coquelicot8"}), DOOR)


# --- Who places her ---


def test_the_group_comes_with_the_database_and_gives_one_right():
    group = Group.objects.get(name="Agents postaux")
    assert [right.codename for right in group.permissions.all()] == ["hold_meeting"]


def test_a_superuser_places_an_agent_and_the_journal_says_where(client, office):
    client.force_login(AccountFactory(agent=True))
    account = AccountFactory()
    add = reverse("admin:verification_postalagent_add")
    sent = {"account": account.pk, "office": office.pk, "communes": BEAUVAIS}
    assert client.post(add, sent | {"communes": "99999"}).status_code == 200
    assert client.post(add, sent).status_code == 302
    assert PostalAgent.objects.get().communes == [BEAUVAIS]
    entry = Journal.objects.get(event="postal_agent_placed", chain=account.pk)
    assert entry.detail["where"] == [office.identifier, BEAUVAIS]
    citizen = book_office(office=office).verification.applicant
    assertContains(client.post(add, sent | {"account": citizen.pk}), "Ce compte a un dossier")
    assertContains(client.post(add, sent | {"account": AccountFactory(is_staff=True).pk}), "agent du bureau")


def test_the_case_page_of_the_desk_shows_what_was_seen(client, office, agent, unchecked):
    meeting = held(meetings.open_meeting(book_office(office=office), agent), number="X4RTBPFW5")
    meetings.accept(meeting)
    case = Verification.objects.get().case
    desk = AccountFactory(is_staff=True, phone="+33639981111")
    desk.user_permissions.set(Permission.objects.filter(codename__in=("view_case", "decide_case")))
    client.force_login(desk)
    text = client.get(reverse("admin:verification_case_change", args=[case.pk])).text
    for shown in (
        "Entretien en face à face", "X4RTBPFW5", "X4RTBPFW4", "différent", "la pièce diffère de la saisie",
        "Dominique Facteur", office.name, "La pièce est-elle l’original", "Code du rendez-vous montré",
        f"agent postal {agent.account.email}",
    ):  # fmt: skip
        assert shown in text, shown
    refuse = client.get(reverse("admin:case-refuse", args=[case.pk])).text
    assert "counter_data_differ" in refuse
    assert "face_differs" not in refuse
    assertContains(client.get(reverse("admin:case-approve", args=[case.pk])), "ce que l’agent postal a constaté")
    assert code_of(meeting.appointment)
    assert again(meeting).state == MeetingState.ACCEPTED


def test_of_an_erased_meeting_the_page_still_opens(client, office, agent, unchecked):
    meeting = held(meetings.open_meeting(book_office(office=office), agent), number="X4RTBPFW5")
    meetings.accept(meeting)
    Meeting.objects.update(document_number="", expiry_date=None)
    client.force_login(AccountFactory(agent=True, phone="+33639981111"))
    case = Verification.objects.get().case
    assert client.get(reverse("admin:verification_case_change", args=[case.pk])).status_code == 200
