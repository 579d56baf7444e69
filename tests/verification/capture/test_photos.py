"""Screen 25: a side of the document from the file to its acceptance, and every way in which it can go wrong."""

import re
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from identite import quotas
from identite.journal import Journal
from identite.journal_check import faults_of
from identite.templatetags.dates import when
from identite.transitions import TransitionNotAllowed
from tests.verification.capture.helpers import BLURRED, PASS, answer, bearer, photo, picture
from verification import access, transitions
from verification.capture import decoder, pictures, reading, results, storing
from verification.capture.models import Capture, CaptureKind, CaptureState
from verification.capture.results import Result
from verification.checks.finding import Finding, Outcome
from verification.models import Verification

FRONT = reverse("verification:front")
pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmed(verification, unchecked) -> Capture:
    return storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo()))


def test_a_photo_is_shown_before_it_is_confirmed_and_counts_no_try(send, browser, verification):
    assert send("front", "upload", photo()).status_code == 302
    page = browser.get(FRONT)
    capture = Capture.objects.get()
    assert reverse("verification:capture-media", args=[capture.pk]) in page.text
    assert capture.state == CaptureState.UPLOADED
    assert reading.photo_tries(verification).used == 0


def test_it_is_stored_encrypted_under_a_name_of_ours(send):
    send("front", "upload", photo(), name="ma-carte-martin.jpg")
    capture = Capture.objects.get()
    sealed = storages["evidence"]._storage
    assert "martin" not in capture.file.name
    assert b"JFIF" not in sealed.open(capture.file.name).read()
    assert capture.file.open().read().startswith(b"\xff\xd8\xff")


def test_confirming_counts_a_try_and_gives_it_to_the_worker(
    send, verification, unchecked, django_capture_on_commit_callbacks
):
    send("front", "upload", photo())
    with django_capture_on_commit_callbacks(execute=True):
        send("front", "confirm")
    capture = Capture.objects.get()
    assert (capture.state, capture.runs) == (CaptureState.QUEUED, 1)
    assert unchecked == [str(capture.pk)]
    assert reading.photo_tries(verification).used == 1


def test_who_read_a_photo_before_it_was_confirmed_reads_it_anew(verification, unchecked):
    capture = storing.store_photo(verification, CaptureKind.FRONT, photo())
    assert reading.current(verification, CaptureKind.FRONT).state == CaptureState.UPLOADED
    storing.confirm_photo(capture)
    assert reading.current(verification, CaptureKind.FRONT).state == CaptureState.QUEUED


@pytest.mark.parametrize("act", [storing.confirm_photo, storing.discard])
def test_what_is_over_takes_no_answer_about_a_photo(verification, unchecked, act):
    capture = storing.store_photo(verification, CaptureKind.FRONT, photo())
    transitions.move(verification, "abandon")
    with pytest.raises(TransitionNotAllowed):
        act(capture)
    capture.refresh_from_db()
    assert (capture.state, reading.photo_tries(verification).used) == (CaptureState.UPLOADED, 0)


def test_a_double_click_counts_one_try_and_checks_once(
    send, verification, unchecked, django_capture_on_commit_callbacks
):
    send("front", "upload", photo())
    with django_capture_on_commit_callbacks(execute=True):
        send("front", "confirm")
        send("front", "confirm")
    assert len(unchecked) == 1
    assert reading.photo_tries(verification).used == 1


def test_a_result_that_is_delivered_twice_is_stored_once(confirmed):
    assert answer(confirmed, PASS)
    assert not results.record_findings(confirmed.pk, BLURRED)
    confirmed.refresh_from_db()
    assert confirmed.state == CaptureState.ACCEPTED
    assert confirmed.findings.count() == 1


def test_an_accepted_photo_leads_to_the_other_side(confirmed, browser):
    answer(confirmed, PASS)
    follow = browser.get(reverse("verification:capture-status", args=[confirmed.pk])).json()
    assert follow == {"state": "done", "redirect": reverse("verification:back")}


def test_a_refused_photo_says_why_and_how_many_tries_are_left(confirmed, browser):
    answer(confirmed, BLURRED)
    page = browser.get(FRONT).text
    assert "La photo est floue" in page
    assert "Il vous reste 4 essais sur 5." in page
    assert browser.get(reverse("verification:capture-status", args=[confirmed.pk])).json() == {"state": "done"}


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "running"),
        ({"queued_at": timezone.now() - timedelta(seconds=61)}, "late"),
        ({"runs": 2}, "late"),
    ],
)
def test_the_page_follows_a_running_check(confirmed, browser, change, state):
    Capture.objects.filter(pk=confirmed.pk).update(**change)
    assert browser.get(reverse("verification:capture-status", args=[confirmed.pk])).json()["state"] == state
    page = browser.get(FRONT).text
    assert f'data-poll-state="{state}"' in page
    assert re.search(r"<p [^>]*data-without-scripts>[^<]*actualisez cette page", page)
    assert ("Envoyer une autre photo" in page) == (state == "late")
    assert page.count('name="csrfmiddlewaretoken"') == page.count('method="post"')


