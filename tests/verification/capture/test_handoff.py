"""From the computer to the phone: the link, what it opens, and what the computer sees meanwhile."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from identite import tokens
from identite.tokens import Token
from notifications.models import Message
from tests.verification.capture.helpers import PASS, accept_photos, answer, bearer, photo, video
from verification import access
from verification.capture import challenge, handoff, reading, storing
from verification.capture.models import CaptureKind
from verification.capture.results import Result
from verification.checks.finding import Finding, Outcome

COMPUTER = reverse("verification:handoff")
FOLLOW = reverse("verification:handoff-follow")
pytestmark = pytest.mark.django_db


@pytest.fixture
def link(browser) -> str:
    """The address in the QR code that the computer shows."""
    page = browser.post(COMPUTER, {"action": "qr"}, follow=True).text
    return re.search(r"<code>http://localhost:8000(.+?)</code>", page).group(1)


def take_over(link: str) -> Client:
    phone = Client()
    assert phone.post(link).status_code == 302
    return phone


def test_the_qr_code_is_drawn_in_the_page_and_stays_the_same(browser, link):
    pages = [browser.get(COMPUTER).text for _ in range(2)]
    codes = [re.search(r"<svg.+?</svg>", page, re.DOTALL).group(0) for page in pages]
    assert codes[0] == codes[1]
    assert "style=" not in codes[0]
    assert Token.objects.filter(purpose=handoff.PURPOSE).count() == 1


def test_looking_at_the_link_uses_nothing_up(link):
    for _ in range(3):
        assert Client().get(link).status_code == 200
        assert Client().head(link).status_code == 200
    assert take_over(link).get(reverse("verification:front")).status_code == 200


def test_the_phone_gets_the_camera_steps_and_nothing_else(link, verification):
    phone = take_over(link)
    assert phone.get(reverse("verification:front")).status_code == 200
    assert phone.get(reverse("verification:document")).status_code == 200
    done = reverse("verification:handoff-done")
    for name in ("means", "overview", "tracking"):
        assert phone.get(reverse(f"verification:{name}")).url == done
    assert "Plus simple avec votre téléphone" not in phone.get(reverse("verification:front")).text


def test_the_link_is_used_once(link):
    take_over(link)
    other = Client()
    assert other.get(link).status_code == 410
    assert other.post(link).status_code == 410
    assert access.COOKIE not in other.cookies


def test_the_phone_that_used_it_may_open_it_again(link):
    phone = take_over(link)
    assert phone.get(link).url == reverse("verification:front")


def test_the_link_dies_after_its_time(link, clock):
    clock.stop(Token.objects.get(purpose=handoff.PURPOSE).expires_at)
    assert Client().post(link).status_code == 410


def test_its_time_is_fifteen_minutes(link):
    row = Token.objects.get(purpose=handoff.PURPOSE)
    assert row.expires_at - row.created_at == timedelta(minutes=15)


def test_opening_it_in_the_browser_that_offers_it_is_harmless(browser, link):
    before = browser.cookies[access.COOKIE].value
    assert "Ce lien est pour votre téléphone" in browser.post(link).text
    assert browser.cookies[access.COOKIE].value == before
    assert browser.get(reverse("verification:means")).status_code == 200
    take_over(link)


def test_five_links_in_ten_minutes_and_no_sixth(browser):
    codes = [browser.post(COMPUTER, {"action": "qr"}).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]


def test_a_new_link_ends_the_one_before(browser, link):
    browser.post(COMPUTER, {"action": "qr"})
    assert Client().get(link).status_code == 410


def test_the_link_goes_by_sms_to_the_verified_mobile(browser, verification, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = browser.post(COMPUTER, {"action": "sms"}, follow=True)
    message = Message.objects.get(event="handoff_link")
    address = re.search(r"http://localhost:8000(\S+)", message.text).group(1)
    assert message.address == verification.mobile
    assert "finissant par 01" in page.text
    assert verification.mobile not in page.text
    take_over(address)


def test_the_computer_follows_the_phone_and_goes_on_by_itself(
    browser, link, verification, unchecked, django_capture_on_commit_callbacks
):
    assert browser.get(FOLLOW).json()["state"] == "waiting"
    phone = take_over(link)
    assert browser.get(FOLLOW).json() == {"state": "taken", "text": "Face avant de votre pièce d’identité"}
    assert "Votre téléphone a pris le relais" in browser.get(COMPUTER).text
    answer(storing.confirm_photo(storing.store_photo(verification, CaptureKind.FRONT, photo(1))), PASS)
    assert browser.get(FOLLOW).json()["text"] == "Face arrière de votre pièce d’identité"
    accept_photos(verification)
    challenge.announce(verification, "spoken", recorded=True)
    asked = challenge.show(verification)
    reading.forget(verification)
    capture = storing.store_video(verification, asked.pk, video(), send=True)
    answer(capture, Result(findings=[Finding("video.duration", Outcome.PASS)]))
    tracking = reverse("verification:tracking")
    assert browser.get(FOLLOW).json() == {"redirect": tracking}
    assert browser.get(COMPUTER).url == tracking
    assert phone.get(reverse("verification:video")).url == reverse("verification:handoff-done")
    assert phone.get(reverse("verification:handoff-done")).status_code == 200


def test_cancelling_ends_the_link_and_the_phone(browser, link):
    phone = take_over(link)
    assert browser.post(COMPUTER, {"action": "cancel"}).url == reverse("verification:front")
    assert phone.get(reverse("verification:front")).status_code == 403
    assert browser.get(reverse("verification:front")).status_code == 200
    assert browser.get(FOLLOW).json()["state"] == "none"


def test_a_second_phone_takes_over_from_the_first(browser, link, verification):
    first = take_over(link)
    second = take_over(re.sub(r".*8000", "", handoff.link(handoff.make_link(verification))))
    assert first.get(reverse("verification:front")).status_code == 403
    assert second.get(reverse("verification:front")).status_code == 200


def test_the_phone_cannot_hand_over_itself(link):
    phone = take_over(link)
    assert phone.get(COMPUTER).url == reverse("verification:front")
    phone.post(COMPUTER, {"action": "qr"})
    assert Token.objects.filter(purpose=handoff.PURPOSE).count() == 1


def test_a_stranger_has_nothing_to_hand_over(client):
    assert client.get(COMPUTER).status_code == 403
    assert client.post(COMPUTER, {"action": "sms"}).status_code == 403
    assert client.get(FOLLOW).json() == {"state": "gone"}


def test_a_pass_of_another_kind_is_no_link(verification):
    letter = tokens.issue(access.LETTER, verification, seconds=60)
    assert Client().post(reverse("verification:handoff-open", args=[letter])).status_code == 410
    assert bearer(verification, access.HANDOFF).get(reverse("verification:front")).status_code == 200
