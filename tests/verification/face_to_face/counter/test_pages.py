"""The counter's pages as an agent meets them: her day, the search, one meeting from its code to its decision."""

import re

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from identite import quotas
from identite.journal import Journal
from identite.sessions import Session
from tests.enrollment.factories import PASSWORD
from tests.verification.capture.helpers import BLURRED, PASS, answer, photo
from tests.verification.face_to_face.helpers import (
    BEAUVAIS,
    TUESDAY,
    again,
    book_home,
    book_office,
    code_of,
    held,
    make_agent,
    make_in_person,
    make_office,
)
from verification.capture.models import Capture
from verification.face_to_face import meetings
from verification.face_to_face.counter.steps import MEETING
from verification.face_to_face.finding import QUOTA
from verification.face_to_face.models import Appointment, HalfDay, Meeting, MeetingState
from verification.face_to_face.steps import DONE
from verification.models import Verification, VerificationState

pytestmark = pytest.mark.django_db
TODAY, SEARCH = reverse("counter:today"), reverse("counter:search")
MAX_QUERIES = 6


def page(meeting: Meeting, slug: str) -> str:
    return reverse(f"counter:{slug}", args=[meeting.pk])


def appointment_page(appointment: Appointment) -> str:
    return reverse("counter:appointment", args=[appointment.pk])


DOCUMENT = {"kind": "cni", "number": "x4rt bpfw4", "expiry_day": "11", "expiry_month": "2", "expiry_year": "2032"}
YES = dict.fromkeys(("original", "undamaged", "changing", "relief", "lines", "portrait"), "yes")


# --- A whole meeting ---


def test_a_meeting_over_its_pages(browser, appointment, unchecked):
    begun = browser.post(appointment_page(appointment))
    meeting = Meeting.objects.get()
    assertRedirects(begun, page(meeting, "code"))
    assertNotContains(browser.get(page(meeting, "code")), "Martin")
    for slug, sent, after in (
        ("code", {"code": code_of(appointment)}, "identity"),
        ("identity", {}, "document"),
        ("document", DOCUMENT, "comparison"),
        ("comparison", {}, "checklist"),
        ("checklist", YES, "photos"),
    ):
        assert browser.get(page(meeting, slug)).status_code == 200
        assertRedirects(browser.post(page(meeting, slug), sent), page(meeting, after))
    for seed, side in enumerate(("front", "back")):
        file = SimpleUploadedFile("photo.jpg", photo(seed))
        browser.post(page(meeting, "photos"), {"action": "upload", "side": side, "file": file})
    assertContains(browser.get(page(meeting, "photos")), "Contrôle en cours")
    assert browser.get(page(meeting, "photos-status")).json() == {"state": "running"}
    assertRedirects(browser.post(page(meeting, "photos"), {"action": "go_on"}), page(meeting, "decision"))
    decided = browser.post(page(meeting, "decision"), {"decision": "accept", "password": PASSWORD})
    assertRedirects(decided, page(meeting, "done"))
    assertContains(browser.get(page(meeting, "done")), "finissent d’être contrôlées")
    for capture in Capture.objects.all():
        answer(capture, PASS)
    assertContains(browser.get(page(meeting, "done")), "L’identité est prouvée")
    assert Verification.objects.get().state == VerificationState.PROVEN


def test_the_identity_is_read_back_without_its_document(browser, meeting):
    text = browser.get(page(held(meeting, until="identity"), "identity")).text
    for shown in ("Maëlys Gaëlle Marie", "Martin", "13 juillet 1990", "Paris 14e Arrondissement"):
        assert shown in text
    assert "X4RTBPFW4" not in text
    assert "2032" not in text


def test_the_citizens_values_stand_on_no_page_before_the_agents(browser, meeting):
    meeting = held(meeting, until="document")
    assertNotContains(browser.get(page(meeting, "document")), "X4RTBPFW4")
    assertRedirects(browser.get(page(meeting, "comparison")), page(meeting, "document"))
    assertNotContains(browser.get(page(meeting, "decision")), "X4RTBPFW4")


