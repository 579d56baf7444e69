import re
from datetime import timedelta

import cv2
import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from enrollment.models import Registration
from enrollment.registration.support import QR_PURPOSE
from identite.tokens import Token
from tests.enrollment.factories import AccountFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
SUPPORT = reverse("registration:support")
EMAIL = reverse("registration:email")


@pytest.fixture
def computer(client):
    """Has ticked the prerequisites: the QR code is on its screen."""
    client.post(reverse("registration:prerequisites"), {"of_age": "on", "has_document": "on"})
    return client


def link(client: Client) -> str:
    address = client.get(SUPPORT).context["qr_address"]
    assert address.startswith(settings.PUBLIC_URL)
    return address.removeprefix(settings.PUBLIC_URL)


def test_going_on_in_the_browser(computer):
    assertRedirects(computer.post(SUPPORT, {"support": "web"}), EMAIL)


def test_the_code_is_a_drawing_on_the_page_and_its_address_can_be_typed(computer):
    page = computer.get(SUPPORT)
    assertContains(page, "<svg")
    assertContains(page, "</title>")
    assertContains(page, page.context["qr_address"])
    assertContains(page, reverse("page:no-smartphone"))


def test_the_code_goes_on_with_the_same_registration_on_the_phone(computer):
    address = link(computer)
    phone = Client()
    assertContains(phone.get(address), "Continuer sur ce téléphone")
    assertRedirects(phone.post(address), reverse("registration:start"), target_status_code=302)
    assertRedirects(phone.get(reverse("registration:start")), EMAIL)
    assertRedirects(computer.get(reverse("registration:start")), EMAIL)
    assert Registration.objects.get().support == "app"


def test_opening_the_link_uses_nothing_up(computer):
    address = link(computer)
    for _scanner in range(3):
        assert Client().get(address).status_code == 200
    assert Client().post(address).status_code == 302


def test_the_link_is_good_once(computer):
    address = link(computer)
    assert Client().post(address).status_code == 302
    thief = Client()
    assertContains(thief.post(address), "ne peut plus servir", status_code=410)
    assertContains(thief.get(address), "ne peut plus servir", status_code=410)
    assertRedirects(thief.get(EMAIL), reverse("registration:start"), fetch_redirect_response=False)


def test_the_link_dies_after_a_quarter_of_an_hour_and_the_page_offers_a_new_one(computer, clock):
    address = link(computer)
    clock.stop(Token.objects.get(purpose=QR_PURPOSE).created_at + timedelta(minutes=15))
    assert Client().post(address).status_code == 410
    page = computer.get(SUPPORT)
    assertNotContains(page, "<svg viewBox")
    assert "qr" not in page.context
    computer.post(SUPPORT, {"new_qr": "1"})
    assert Client().post(link(computer)).status_code == 302


def test_a_new_code_ends_the_one_before(computer):
    first = link(computer)
    computer.post(SUPPORT, {"new_qr": "1"})
    assert link(computer) != first
    assert Client().post(first).status_code == 410


def test_showing_the_page_again_draws_no_new_code(computer):
    assert link(computer) == link(computer)
    assert Token.objects.filter(purpose=QR_PURPOSE).count() == 1


def test_the_code_of_another_registration_is_not_shown(computer, visitor):
    other = visitor(RegistrationFactory(prerequisites_read=True))
    other.cookies["registration-qr"] = computer.cookies["registration-qr"].value
    assert "qr" not in other.get(SUPPORT).context


def test_a_link_to_a_registration_that_became_an_account_leads_nowhere(computer):
    address = link(computer)
    Registration.objects.update(account=AccountFactory())
    assert Client().post(address).status_code == 410


def test_the_token_is_stored_as_a_digest(computer):
    token = re.sub(r".*/telephone/|/$", "", link(computer))
    assert token not in Token.objects.get(purpose=QR_PURPOSE).digest


def test_a_camera_reads_the_address_from_the_drawing(computer):
    """The SVG is one path of horizontal strokes over a white ground: drawn here module by module, then read."""
    page = computer.get(SUPPORT)
    svg = str(page.context["qr"])
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert box, "without a viewBox the style sheet's size would cut the drawing"
    picture = np.full((int(box[2]), int(box[1])), 255, np.uint8)
    x = y = 0.0
    strokes = re.findall(r' d="(M[^"]+)"', svg)[-1]
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", strokes):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            picture[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
        elif command == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    assert page.context["qr_address"] in as_a_camera_reads(picture)


def as_a_camera_reads(picture: np.ndarray) -> set[str]:
    """From several distances and focuses: of one picture alone OpenCV cannot read every twentieth code, whoever drew it."""
    seen = set()
    for size, blur in ((8, 0), (5, 0), (8, 2), (6, 1), (7, 0.8), (10, 3), (4, 0.5), (12, 0), (9, 1.2), (11, 2)):
        view = np.kron(picture, np.ones((size, size), np.uint8))
        if blur:
            view = cv2.GaussianBlur(view, (0, 0), blur)
        seen.add(cv2.QRCodeDetector().detectAndDecode(view)[0])
    return seen
