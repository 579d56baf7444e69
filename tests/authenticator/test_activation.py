"""Screens 35 to 38: activation code, key, secret code, activated."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse

from authenticator import services
from authenticator.device_key import message
from authenticator.models import Device, DeviceState
from authenticator.transitions import ARROWS
from enrollment.models import Enrollment, EnrollmentState
from enrollment.services.activation import deliver_code
from identite.codes.one_time import CodeResult, OneTimeCode
from identite.journal import Journal
from identite.transitions import TransitionNotAllowed, follow
from notifications.models import Message
from tests.authenticator.helpers import KEY, jwk_of, signature_of
from tests.enrollment.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db
ACTIVATION = "/app/activation/"
SECRET = "/app/secret-code/"  # noqa: S105  (an address)


@pytest.fixture
def enrollment() -> Enrollment:
    enrollment = EnrollmentFactory(with_mode=True, state=EnrollmentState.PROVEN, mobile="+33639980042")
    deliver_code(enrollment)
    return enrollment


@pytest.fixture
def phone(enrollment, client) -> Client:
    client.force_login(enrollment.account)
    return client


def code_sent() -> str:
    text = Message.objects.filter(event="activation_code").order_by("-created_at")[0].text
    return "".join(re.search(r"(\d{3})-(\d{3})", text).groups())


def wrong() -> str:
    return f"{(int(code_sent()) + 1) % 1_000_000:06d}"


def answer(device: Device, **changed: str) -> dict[str, str]:
    signature = signature_of(KEY, message(device.pk, device.challenge))
    return {"code": "2580", "again": "2580", "public_key": jwk_of(KEY), "signature": signature} | changed


def pending(phone) -> Device:
    phone.post(ACTIVATION, {"code": code_sent()})
    return Device.objects.get(state=DeviceState.PENDING)


def test_a_visitor_is_shown_how_to_install_and_log_in(client):
    page = client.get("/app/")
    assert page.status_code == 200
    assert f"{reverse('login')}?next=/app/" in page.content.decode()
    assert client.get(ACTIVATION).status_code == 302


def test_the_app_is_installable(client):
    manifest = client.get("/app/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert {icon["sizes"] for icon in manifest.json()["icons"]} == {"192x192", "512x512"}
    worker = client.get("/app/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "/app/offline/" in worker.content.decode()
    offline = client.get("/app/offline/")
    assert offline.status_code == 200
    assert "/static/css/cards.css" in offline.text
    kept = set(re.findall(r"/static/css/\w+\.css", worker.text))
    assert set(re.findall(r"/static/css/\w+\.css", offline.text)) == kept


@pytest.mark.parametrize(
    "state",
    [
        EnrollmentState.STARTED,
        EnrollmentState.PROVING,
        EnrollmentState.UNDER_REVIEW,
        EnrollmentState.APPROVED,
        EnrollmentState.REFUSED,
    ],
)
def test_before_the_letter_is_accepted_nothing_can_be_activated(client, state):
    enrollment = EnrollmentFactory(with_mode=True, state=state)
    client.force_login(enrollment.account)
    for url in (ACTIVATION, SECRET):
        assert client.get(url).url == "/app/"
        assert client.post(url, {"code": "123456"}).url == "/app/"
    page = client.get("/app/").content.decode()
    assert "Reprendre mon dossier" in page
    assert ("Ce que vous avez déjà fait est gardé" in page) is (state != EnrollmentState.REFUSED)
    assert ("seule la vérification est à refaire" in page) is (state == EnrollmentState.REFUSED)


def test_the_whole_activation(phone, enrollment):
    assert phone.get("/app/").url == ACTIVATION
    device = pending(phone)
    page = phone.get(SECRET).content.decode()
    assert device.challenge in page
    assert phone.post(SECRET, answer(device)).url == "/app/"
    device.refresh_from_db()
    enrollment.refresh_from_db()
    assert (device.state, enrollment.state) == (DeviceState.ACTIVE, EnrollmentState.ACTIVATED)
    assert enrollment.activated_at is not None
    assert check_password("2580", device.secret_code)
    assert "d" not in device.public_key
    assert "est activée" in phone.get("/app/").content.decode()
    mail = Message.objects.get(event="identity_activated")
    assert mail.subject == "L’Identité Numérique. Votre Identité Numérique est activée"
    assert set(Journal.objects.filter(chain=enrollment.pk).values_list("event", flat=True)) >= {
        "activation_code_accepted", "activate", "activate_device",
    }  # fmt: skip


def test_a_second_click_changes_nothing(phone, enrollment):
    device = pending(phone)
    data = answer(device)
    phone.post(SECRET, data)
    assert phone.post(SECRET, data).url == "/app/"
    assert Device.objects.count() == 1
    assert Message.objects.filter(event="identity_activated").count() == 1


def test_five_wrong_codes_and_then_not_even_the_right_one(phone):
    for left in range(settings.ACTIVATION_CODE_MAX_ATTEMPTS - 1, 0, -1):
        page = phone.post(ACTIVATION, {"code": wrong()}).content.decode()
        assert f"Il vous reste {left} essai" in page
    assert "Trop d’essais" in phone.post(ACTIVATION, {"code": wrong()}).content.decode()
    assert "Trop d’essais" in phone.post(ACTIVATION, {"code": code_sent()}).content.decode()
    assert not Device.objects.exists()


def test_a_new_code_opens_again_and_ends_the_old_one(phone, clock):
    old = code_sent()
    phone.post(ACTIVATION, {"resend": "1"})
    assert Message.objects.filter(event="activation_code").count() == 1  # the first one left a moment ago
    clock.pass_(seconds=61)
    assert phone.post(ACTIVATION, {"resend": "1"}).url == ACTIVATION
    assert Message.objects.filter(event="activation_code").count() == 2
    if old != code_sent():
        phone.post(ACTIVATION, {"code": old})
        assert not Device.objects.exists()
    phone.post(ACTIVATION, {"code": code_sent()})
    assert Device.objects.exists()


def test_a_code_past_its_life_is_refused(phone, enrollment, clock):
    clock.stop(OneTimeCode.objects.get().expires_at)
    phone.force_login(enrollment.account)  # the session ended meanwhile
    assert "plus valable" in phone.post(ACTIVATION, {"code": code_sent()}).content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"again": "2581"}, "différents"),
        ({"code": "1234", "again": "1234"}, "trop facile"),
        ({"code": "1990", "again": "1990"}, "année de naissance"),
        ({"code": "1307", "again": "1307"}, "jour de naissance"),
        ({"code": "0042", "again": "0042"}, "numéro de mobile"),
        ({"public_key": ""}, "n’a pas pu créer sa clé"),
        ({"signature": "AAAA"}, "n’a pas pu être vérifiée"),
        ({"public_key": "{}"}, "n’a pas pu être vérifiée"),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing(phone, enrollment, changed, sentence):
    device = pending(phone)
    page = phone.post(SECRET, answer(device, **changed))
    assert sentence in page.content.decode()
    device.refresh_from_db()
    enrollment.refresh_from_db()
    assert (device.state, device.secret_code, enrollment.state) == (DeviceState.PENDING, "", EnrollmentState.PROVEN)


def test_an_error_stands_above_the_heading_once_and_covers_nothing(phone):
    """One head a page: two would lie in the same place of the grid."""
    wrong_code = phone.post(ACTIVATION, {"code": "12"})
    wrong_secret = phone.post(SECRET, answer(pending(phone), signature="AAAA"))
    for page in (wrong_code, wrong_secret):
        html = page.content.decode()
        assert html.count('class="step-head"') == html.count("error-summary") == html.count("box error") == 1
        assert html.index('class="step-head"') < html.index("error-summary") < html.index("<h1")


def test_the_secret_code_is_never_sent_back(phone):
    device = pending(phone)
    page = phone.post(SECRET, answer(device, again="9999")).content.decode()
    assert "2580" not in page


def test_too_slow_means_a_new_activation_code(phone, clock):
    device = pending(phone)
    clock.stop(Device.objects.get().challenge_expires_at)
    assert phone.post(SECRET, answer(device)).url == ACTIVATION
    page = phone.get(ACTIVATION).content.decode()
    assert "Le temps pour choisir votre code secret est passé (15 minutes)" in page
    assert "Un nouveau code est nécessaire" in page
    assert phone.get(SECRET).url == ACTIVATION
    assert "Le temps pour choisir" not in phone.get(ACTIVATION).content.decode()


def test_who_closes_the_app_after_the_code_goes_on_with_the_secret_code(phone):
    pending(phone)
    assert phone.get("/app/", follow=True).redirect_chain[-1][0] == SECRET


def test_a_browser_that_knows_only_the_password_cannot_go_on_from_the_code_typed_elsewhere(phone, enrollment):
    device = pending(phone)
    other = Client()
    other.force_login(enrollment.account)
    assert other.get(SECRET).url == ACTIVATION
    assert other.get(ACTIVATION).status_code == 200
    assert other.post(SECRET, answer(device)).url == ACTIVATION
    device.refresh_from_db()
    assert device.state == DeviceState.PENDING
    assert phone.post(SECRET, answer(device)).url == "/app/"


def test_a_phone_that_began_before_is_removed_and_can_no_longer_finish(phone, enrollment, clock):
    first = pending(phone)
    clock.pass_(seconds=61)
    other = Client()
    other.force_login(enrollment.account)
    other.post(ACTIVATION, {"resend": "1"})
    other.post(ACTIVATION, {"code": code_sent()})
    second = Device.objects.get(state=DeviceState.PENDING)
    assert second.pk != first.pk
    first.refresh_from_db()
    assert first.state == DeviceState.REMOVED
    assert Journal.objects.filter(event="remove_device").count() == 1
    assert phone.post(SECRET, answer(first)).url == ACTIVATION
    assert other.post(SECRET, answer(second)).url == "/app/"
    assert Device.objects.get(state=DeviceState.ACTIVE).pk == second.pk


def test_a_number_that_holds_an_identity_activates_no_second_one(phone, enrollment):
    EnrollmentFactory(with_mode=True, state=EnrollmentState.ACTIVATED, mobile=enrollment.mobile)
    device = pending(phone)
    assert "porte déjà une Identité" in phone.post(SECRET, answer(device)).content.decode()
    device.refresh_from_db()
    assert device.state == DeviceState.PENDING


def test_pages_ask_few_questions_of_the_database(phone, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        phone.get(ACTIVATION)
    pending(phone)
    with django_assert_max_num_queries(5):
        phone.get(SECRET)


# --- What the pages never ask of the service ---


def device_of(enrollment: Enrollment) -> Device:
    result, device = services.check_activation_code(enrollment, code_sent(), client="192.0.2.1", device_name="m" * 300)
    assert result == CodeResult.RIGHT
    return device


@pytest.mark.parametrize("state", sorted(set(EnrollmentState) - {EnrollmentState.PROVEN}))
def test_a_code_counts_for_a_proven_identity_only(enrollment, state):
    Enrollment.objects.update(state=state)
    with pytest.raises(TransitionNotAllowed):
        services.check_activation_code(enrollment, code_sent(), client="192.0.2.1")
    assert OneTimeCode.objects.get().used_at is None
    assert not Device.objects.exists()


def test_the_name_of_a_phone_is_cut_to_what_its_column_holds(enrollment):
    assert device_of(enrollment).name == "m" * Device._meta.get_field("name").max_length


def test_a_challenge_ends_at_its_last_instant_and_not_a_moment_before(enrollment, clock):
    device = device_of(enrollment)
    signed = {name: value for name, value in answer(device).items() if name in ("public_key", "signature")}
    clock.stop(device.challenge_expires_at)
    with pytest.raises(TransitionNotAllowed):
        services.activate(device, **signed, secret_code="2580")
    assert (services.pending_device(enrollment, str(device.pk)), services.was_too_slow(enrollment, str(device.pk))) == (
        None, True,
    )  # fmt: skip
    clock.pass_(microseconds=-1)
    assert not services.was_too_slow(enrollment, str(device.pk))
    assert services.activate(device, **signed, secret_code="2580").state == DeviceState.ACTIVE


@pytest.mark.parametrize("state", sorted(set(DeviceState) - {DeviceState.REMOVED}))
def test_a_device_can_be_removed_whatever_became_of_it(enrollment, state):
    device = device_of(enrollment)
    Device.objects.update(state=state)
    assert follow(ARROWS, "remove_device", device, label="test").state == DeviceState.REMOVED
    with pytest.raises(TransitionNotAllowed):
        follow(ARROWS, "remove_device", device, label="test")