def test_a_zero_and_a_letter_are_named_where_they_stand(browser, meeting):
    meeting = held(meeting, until="document")
    browser.post(page(meeting, "document"), DOCUMENT | {"number": "X4RTBPFW0"})
    text = browser.get(page(meeting, "comparison")).text
    assert "différent" in text
    assert "zéro" in text
    browser.post(page(meeting, "document"), DOCUMENT | {"number": "X4RTBPFWO"})
    assertContains(browser.get(page(meeting, "comparison")), "lettre O")


def test_a_number_that_such_a_document_cannot_have_is_a_slip(browser, meeting):
    meeting = held(meeting, until="document")
    answered = browser.post(page(meeting, "document"), DOCUMENT | {"kind": "passport", "number": "12AA3456O"})
    assertContains(answered, "passeport français")
    assert again(meeting).typings == 0


def test_what_is_missing_is_said_at_its_field(browser, meeting):
    meeting = held(meeting, until="document")
    text = browser.post(
        page(meeting, "document"), {"expiry_day": "31", "expiry_month": "2", "expiry_year": "2030"}
    ).text
    for said in ("Choisissez la pièce présentée", "Saisissez le numéro imprimé", "Cette date n’existe pas"):
        assert said in text
    meeting = held(meeting, until="checklist")
    assertContains(browser.post(page(meeting, "checklist"), {}), "Répondez par oui ou par non")


def test_a_wrong_code_says_how_many_tries_are_left_then_wants_another(browser, meeting):
    code = page(meeting, "code")
    wrong = "000000" if code_of(meeting.appointment) != "000000" else "111111"
    assertContains(browser.post(code, {"code": wrong}), "Il vous reste 4")
    for _try in range(4):
        last = browser.post(code, {"code": wrong})
    assertContains(last, "Demandez-en un nouveau")
    assertContains(browser.post(code, {"code": code_of(meeting.appointment)}), "Demandez-en un nouveau")
    assertRedirects(browser.post(code, {"resend": "1"}), code)


def test_a_new_code_is_sent_and_opens(browser, meeting, monday):
    monday.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
    old, code = code_of(meeting.appointment), page(meeting, "code")
    browser.post(code, {"resend": "1"})
    assert Journal.objects.filter(event="meeting_code_sent", actor=meeting.agent.account).count() == 1
    new = code_of(meeting.appointment)
    if new != old:
        assertContains(browser.post(code, {"code": old}), "pas le bon")
    assertRedirects(browser.post(code, {"code": new}), page(meeting, "identity"))


def test_as_many_codes_as_an_hour_allows_then_until_when(browser, meeting, monday):
    for _send in range(project.QUOTAS["appointment_code_send"][0] + 1):
        monday.pass_(seconds=project.CODE_RESEND_DELAY_SECONDS)
        browser.post(page(meeting, "code"), {"resend": "1"})
    assertContains(browser.get(page(meeting, "code")), "Vous pourrez réessayer")


# --- The decision ---


def test_a_refusal_wants_a_reason_and_the_password(browser, meeting):
    meeting = held(meeting, until="identity")
    decision = page(meeting, "decision")
    assertNotContains(browser.get(decision), "J’accepte")
    assertContains(browser.post(decision, {"decision": "refuse", "password": PASSWORD}), "au moins un motif")
    sent = {"decision": "refuse", "reasons": ["counter_damaged"]}
    assertContains(browser.post(decision, sent), "Saisissez votre mot de passe")
    assertContains(browser.post(decision, sent | {"password": "Mauvais00"}), "Ce mot de passe est incorrect")
    assert again(meeting).state == MeetingState.OPEN
    assertRedirects(browser.post(decision, sent | {"password": PASSWORD}), page(meeting, "done"))
    assertContains(browser.get(page(meeting, "done")), "trop abîmée")


