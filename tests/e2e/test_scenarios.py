"""What goes otherwise than planned, from one end to the other: another device, wrong codes, bad captures, refusals, silence.

The citizen is scripted over HTTP; Chromium drives where two screens follow each other.
"""

import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page as Screen
from playwright.sync_api import expect

from tests.e2e.citizen import Browser, Citizen, Page
from tests.e2e.pages import asked_of_a_file
from tests.e2e.sandbox_client import AGENT
from tests.e2e.stack import Stack

PARIS = ZoneInfo("Europe/Paris")
SECONDS = 120_000  # milliseconds that a busy machine may take for a check
TRIES_A_CODE = 5
TRIES_A_PASSWORD = 10


@pytest.fixture
def citizen(stack: Stack) -> Iterator[Citizen]:
    """Somebody new, whom the service has never seen."""
    someone = Citizen(stack.base_url)
    yield someone
    someone.close()


def hour_of(page: Page) -> datetime:
    """The hour until which the page says that something is locked."""
    found = re.search(r"Vous pourrez réessayer (demain )?à (\d{1,2}) h (\d{2})", page.text)
    assert found, page.text
    day = datetime.now(PARIS).date() + timedelta(days=1 if found[1] else 0)
    return datetime(day.year, day.month, day.day, int(found[2]), int(found[3]), tzinfo=PARIS)


def is_about(shown: datetime, expected: datetime) -> bool:
    """To the minute, and the seconds that the scenario itself took."""
    return abs(shown - expected) <= timedelta(minutes=2)


def wrong(code: str, nth: int) -> str:
    """Six digits that are not the code, other ones for each try."""
    return f"{(int(code) + 1 + nth) % 1_000_000:06d}"


# --- Another device ---


def test_the_phone_takes_over_by_qr_code_and_the_computer_follows(citizen, chromium, stack):
    citizen.enrol_until("letter-sent")
    context = chromium.new_context(base_url=stack.base_url, locale="fr-FR", viewport={"width": 1280, "height": 900})
    handset = chromium.new_context(base_url=stack.base_url, locale="fr-FR", viewport={"width": 390, "height": 800})
    for one in (context, handset):
        one.set_default_timeout(60_000)
        one.set_extra_http_headers({"X-Test-Run": citizen.sandbox.run})
    computer, phone = context.new_page(), handset.new_page()

    computer.goto(citizen.letter_link())
    computer.get_by_role("button", name="Confirmer mon identité").click()
    for button in ("Continuer", "Commencer", "Ajouter ma pièce d’identité"):
        computer.get_by_role("button", name=button).click()
    computer.get_by_role("link", name="Continuer sur mon téléphone").click()
    computer.get_by_role("button", name="Afficher un QR code").click()
    expect(computer.get_by_role("img", name="QR code")).to_be_visible()
    computer.get_by_text("Je ne peux pas lire le QR code").click()
    address = computer.locator(".address").inner_text()

    phone.goto(address)  # whoever merely looks at the address takes nothing over
    expect(phone.get_by_role("heading", level=1, name="Continuer sur ce téléphone")).to_be_visible()
    expect(computer.get_by_text("En attente de votre téléphone")).to_be_visible()
    phone.get_by_role("button", name="Continuer sur ce téléphone").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("passeport")
    expect(computer.get_by_text("Votre téléphone a pris le relais")).to_be_visible(timeout=SECONDS)

    send_photo(phone, citizen)
    phone.get_by_role("button", name="Passer à l’étape 2").click(timeout=SECONDS)
    expect(computer.locator("[data-poll-text]")).to_have_text("Confirmez votre identité en vidéo", timeout=SECONDS)
    phone.get_by_role("button", name="Je n’ai pas de caméra").click()
    send_video(phone, citizen)

    expect(phone.get_by_role("heading", name="C’est terminé sur ce téléphone")).to_be_visible(timeout=SECONDS)
    expect(computer.get_by_role("heading", level=1)).to_have_text(
        "Identification en cours de traitement", timeout=SECONDS
    )
    context.close()
    handset.close()


def send_photo(screen: Screen, citizen: Citizen) -> None:
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": citizen.photo("front")}
    screen.locator("input[type=file]").set_input_files(photo)
    screen.get_by_role("button", name="Confirmer").click()


def send_video(screen: Screen, citizen: Citizen) -> None:
    video = citizen.sandbox.video(citizen.who, **asked_of_a_file(screen))
    screen.locator("input[type=file]").set_input_files({"name": "v.mp4", "mimeType": "video/mp4", "buffer": video})
    screen.get_by_role("button", name="Ajouter la vidéo").click()
    screen.get_by_role("button", name="Envoyer cette vidéo").click()