def test_an_unconfirmed_photo_has_not_started(send, browser):
    send("front", "upload", photo())
    status = reverse("verification:capture-status", args=[Capture.objects.get().pk])
    assert browser.get(status).json() == {"state": "not_started"}


def test_looking_never_writes(confirmed, browser, django_assert_num_queries):
    before = Journal.objects.count()
    status = reverse("verification:capture-status", args=[confirmed.pk])
    for address in (FRONT, status, reverse("verification:capture-media", args=[confirmed.pk])):
        assert browser.get(address).status_code == 200
    assert Journal.objects.count() == before


def test_a_late_check_can_be_left_for_another_photo_and_gives_its_try_back(confirmed, send, verification):
    Capture.objects.filter(pk=confirmed.pk).update(runs=2)
    send("front", "retake")
    confirmed.refresh_from_db()
    assert confirmed.state == CaptureState.REPLACED
    assert reading.photo_tries(verification).used == 0
    assert not answer(confirmed, PASS)  # its result comes too late


def test_a_check_that_is_on_time_cannot_be_left(confirmed, send):
    send("front", "retake")
    confirmed.refresh_from_db()
    assert confirmed.state == CaptureState.QUEUED


def test_taking_it_again_before_confirming_costs_nothing_and_deletes_the_file(
    send, verification, django_capture_on_commit_callbacks
):
    send("front", "upload", photo())
    name = Capture.objects.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        send("front", "retake")
    assert Capture.objects.get().state == CaptureState.REPLACED
    assert not storages["evidence"].exists(name)
    assert reading.photo_tries(verification).used == 0


def test_the_sixth_photo_waits_until_the_hour_that_is_shown(verification, browser, send, unchecked):
    for seed in range(5):
        capture = storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo(seed)))
        answer(capture, BLURRED)
    page = browser.get(FRONT)
    assert "Plus d’essai pour le moment" in page.text
    assert f"<strong>{when(reading.photo_tries(verification).until)}</strong>" in page.text
    capture = storing.store_photo(verification, CaptureKind.FRONT, photo(9))
    send("front", "confirm")
    capture.refresh_from_db()
    assert capture.state == CaptureState.UPLOADED


def test_the_tries_come_back_after_six_hours(verification, unchecked, clock):
    for _ in range(5):
        quotas.take("document_photo", verification.file)
    clock.pass_(hours=6)
    storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo()))
    assert reading.photo_tries(verification).used == 1


def test_the_tries_count_for_the_file_not_for_one_verification(verification):
    quotas.take("document_photo", verification.file)
    assert reading.photo_tries(Verification(file=verification.file)).used == 1


def break_check(capture: Capture) -> None:
    results.claim(capture.pk)
    results.record_error(capture.pk, "no_result")
    capture.refresh_from_db()


def test_a_photo_whose_check_broke_is_asked_for_again_without_a_try(confirmed, verification, browser, send):
    break_check(confirmed)
    assert confirmed.state == CaptureState.REFUSED
    assert [(found.code, found.outcome) for found in confirmed.findings.all()] == [("capture.error", "error")]
    assert reading.photo_tries(verification).used == 0
    page = browser.get(FRONT)
    assert "Le contrôle de cette photo n’a pas abouti" in page.text
    assert "<span>Le contrôle n’a pas abouti</span>" in page.text
    assert "Il vous reste 5 essais sur 5." in page.text
    assert "De nouveaux essais" not in page.text  # none was used
    assert "n’a pas été acceptée" not in page.text
    assert send("front", "upload", photo()).status_code == 302  # the same one, where there is no other


def test_where_the_next_check_breaks_as_well_an_agent_takes_over(confirmed, verification, browser):
    break_check(confirmed)
    second = storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo(2)))
    break_check(second)
    assert second.state == CaptureState.ACCEPTED
    assert second.findings.get().code == "capture.error"
    assert reading.photo_tries(verification).used == 0
    page = browser.get(FRONT)
    assert "un agent la regardera" in page.text
    assert "photo est acceptée" not in page.text  # nobody has looked yet
    assert "Votre photo acceptée" not in page.text