def test_wrong_passwords_at_the_decision_lock_every_door(browser, meeting, monday):
    decision = page(held(meeting, until="identity"), "decision")
    sent = {"decision": "refuse", "reasons": ["counter_damaged"], "password": "Mauvais00"}
    for wrong in range(1, 11):
        browser.post(decision, sent)
        monday.pass_(seconds=project.PASSWORD_PAUSES_SECONDS.get(wrong, 0))
    assertContains(browser.post(decision, sent | {"password": PASSWORD}), "bloquée jusqu’à")
    email = meeting.agent.account.email
    assertContains(Client().post(reverse("counter-login"), {"email": email, "password": PASSWORD}), "bloquée jusqu’à")
    assert again(meeting).state == MeetingState.OPEN


def test_a_decision_whose_answer_was_lost_is_shown_as_it_was_taken(browser, meeting):
    meeting = held(meeting)
    sent = {"decision": "accept", "password": PASSWORD}
    for _time in range(2):
        assertRedirects(browser.post(page(meeting, "decision"), sent), page(meeting, "done"))
    refused = {"decision": "refuse", "reasons": ["counter_other"], "password": PASSWORD}
    assertRedirects(browser.post(page(meeting, "decision"), refused), page(meeting, "done"))
    assert Journal.objects.filter(event="accept_meeting").count() == 1
    assert again(meeting).state == MeetingState.ACCEPTED


def test_without_the_code_an_office_can_only_break_off(browser, meeting):
    text = browser.get(page(meeting, "decision")).text
    assert "rien ne peut être décidé" in text
    assert "J’accepte" not in text
    assertRedirects(browser.post(page(meeting, "leave")), TODAY)
    assert again(meeting).state == MeetingState.LEFT
    assertContains(browser.get(page(meeting, "done")), "interrompu")
    assertRedirects(browser.post(page(meeting, "identity")), page(meeting, "done"))


def test_a_findings_sentence_stands_beside_the_photo(browser, meeting):
    meeting = held(meeting, until="photos")
    answer(meetings.take_photo(meeting, "front", photo(1)), BLURRED)
    assertContains(browser.get(page(meeting, "photos")), "non conforme")
    assertRedirects(browser.post(page(meeting, "photos"), {"action": "impossible"}), page(meeting, "decision"))
    assertContains(browser.get(page(meeting, "decision")), "pas de photo")


def test_a_file_that_is_no_photo_is_said_at_its_side(browser, meeting):
    meeting = held(meeting, until="photos")
    sent = {"action": "upload", "side": "back", "file": SimpleUploadedFile("a.txt", b"nothing")}
    assertContains(browser.post(page(meeting, "photos"), sent), "n’est pas une photo", status_code=422)
    assertContains(browser.post(page(meeting, "photos"), {"action": "upload", "side": "video"}, follow=True), "Recto")
    assertContains(
        browser.post(page(meeting, "photos"), {"action": "go_on"}, follow=True), "Photographiez d’abord chaque face"
    )


def test_a_photo_is_shown_while_its_meeting_is_open_and_the_look_journalled(browser, meeting):
    meeting = held(meeting, until="photos")
    capture = meetings.take_photo(meeting, "front", photo(1))
    address = reverse("counter:photo", args=[meeting.pk, capture.pk])
    assert browser.get(address)["Content-Type"] == "image/jpeg"
    entry = Journal.objects.get(event="evidence_read")
    assert (entry.actor, entry.actor_label) == (meeting.agent.account, "postal agent")
    meetings.refuse(meeting, ["counter_other"])
    assert browser.get(address).status_code == 404


# --- What was typed survives ---


def test_what_is_typed_survives_a_reload_and_goes_once_it_is_sent(browser, meeting):
    meeting = held(meeting, until="document")
    document = page(meeting, "document")
    assert browser.post(document, DOCUMENT | {"number": "X4RT", "keep": "1"}).status_code == 204
    text = browser.get(document).text
    assert 'value="X4RT"' in text
    assert "Vous n’aviez pas validé cette page" in text
    browser.post(document, DOCUMENT)
    assert again(meeting).unsent == ""