def test_the_link_by_sms_opens_the_camera_steps_once_and_nothing_else(citizen):
    citizen.enrol_until("letter-sent")
    citizen.open_letter()
    citizen.identify_until("front")
    citizen.open("/courrier/telephone/")
    assert "Le lien est parti par SMS" in citizen.press("Recevoir le lien par SMS").text
    link = citizen.sandbox.link(citizen.who.mobile, "handoff_link", "/courrier/telephone/")

    phone, other = citizen.device(), citizen.device()
    phone.open(link)
    assert phone.open("/courrier/front/").status == 403  # looking at the link grants nothing
    phone.open(link)
    assert phone.press("Continuer sur ce téléphone").path == "/courrier/front/"
    assert "Votre téléphone a pris le relais" in citizen.open("/courrier/telephone/").text
    assert other.open(link).status == 410
    assert "C’est terminé sur ce téléphone" in phone.open("/courrier/tracking/").text
    assert phone.open("/dossier/").path == "/connexion/"

    citizen.press("Annuler et continuer sur cet ordinateur")
    assert phone.open("/courrier/front/").status == 403
    assert citizen.open("/courrier/front/").status == 200


def test_a_file_goes_on_after_three_days_on_another_device(citizen):
    citizen.enrol_until("details")
    citizen.sandbox.pass_hours(citizen.email, 72)
    assert citizen.open("/dossier/").path == "/connexion/"

    tablet = citizen.device()
    page = citizen.login(tablet)
    assert page.path == "/dossier/details/"
    assert page.form_with("birth_name").fields["birth_name"] == citizen.typed["birth_name"]
    tablet.open("/dossier/mobile/")
    assert citizen.who.mobile[-4:-2] in tablet.page.form_with("number").fields["number"]

    citizen.login()
    citizen.enrol_until("letter-sent")
    assert tablet.open("/dossier/").path == "/dossier/letter-sent/"  # both see one truth
    citizen.open_letter()
    citizen.identify_until("front")
    citizen.sandbox.pass_hours(citizen.email, 72)
    assert citizen.open("/courrier/front/").status == 403
    assert citizen.open_letter_again(tablet).path == "/courrier/front/"


# --- Wrong codes ---


def lock_by_resending(browser: Citizen, to: str, event: str) -> tuple[str, datetime]:
    """Use up a code with wrong tries, then all sends of the hour. The newest code, and when the next can leave."""
    code = browser.sandbox.code(to, event)
    began = datetime.now(PARIS)
    for left in reversed(range(TRIES_A_CODE)):
        page = browser.fill(code=wrong(code, left))
        assert page.status == 200
        assert (f"Il vous reste {left} essai" in page.text) is bool(left), page.text
    assert "Un nouveau code est nécessaire" in browser.fill(code=code).text  # the right one comes too late
    for _send in range(4):
        browser.sandbox.pass_hours(browser.email, 0.02)
        began -= timedelta(hours=0.02)
        browser.press("Recevoir un nouveau code")
        code = browser.sandbox.code(to, event)
    return code, began + timedelta(hours=1)


def expect_lock_and_its_end(citizen: Citizen, to: str, event: str) -> None:
    path = citizen.page.path
    code, until = lock_by_resending(citizen, to, event)
    page = citizen.open(path)
    assert "Trop de codes demandés" in page.text
    assert is_about(hour_of(page), until), (page.text, until)
    assert not any(button.name == "resend" for form in page.forms for button in form.buttons)
    assert "Il vous reste 5 essais" in page.text  # the last code still counts
    citizen.sandbox.pass_hours(citizen.email, 1)
    if citizen.open(path).path == "/connexion/":  # an hour without a move ends the session
        citizen.login()
        citizen.open(path)
    assert "Trop de codes demandés" not in citizen.page.text
    citizen.press("Recevoir un nouveau code")
    fresh = citizen.sandbox.code(to, event)
    if fresh != code:
        assert citizen.fill(code=code).path == path  # the earlier one has ended
    assert citizen.fill(code=fresh).path != path


def test_wrong_codes_received_by_e_mail_lead_to_a_lock_with_its_hour_and_out_of_it(citizen):
    citizen.begin()
    expect_lock_and_its_end(citizen, citizen.email, "email_code_sent")
    assert "code" not in citizen.page.path


def test_wrong_codes_received_by_sms_lead_to_a_lock_with_its_hour_and_out_of_it(citizen):
    citizen.enrol_until("mobile-code")
    expect_lock_and_its_end(citizen, citizen.who.mobile, "mobile_code_sent")
    assert "code" not in citizen.page.path