def test_each_side_is_asked_for_again_once(confirmed, verification):
    break_check(confirmed)
    back = storing.confirm_photo(storing.store_photo(verification, CaptureKind.BACK, photo(3)))
    break_check(back)
    assert back.state == CaptureState.REFUSED


@pytest.mark.parametrize("outcome", [Outcome.REFER, Outcome.ERROR, Outcome.PASS])
def test_only_what_a_new_try_mends_is_refused_at_once(confirmed, outcome):
    answer(confirmed, Result(findings=[Finding("document.name", outcome)]))
    confirmed.refresh_from_db()
    assert confirmed.state == CaptureState.ACCEPTED


def test_the_same_failed_photo_is_refused_at_once_without_a_try(confirmed, send, verification):
    answer(confirmed, BLURRED)
    page = send("front", "upload", photo())
    assert page.status_code == 422
    assert "C’est la photo qui vient d’être refusée" in page.text
    assert reading.photo_tries(verification).used == 1


def test_the_same_failed_photo_is_known_again_after_it_was_saved_anew(confirmed, send):
    answer(confirmed, BLURRED)
    assert send("front", "upload", photo(quality=60)).status_code == 422
    assert send("front", "upload", photo(form="PNG")).status_code == 422


def test_a_sharper_shot_of_the_same_scene_is_not_the_same_photo(verification):
    def signature(image: Image.Image) -> bytes:
        return decoder.signature(image)

    good = picture(3, (640, 480))
    blurred = good.resize((80, 60)).resize((640, 480))
    assert pictures.is_same(signature(good), signature(good.copy()))
    assert not pictures.is_same(signature(good), signature(blurred))


def test_a_new_confirmed_photo_replaces_the_accepted_one_and_reopens_what_followed(confirmed, verification):
    answer(confirmed, PASS)
    storing.pass_document(verification)
    reading.forget(verification)
    second = storing.store_photo(verification, CaptureKind.FRONT, photo(2))
    confirmed.refresh_from_db()
    assert confirmed.state == CaptureState.ACCEPTED  # until the new one is confirmed
    storing.confirm_photo(second)
    confirmed.refresh_from_db()
    verification.refresh_from_db()
    assert confirmed.state == CaptureState.REPLACED
    assert verification.document_passed_at is None


def test_another_shown_document_reopens_the_photos(confirmed, verification):
    answer(confirmed, PASS)
    reading.forget(verification)
    assert reading.accepted(verification, CaptureKind.FRONT)
    storing.show_document(verification, "passport")
    assert reading.accepted(verification, CaptureKind.FRONT) is None
    assert reading.sides(verification) == (CaptureKind.FRONT,)


@pytest.mark.parametrize(("kind", "both"), [("cni", True), ("permit", True), ("passport", False)])
def test_which_sides_are_asked_for(verification, kind, both):
    verification.shown_kind = kind
    assert (CaptureKind.BACK in reading.sides(verification)) == both


def test_only_the_confirmed_document_can_be_shown(browser, verification):
    page = browser.post(reverse("verification:document"), {"shown_kind": "passport"})
    assert page.status_code == 200
    assert "Votre dossier porte sur cette pièce" in page.text
    browser.post(reverse("verification:document"), {"shown_kind": "cni"})
    verification.refresh_from_db()
    assert verification.shown_kind == "cni"


@pytest.mark.parametrize("step", ["back", "document-ok", "video-intro", "video"])
def test_nobody_jumps_ahead_of_the_photos(browser, step):
    assert browser.get(reverse(f"verification:{step}")).url == FRONT


def test_a_stranger_sees_neither_page_nor_photo_nor_status(confirmed, client, verification):
    other = bearer(verification, "not a scope")
    for visitor in (client, other):
        assert visitor.get(FRONT).status_code == 403
        for name in ("capture-status", "capture-media"):
            assert visitor.get(reverse(f"verification:{name}", args=[confirmed.pk])).status_code == 404


def test_one_citizen_does_not_see_the_photo_of_another(confirmed, db):
    from tests.verification.factories import make_verification

    someone = bearer(make_verification(), access.LETTER)
    assert someone.get(reverse("verification:capture-media", args=[confirmed.pk])).status_code == 404


def test_a_photo_page_asks_few_queries(confirmed, browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):  # two of them say how long it takes
        browser.get(FRONT)


def test_the_journal_of_a_photo_is_whole(confirmed, verification):
    answer(confirmed, BLURRED)
    events = list(Journal.objects.filter(chain=verification.file).values_list("event", flat=True))
    assert [event for event in events if event.startswith("capture_")] == [
        "capture_uploaded",
        "capture_confirm",
        "capture_refuse",
    ]
    assert faults_of(verification.file) == []