def test_no_secret_is_kept(browser, meeting):
    meeting = held(meeting, until="identity")
    sent = {"decision": "refuse", "password": PASSWORD, "code": "123456", "keep": "1"}
    browser.post(page(meeting, "decision"), sent)
    browser.post(page(meeting, "code"), {"code": "123456", "keep": "1"})
    assert PASSWORD not in again(meeting).unsent
    assert "123456" not in again(meeting).unsent


def test_what_is_sent_after_the_end_of_the_session_is_kept(browser, meeting):
    meeting = held(meeting, until="document")
    session = Session.objects.get(account=meeting.agent.account)
    Session.objects.filter(pk=session.pk).update(expire_date=session.began_at)
    answered = browser.post(page(meeting, "document"), DOCUMENT)
    assertRedirects(answered, f"{reverse('counter-login')}?next={page(meeting, 'document')}")
    browser.force_login(meeting.agent.account)
    assertContains(browser.get(page(meeting, "document")), "x4rt bpfw4")


# --- Her day, and the search ---


def test_the_round_by_half_days_with_state_name_and_address(monday, settings):
    postman = make_agent(communes=(BEAUVAIS,))
    browser = Client()
    browser.force_login(postman.account)
    morning, afternoon = (book_home(half=half) for half in (HalfDay.MORNING, HalfDay.AFTERNOON))
    assertContains(browser.get(TODAY), "Aucun rendez-vous à domicile", count=2)
    monday.pass_(days=1)
    assert monday.now().date() == TUESDAY
    meetings.open_meeting(afternoon, postman)
    browser.force_login(postman.account)
    text = browser.get(TODAY).text
    assert text.index("Matin") < text.index(str(morning)) < text.index("Après-midi") < text.index(str(afternoon))
    assert "Madame Maëlys Martin" in text
    assert "14 rue des Tilleuls" in text
    assert "en cours : vous" in text


def test_an_office_shows_its_walk_ins_without_their_names(browser, appointment, office):
    elsewhere = book_office(office=make_office())
    text = browser.get(TODAY).text
    assert str(appointment) in text
    assert str(elsewhere) not in text
    assert "Martin" not in text


@pytest.mark.parametrize("typed", ["{}", "{} ", "lower"])
def test_the_reference_is_found_however_it_is_typed(browser, appointment, typed):
    text = appointment.reference.lower() if typed == "lower" else typed.format(appointment)
    assertRedirects(browser.post(SEARCH, {"by": "reference", "reference": text}), appointment_page(appointment))


def test_any_office_holds_the_meeting_whichever_was_chosen(browser, agent):
    elsewhere = book_office(office=make_office())
    browser.post(SEARCH, {"by": "reference", "reference": elsewhere.reference})
    assertContains(browser.get(appointment_page(elsewhere)), "Commencer l’entretien")


PERSON = {"birth_name": "MARTIN", "birth_day": "13", "birth_month": "07", "birth_year": "1990"}


def test_where_the_message_was_lost_name_birth_and_document_stand_for_the_code(browser, appointment):
    found = browser.post(SEARCH, PERSON | {"by": "person", "document_number": "x4rt bpfw4"})
    meeting = Meeting.objects.get()
    assertRedirects(found, page(meeting, "identity"))
    assert meeting.found_without_code
    entry = Journal.objects.get(event="counter_searched", chain=appointment.journal_chain)
    assert (entry.detail["by"], entry.detail["found"]) == ("person", True)


@pytest.mark.parametrize(
    "wrong",
    [{"document_number": "X4RTBPFW5"}, {"birth_name": "Durand"}, {"birth_day": "14"}],
    ids=lambda one: next(iter(one)),
)
def test_one_wrong_value_finds_nobody_and_shows_nothing(browser, appointment, agent, wrong):
    answered = browser.post(SEARCH, PERSON | {"by": "person", "document_number": "X4RTBPFW4"} | wrong)
    assertContains(answered, "Aucun rendez-vous que vous puissiez tenir")
    assertNotContains(answered, str(appointment))
    assert not Meeting.objects.exists()
    entry = Journal.objects.get(event="counter_searched")
    assert (entry.chain, entry.detail["found"]) == (agent.account.pk, False)