def test_wrong_passwords_lead_to_a_lock_with_its_hour_and_out_of_it(citizen):
    citizen.register()
    began = datetime.now(PARIS)
    for used in range(1, TRIES_A_PASSWORD + 1):
        page = citizen.login(password=f"Pas-le-bon-{used}")
        assert page.path == "/connexion/"
        if used < TRIES_A_PASSWORD // 2:
            assert f"Il vous reste {TRIES_A_PASSWORD - used} essais avant un blocage" in page.text
        elif used < TRIES_A_PASSWORD:
            assert "Un court délai précède le prochain essai" in page.text
            assert "Un court délai" in citizen.login().text  # the right one has to wait too
            citizen.sandbox.pass_hours(citizen.email, 0.02)
            began -= timedelta(hours=0.02)
    assert page.status == 429
    assert "Connexion bloquée pour un moment" in page.text
    assert is_about(hour_of(page), began + timedelta(hours=1)), (page.text, began)
    assert "Connexion bloquée" in citizen.login().text
    citizen.sandbox.pass_hours(citizen.email, 1)
    assert citizen.login().path == "/dossier/terms/"


# --- Captures that do not do ---


def out_of_focus(photo: bytes) -> bytes:
    """Nothing of it can be read: what is merely soft, the checks read all the same."""
    picture, out = Image.open(io.BytesIO(photo)), io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(picture.width / 100)).save(out, "JPEG")
    return out.getvalue()


def test_a_blurred_photo_is_refused_with_its_cure_and_a_good_one_passes(citizen):
    citizen.enrol_until("letter-sent")
    citizen.open_letter()
    citizen.identify_until("front")
    blurred = out_of_focus(citizen.photo("front"))
    page = citizen.send_photo("front", blurred)
    assert "Cette photo n’a pas été acceptée" in page.text
    assert re.search("flou|nette", page.text)
    assert "Il vous reste 4 essais sur 5" in page.text
    again = citizen.upload(blurred, "photo.jpg", "image/jpeg")
    assert again.status == 422
    assert "Aucun essai n’est compté" in again.text
    assert "Il vous reste 4 essais sur 5" in citizen.open("/courrier/front/").text
    assert citizen.send_photo("front").path == "/courrier/document-ok/"


def test_two_failed_videos_lock_the_step_until_the_hour_that_is_shown(citizen):
    citizen.enrol_until("letter-sent")
    citizen.open_letter()
    citizen.identify_until("video")
    page = citizen.send_video(species="no_sound")
    assert "Cette vidéo n’a pas été acceptée" in page.text, citizen.capture("video")
    assert "Il vous reste 1 essai" in page.text
    page = citizen.send_video(other_gesture=True)
    assert "La vérification vidéo est en pause" in page.text, citizen.capture("video")
    assert is_about(hour_of(page), datetime.now(PARIS) + timedelta(hours=4)), page.text
    assert page.forms == [form for form in page.forms if not form.files]  # nothing can be sent meanwhile
    assert citizen.state()["verification"]["state"] == "open"
    citizen.sandbox.pass_hours(citizen.email, 4)
    assert "en pause" not in citizen.open_letter_again().text
    citizen.identify_until("video")
    assert citizen.send_video().path == "/courrier/tracking/", citizen.capture("video")


# --- What agents decide ---


def plain(text: str) -> str:
    """As a machine-readable zone writes it, without its fillers."""
    return re.sub(r"[^A-Z]", "", unicodedata.normalize("NFD", text).upper())


class Agent(Browser):
    """At the desk in the admin."""

    def __init__(self, citizen: Citizen) -> None:
        super().__init__(str(citizen.http.base_url), citizen.sandbox.run)
        citizen.devices.append(self)  # closed with hers
        self.open("/gestion/login/")
        email, password = AGENT
        assert self.fill(username=email, password=password).status == 200

    def read(self, citizen: Citizen) -> Page:
        return self.open(citizen.state()["case"]["page"])

    def refuse(self, case: Page, reason: str) -> Page:
        self.open(case.path.replace("/change/", "/refuse/"))
        return self.press("Refuser l’identification", reasons=reason)


def test_a_typed_name_that_differs_is_shown_to_the_agent_whose_refusal_leads_to_a_correction(citizen):
    printed = str(citizen.typed["birth_name"])
    typed = ("Z" if printed[0] != "Z" else "K") + printed[1:].lower()
    citizen.with_name(typed)
    citizen.enrol_until("letter-sent")
    citizen.open_letter()
    citizen.identify_until("tracking")
    outcomes = {finding["code"]: finding["outcome"] for finding in citizen.capture("front")["findings"]}
    assert outcomes["compare.birth_name"] == "refer"
    assert citizen.state()["case"]["outcome"] == "refer"

    agent = Agent(citizen)
    page = agent.read(citizen)
    line = re.search(r"Nom de naissance.{0,400}", page.text)
    assert line
    assert typed in line[0]
    assert plain(printed) in plain(line[0])
    assert "à examiner" in line[0].split("Prénoms")[0]

    agent.refuse(page, "data_differ")
    assert citizen.state()["case"]["state"] == "refused"
    assert "action est attendue de votre part" in citizen.sandbox.message(citizen.email, "letter_decided")["subject"]

    citizen.login()
    page = citizen.open("/dossier/")
    assert "Votre identification n’a pas été acceptée" in page.heading
    assert "diffèrent de celles de votre pièce" in page.text
    citizen.press("Corriger mes informations")
    citizen.with_name(printed)
    citizen.open("/dossier/details/")
    assert citizen.type_details().path == "/dossier/confirmation/"
    citizen.enrol_until("letter-sent")
    assert citizen.open_letter().path == "/courrier/means/"


