"""What is said while a check is awaited: who stands before, and about how long it takes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.verification.capture.helpers import photo
from tests.verification.factories import make_verification
from verification.capture import results, storing, waiting
from verification.capture.models import Capture, CaptureKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(verification, unchecked, settings):
    settings.CHECK_PROCESSES = 2
    return storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo()))


def others(mine, count, kind=CaptureKind.FRONT, *, seconds=10):
    """People whose photo or video was sent `seconds` before mine."""
    verification = make_verification()
    rows = [
        Capture(
            verification=verification,
            kind=kind,
            state="queued",
            size=1,
            queued_at=mine.queued_at - timedelta(seconds=seconds),
        )
        for _ in range(count)
    ]
    Capture.objects.bulk_create(rows)


def said(capture):
    capture.refresh_from_db()
    return waiting.sentence(capture).replace("\u00a0", " ")


def test_alone_it_is_ones_turn(mine):
    assert said(mine) == "Votre photo est examinée : environ 5 secondes."


def test_whoever_is_examined_beside_keeps_nobody_waiting(mine):
    others(mine, 1)
    assert said(mine) == "Votre photo est examinée : environ 5 secondes."


@pytest.mark.parametrize(
    ("count", "kind", "sentence"),
    [
        (2, CaptureKind.FRONT, "Une personne attend avant vous : environ 5 secondes."),
        (15, CaptureKind.BACK, "14 personnes attendent avant vous : environ 20 secondes."),
        (6, CaptureKind.VIDEO, "5 personnes attendent avant vous : environ 20 secondes."),
    ],
)
def test_those_before_are_counted_and_what_their_checks_take(mine, count, kind, sentence):
    others(mine, count, kind)
    assert said(mine) == sentence


def test_a_slow_machine_says_so(mine):
    others(mine, 4)
    began = timezone.now() - timedelta(seconds=60)
    verification = make_verification()
    for _ in range(3):
        Capture.objects.create(
            verification=verification, kind=CaptureKind.FRONT, size=1, state="accepted", run_started_at=began,
            checked_at=began + timedelta(seconds=8),
        )  # fmt: skip
    assert said(mine) == "3 personnes attendent avant vous : environ 25 secondes."


def test_those_who_came_later_do_not_count(mine):
    others(mine, 9, seconds=-1)
    assert said(mine) == "Votre photo est examinée : environ 5 secondes."


def test_once_it_is_examined_nobody_stands_before(mine):
    others(mine, 15)
    results.claim(mine.pk)
    assert said(mine) == "Votre photo est examinée : environ 5 secondes."


def test_the_page_and_what_it_follows_say_the_same(mine, browser):
    others(mine, 15)
    sentence = said(mine)
    status = browser.get(reverse("verification:capture-status", args=[mine.pk])).json()
    assert status["text"].replace("\u00a0", " ") == sentence
    assert f"<span data-poll-text>{status['text']}</span>" in browser.get(reverse("verification:front")).text


def test_a_late_check_promises_nothing(mine, browser):
    Capture.objects.filter(pk=mine.pk).update(queued_at=timezone.now() - timedelta(seconds=61))
    status = browser.get(reverse("verification:capture-status", args=[mine.pk])).json()
    assert status == {"state": "late"}
    assert "plus de temps que prévu" in browser.get(reverse("verification:front")).text