def test_searches_that_find_nothing_are_counted_and_say_until_when(browser, appointment, agent):
    for _miss in range(project.QUOTAS[QUOTA][0]):
        browser.post(SEARCH, {"by": "reference", "reference": "2222-2222"})
        browser.post(SEARCH, {"by": "reference", "reference": "trop court"})  # a slip costs nothing
    locked = browser.post(SEARCH, {"by": "reference", "reference": appointment.reference})
    assertContains(locked, "Vous pourrez réessayer", status_code=429)
    assertContains(browser.get(SEARCH), "Vous pourrez réessayer")
    assert browser.get(appointment_page(appointment)).status_code == 200  # her own list stays open


def test_what_is_found_is_not_counted(browser, appointment, agent):
    for _time in range(3):
        browser.post(SEARCH, {"by": "reference", "reference": appointment.reference})
    assert quotas.usage(QUOTA, agent.account_id).used == 0


# --- Two agents ---


def test_the_second_agent_is_told_who_has_it_and_until_when(meeting, office, monday, settings):
    second = Client()
    second.force_login(make_agent(office, first_name="Camille", last_name="Seconde").account)
    address = appointment_page(meeting.appointment)
    text = second.get(address).text
    assert "Dominique Facteur tient cet entretien, commencé à 9\xa0h\xa030" in text
    assert "à 9\xa0h\xa040" in text
    assertContains(second.post(address, follow=True), "tient cet entretien")
    monday.pass_(seconds=settings.MEETING_IDLE_SECONDS)
    assertContains(second.get(address), "Reprendre cet entretien")
    assert second.post(address).status_code == 302
    assert sorted(Meeting.objects.values_list("state", flat=True)) == [MeetingState.LEFT, MeetingState.OPEN]


def test_a_form_of_the_first_tab_never_lands_in_the_second_meeting(browser, agent, office, meeting):
    other = meetings.open_meeting(book_office(make_in_person(), office), agent)
    first = held(meeting, until="document")
    browser.post(page(first, "document"), DOCUMENT)
    assert (again(first).document_number, again(other).document_number) == ("X4RTBPFW4", "")


# --- What every page has in common ---


@pytest.mark.parametrize("slug", [*DONE, "decision"])
def test_no_page_asks_more_of_the_database(browser, meeting, slug, django_assert_max_num_queries):
    meeting = held(meeting, until=slug)
    browser.get(TODAY)  # the session is moved on once a minute
    with django_assert_max_num_queries(MAX_QUERIES):
        assert browser.get(page(meeting, slug)).status_code == 200


def test_nor_do_the_pages_around_it(browser, meeting, office, django_assert_max_num_queries):
    for _more in range(3):
        book_office(office=office)
    browser.get(TODAY)
    for address in (TODAY, SEARCH, appointment_page(meeting.appointment)):
        with django_assert_max_num_queries(MAX_QUERIES):
            assert browser.get(address).status_code == 200
    done = meetings.refuse(held(meeting, until="identity"), ["counter_other"])
    with django_assert_max_num_queries(MAX_QUERIES):
        assert browser.get(page(done, "done")).status_code == 200


def test_steps_stand_in_the_order_of_the_service():
    assert [step.slug for step in MEETING.steps] == [*DONE, "decision"]


def test_a_device_has_a_name_of_its_own(browser, appointment):
    browser.get(TODAY)
    cookie = browser.cookies["guichet"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    browser.post(appointment_page(appointment))
    meeting = Meeting.objects.get()
    assert re.fullmatch(r"[0-9a-f]{64}", meeting.device)
    assert meeting.device != cookie.value