def test_a_refusal_by_the_agent_opens_a_new_try_that_can_be_accepted(citizen):
    citizen.enrol_until("letter-sent")
    citizen.open_letter()
    citizen.identify_until("tracking")
    citizen.decide("refuse", "face_not_visible")
    assert "Votre visage n’est pas assez visible" in citizen.open("/courrier/tracking/").text
    assert citizen.open(citizen.page.links["Faire un nouvel essai"]).path == "/dossier/status/"
    assert citizen.press("Réessayer avec les mêmes informations").path == "/dossier/letter-sent/"
    citizen.open_letter()
    citizen.identify_until("tracking")
    citizen.decide("approve")
    citizen.accept_letter()
    assert citizen.page.path == "/courrier/contenu/"
    sms = citizen.sandbox.message(citizen.who.mobile, "activation_code")
    number = citizen.state()["verification"]["letter"]["number"]
    assert number in sms["text"]
    assert number in citizen.page.text
    digits = citizen.page.text.replace("-", "").replace(" ", "")
    assert sms["code"] not in digits  # who reads the mailbox has not the phone
    pdf = citizen.http.get("/courrier/contenu.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert citizen.state()["enrollment"]["state"] == "proven"


# --- Letters that nobody opens, or the wrong person ---


def test_a_letter_that_is_never_opened_is_recalled_lapses_and_can_be_sent_anew(citizen):
    citizen.enrol_until("letter-sent")
    link = citizen.letter_link()
    first = citizen.state()["verification"]["letter"]
    for _reminder in range(4):
        citizen.sandbox.pass_hours(citizen.email, 73)
        reminder = citizen.sandbox.message(citizen.email, "letter_reminder")
        assert first["number"] in reminder["subject"] + reminder["text"]
    assert citizen.device().open(link).status == 200
    citizen.sandbox.pass_hours(citizen.email, 5 * 24)
    citizen.sandbox.message(citizen.email, "letter_lapsed")
    assert citizen.state()["verification"]["letter"]["state"] == "neglected"
    assert citizen.device().open(link).status == 410

    citizen.login()
    assert "n’a pas été ouvert à temps" in citizen.open("/dossier/").text
    assert citizen.press("Recevoir une nouvelle lettre").path == "/dossier/letter-sent/"
    assert citizen.open_letter().path == "/courrier/means/"
    assert citizen.state()["verification"]["letter"]["number"] != first["number"]


def alerts(citizen: Citizen) -> list[dict[str, str]]:
    found: list[dict[str, str]] = citizen.sandbox.get("/sandbox/inbox.json", event="agents_alerted")["messages"]
    return found


def test_whoever_is_not_the_recipient_stops_the_file_and_everybody_is_told(citizen):
    citizen.enrol_until("letter-sent")
    link = citizen.letter_link()
    citizen.open(link)
    citizen.press("Confirmer mon identité")
    number = citizen.state()["verification"]["letter"]["number"]

    stranger = citizen.device()
    stranger.open(link)
    page = stranger.open(stranger.page.links["Je ne suis pas cette personne"])
    assert citizen.state()["verification"]["state"] == "open"  # reading the page changes nothing
    assert number in page.text
    stranger.press("Confirmer : ce courrier n’est pas pour moi")
    assert citizen.state()["verification"]["state"] == "stopped"
    assert stranger.open(link).status == 410

    citizen.sandbox.message(citizen.email, "enrollment_stopped")
    reference = citizen.state()["case"]["reference"]
    citizen.wait_for("the agents’ mail", lambda: any(reference in mail["text"] for mail in alerts(citizen)))
    alerted = Agent(citizen).open("/gestion/verification/case/?file=alert")
    assert reference in alerted.text

    assert citizen.open("/courrier/means/").path == "/courrier/tracking/"
    assert "Votre dossier est arrêté" in citizen.open("/dossier/").heading
    citizen.press("Recevoir une nouvelle lettre")
    assert citizen.open_letter().path == "/courrier/means/"
