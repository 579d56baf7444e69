"""The funnel as a citizen and an agent see it: one method a page, elements found by role and label.

Every page that is met is looked at: its heading, axe, its width, what the browser complains about.
"""

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.e2e.sandbox_client import AGENT, CHECK_SECONDS, Person, Sandbox

PAGE_MS = 30_000
CHECK_MS = CHECK_SECONDS * 1000
LOOP_SECONDS = 18.0  # of the fake camera's files; the face is at rest for this long at their beginning:
REST = (0.2, 4.5)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# E2E_SCREENSHOTS=DIR keeps a picture of every page that is met.
SCREENSHOTS = os.environ.get("E2E_SCREENSHOTS")


GESTURES = {"gauche": "turn_left", "droite": "turn_right", "pièce d’identité": "show_document"}


def asked_of_a_file(page: Page) -> dict[str, str]:
    """Digits and gesture that the page wants to see on a video from a file."""
    wanted = page.get_by_role("listitem").filter(has_text=re.compile("^Votre (tête|pièce)")).inner_text()
    return {
        "digits": "".join(page.locator(".digits span").all_inner_texts()),
        "form": "spoken",
        "gesture": next(code for word, code in GESTURES.items() if word in wanted),
    }


def run_axe(page: Page) -> list[dict[str, Any]]:
    """The rules that the page breaks."""
    broken: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return broken


class Look:
    """Looks at each page once it stands. complaints: what a page got wrong, in the order met."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name, self.number = page, name, 0
        self.complaints: list[str] = []
        self.wanted = 0  # the status of an answer that a scenario provokes
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self._console)
        page.on("response", self._response)

    def _console(self, line: Any) -> None:
        if "Content Security Policy" in line.text:
            self.complaints.append(f"{self.page.url}: {line.text}")

    def _response(self, answer: Any) -> None:
        if answer.status >= 400 and answer.status != self.wanted:
            self.complaints.append(f"{answer.status} {answer.url}")

    def at(self, heading: str, *, timeout: float = PAGE_MS) -> None:
        """The page with this heading (its beginning) stands, and is as it should be."""
        expect(self.page.get_by_role("heading", level=1, name=re.compile("^" + re.escape(heading)))).to_be_visible(
            timeout=timeout
        )
        self.number += 1
        self.examine(heading)

    def examine(self, heading: str) -> None:
        """The page that stands: its picture, its width, axe."""
        self.page.wait_for_load_state()
        if SCREENSHOTS:
            folder = Path(SCREENSHOTS) / self.name
            folder.mkdir(parents=True, exist_ok=True)
            slug = re.sub(r"\W+", "-", heading.lower())[:40]
            self.page.screenshot(path=folder / f"{self.number:02}-{slug}.png", full_page=True)
        wider = self.page.evaluate(OVERFLOW)
        if wider:
            self.complaints.append(f"«{heading}» is {wider} px wider than the screen")
        for rule in self.axe():
            nodes = [node["html"][:200] for node in rule["nodes"]]
            self.complaints.append(f"«{heading}»: {rule['id']} {nodes}")

    def axe(self) -> list[dict[str, Any]]:
        return run_axe(self.page)


class Funnel:
    """One citizen's browser, from the landing page to the activated identity."""

    def __init__(self, context: BrowserContext, sandbox: Sandbox, citizen: Person, name: str) -> None:
        self.context, self.sandbox, self.citizen = context, sandbox, citizen
        self.page = context.new_page()
        self.page.set_default_timeout(PAGE_MS)
        self.look = Look(self.page, name)

    # --- Long ways ---

    def enrol(self) -> None:
        """From the landing page to the letter on its way."""
        self.start()
        self.meet_prerequisites()
        self.stay_on_the_web()
        self.give_email()
        self.confirm_email()
        self.choose_password()
        self.give_contact_phone()
        self.give_names()
        self.log_in()
        self.accept_terms()
        self.give_mobile()
        self.confirm_mobile()
        self.have_a_french_document()
        self.choose_document()
        self.give_details()
        self.confirm_details()
        self.choose_online()
        self.accept_ar24_terms()

    def show_document(self) -> None:
        """From the letter's mail to the accepted photos."""
        self.open_letter()
        self.choose_means()
        self.read_overview()
        self.announce_document()
        self.send_photos()
        self.see_photos_accepted()

    # --- What every page has ---

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def go_on(self, button: str = "Continuer") -> None:
        self.button(button).click()

    def choose(self, name: str) -> None:
        self.page.get_by_role("radio", name=re.compile(rf"(^|pour vous\s*){name}")).check()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def fill_date(self, legend: str, day: str) -> None:
        """day: YYYY-MM-DD"""
        group = self.page.get_by_role("group", name=re.compile("^" + legend))
        for label, part in zip(("Année", "Mois", "Jour"), day.split("-"), strict=True):
            group.get_by_label(label).fill(part)

    # --- The account ---

    def start(self) -> None:
        self.page.goto("/")
        self.look.at("La clé qui sécurise et simplifie vos démarches en ligne")
        self.page.get_by_role("link", name="Créer votre Identité Numérique").first.click()

    def meet_prerequisites(self) -> None:
        self.look.at("Avant de commencer, vérifiez que vous avez tout")
        self.page.get_by_label("Je suis majeur(e)").check()
        self.page.get_by_label("J’ai une pièce d’identité française en cours de validité").check()
        self.go_on()

    def stay_on_the_web(self) -> None:
        self.look.at("Sur quel appareil souhaitez-vous continuer")
        self.go_on("Continuer sur le site web")

    def give_email(self) -> None:
        self.look.at("Définissez un identifiant")
        self.fill("Adresse e-mail", self.citizen.email)
        self.go_on()

    def confirm_email(self) -> None:
        self.look.at("Consultez votre boîte de réception")
        code = self.sandbox.code(self.citizen.email, "email_code_sent")
        self.page.get_by_label("Code reçu par e-mail").fill(code)
        self.go_on()

    def choose_password(self) -> None:
        self.look.at("Définissez un mot de passe")
        self.page.get_by_label("Mot de passe", exact=True).press_sequentially(self.citizen.password)
        self.go_on()

    def give_contact_phone(self) -> None:
        self.look.at("Renseignez votre numéro de mobile ou fixe")
        self.page.get_by_role("textbox", name="Numéro de mobile ou fixe").fill(self.citizen.mobile)
        self.go_on("Valider")

    def give_names(self) -> None:
        self.look.at("Renseignez vos informations")
        self.choose(self.citizen.civility)
        self.fill("Prénom", self.citizen.first_name)
        self.fill("Nom", self.citizen.typed["birth_name"])
        self.page.get_by_label("J’ai lu et j’accepte les conditions générales du compte").check()
        self.go_on("Créer mon compte")

    def log_in(self, heading: str = "Votre compte est créé") -> None:
        self.look.at(heading)
        self.fill("Adresse e-mail", self.citizen.email)
        self.fill("Mot de passe", self.citizen.password)
        self.go_on("Se connecter")

    # --- Number and document ---

    def accept_terms(self) -> None:
        self.look.at("Conditions générales d’utilisation")
        self.page.get_by_role("checkbox", name=re.compile("^J’ai lu et j’accepte les conditions générales")).check()
        self.go_on("Accepter et continuer")

    def give_mobile(self) -> None:
        self.look.at("Renseignez votre numéro de mobile")
        self.page.get_by_role("textbox", name="Numéro de mobile").fill(self.citizen.mobile)
        self.go_on("Valider")

    def confirm_mobile(self) -> None:
        self.look.at("Saisissez le code de vérification reçu par SMS")
        code = self.sandbox.code(self.citizen.mobile, "mobile_code_sent")
        self.page.get_by_label("Code de vérification du mobile").fill(code)
        self.go_on("Valider")

    def have_a_french_document(self) -> None:
        self.look.at("Votre pièce d’identité")
        self.choose("Oui")
        self.go_on()

    def choose_document(self) -> None:
        self.look.at("Sélectionnez votre pièce d’identité")
        self.choose("Carte")
        self.go_on()

    def give_details(self) -> None:
        self.look.at("Saisissez les informations de la pièce d’identité")
        typed = self.citizen.typed
        self.choose(self.citizen.civility)
        self.page.get_by_label("Tous vos prénoms").fill(typed["first_names"])
        self.page.get_by_label("Nom de naissance").fill(typed["birth_name"])
        self.page.get_by_label("Nom d’usage").fill(typed["use_name"])
        self.fill_date("Date de naissance", typed["birth_date"])
        self.pick_commune(self.citizen.person["birth_place"])
        self.page.get_by_label("Numéro du document").fill(typed["document_number"])
        self.fill_date("Date de délivrance", typed["issue_date"])
        self.fill_date("Date d’expiration", typed["expiry_date"])
        self.page.locator("form").get_by_role("button", name="Valider", exact=True).click()

    def pick_commune(self, name: str) -> None:
        """From the suggestions, with the keyboard."""
        field = self.page.get_by_role("combobox", name=re.compile("^Commune ou ville de naissance"))
        field.press_sequentially(name)
        option = self.page.get_by_role("listbox").get_by_role("option").first
        expect(option).to_be_visible()
        field.press("ArrowDown")
        chosen = option.inner_text()
        field.press("Enter")
        expect(field).to_have_value(chosen)

    def confirm_details(self) -> None:
        self.look.at("Confirmez les informations")
        for value in (self.citizen.typed["birth_name"], self.citizen.typed["document_number"]):
            expect(self.page.get_by_role("main")).to_contain_text(value)
        self.go_on("Valider")

    # --- The letter ---

    def choose_online(self) -> None:
        self.look.at("Choisissez le mode de vérification")
        self.choose("En ligne")
        self.go_on()

    def accept_ar24_terms(self) -> None:
        self.look.at("Conditions générales d’AR24")
        self.page.get_by_role("checkbox", name=re.compile("^J’accepte les conditions générales d’AR24")).check()
        self.go_on("Accepter et recevoir la lettre")

    def open_letter(self) -> None:
        self.look.at("Vous allez recevoir un e-mail d’AR24")
        self.page.goto(self.sandbox.link(self.citizen.email, "letter_notified", "/courrier/ouvrir/"))
        self.look.at("Vous avez reçu un courrier recommandé électronique")
        self.go_on("Confirmer mon identité")

    # --- Identification ---

    def choose_means(self) -> None:
        self.look.at("Choisissez un moyen d’identification")
        self.choose("Identification visuelle")
        self.go_on()

    def read_overview(self) -> None:
        self.look.at("Ce que vous allez devoir faire")
        self.go_on("Commencer")

    def announce_document(self) -> None:
        self.look.at("Ajoutez votre pièce d’identité")
        self.choose("Carte")
        self.go_on("Ajouter ma pièce d’identité")

    def send_photo(self, heading: str, photo: bytes) -> None:
        """One side: choose a file, look at it, confirm it."""
        self.look.at(heading)
        with self.page.expect_file_chooser() as chooser:
            self.button("Choisir un fichier").click()
        chooser.value.set_files(FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=photo))
        expect(self.page.get_by_role("heading", name="Vérifiez votre photo")).to_be_visible()
        self.look.at(heading)
        self.go_on("Confirmer")

    def send_photos(self) -> None:
        photos = {side: self.sandbox.file(path) for side, path in self.citizen.photos.items()}
        self.send_photo("Face avant", photos["front"])
        expect(self.page.get_by_role("heading", level=1, name=re.compile("^Face arrière"))).to_be_visible(
            timeout=CHECK_MS
        )
        self.send_photo("Face arrière", photos["back"])

    def see_photos_accepted(self) -> None:
        self.look.at("Votre pièce d’identité est conforme", timeout=CHECK_MS)
        self.go_on("Passer à l’étape 2")

    def choose_digits(self, form: str = "spoken") -> None:
        self.look.at("Confirmez votre identité en vidéo")
        self.choose({"spoken": "À voix haute", "written": "Par écrit"}[form])
        self.go_on()
        self.look.at("Vérification vidéo")

    def record_video(self) -> bool:
        """Camera on, record, look at the recording, send it. False when this machine was too slow to show the digits in time."""
        self.page.reload()
        self.button("Activer la caméra et le microphone").click()
        record = self.button("Lancer l’enregistrement")
        expect(record).to_be_visible()
        self.page.evaluate(WAIT_FOR_REST, [LOOP_SECONDS, *REST])
        record.click()
        send = self.button("Envoyer cette vidéo")
        expect(send.or_(record)).to_be_visible(timeout=PAGE_MS)
        if not send.is_visible():
            return False
        self.look.at("Vérification vidéo")
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):  # then it is stored
            send.click()
        return True

    def see_that_an_agent_examines(self) -> None:
        self.look.at("Identification en cours de traitement", timeout=CHECK_MS)
        expect(self.page.get_by_role("heading", name=re.compile("^Suivi de votre courrier n°"))).to_be_visible()

    def accept_letter(self) -> None:
        """By the mail that announces the decision."""
        self.page.goto(self.sandbox.link(self.citizen.email, "letter_decided", "/courrier/ouvrir/"))
        self.look.at("Suivi de votre courrier recommandé")
        self.go_on("Voir le suivi de mon courrier")
        self.look.at("Votre identité est vérifiée")
        self.go_on("Accepter le courrier")

    def read_letter(self) -> None:
        self.look.at("Vous avez accusé réception de votre courrier")
        self.page.get_by_role("link", name="Installer l’application").click()

    # --- The app ---

    def log_in_to_the_app(self) -> None:
        """Only where the session ended meanwhile."""
        store = self.page.get_by_role("heading", name="Installez l’application sur votre téléphone")
        expect(store.or_(self.page.get_by_role("heading", name="Saisissez votre code d’activation"))).to_be_visible()
        if store.is_visible():
            self.look.at("Installez l’application sur votre téléphone")
            self.page.get_by_role("main").get_by_role("link", name="Se connecter").click()
            self.log_in("Connectez-vous à votre compte")

    def enter_activation_code(self) -> None:
        self.look.at("Saisissez votre code d’activation")
        self.page.get_by_label("Code d’activation").fill(self.sandbox.code(self.citizen.mobile, "activation_code"))
        self.go_on("Valider")

    def choose_secret_code(self) -> None:
        self.look.at("Choisissez votre code secret")
        self.page.get_by_label("Choisissez votre code secret").fill(self.citizen.secret_code)
        self.page.get_by_label("Saisissez-le une seconde fois").fill(self.citizen.secret_code)
        self.go_on("Activer mon Identité Numérique")

    def see_activated(self) -> None:
        self.look.at("Votre Identité Numérique est activée")
        expect(self.page.get_by_role("main")).to_contain_text(self.citizen.typed["birth_name"])


# The fake camera plays its file from the moment it is opened, over and over: a recording begins while the face is at rest.
WAIT_FOR_REST = """async ([loop, from, to]) => {
    const video = document.querySelector("[data-live]");
    const phase = () => video.currentTime % loop;
    while (phase() < from || phase() > to) await new Promise((done) => setTimeout(done, 50));
}"""


class Desk:
    """An agent's browser."""

    def __init__(self, context: BrowserContext, name: str) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PAGE_MS)
        self.look = Look(self.page, f"{name}-desk")

    def log_in(self) -> None:
        self.page.goto("/gestion/")
        self.look.examine("Connexion des agents")
        self.page.locator("#id_username").fill(AGENT[0])
        self.page.locator("#id_password").fill(AGENT[1])
        self.page.get_by_role("button").last.click()
        expect(self.page.get_by_role("link", name="Dossiers à vérifier").first).to_be_visible()

    def open_case(self, reference: str) -> None:
        self.page.get_by_role("link", name="Dossiers à vérifier").first.click()
        self.look.at("Dossiers à vérifier")  # a click does not wait for the page that it opens
        self.page.get_by_role("link", name=reference).click()
        self.look.at(f"Dossier {reference}")

    def unfold(self) -> None:
        """What passed is folded away."""
        for fold in self.page.locator(".evidence details:not([open]) > summary").all():
            fold.click()

    def expect_finding(self, code: str, outcome: str) -> None:
        row = self.page.locator(f'tr[data-code="{code}"]')
        expect(row.locator(".outcome")).to_have_class(re.compile(rf"\b{outcome}\b"))

    def approve(self) -> None:
        self.page.get_by_role("link", name="Accepter…").click()
        self.page.get_by_label("J’ai comparé la pièce").check()
        self.page.get_by_role("button", name=re.compile("^Accepter")).click()
        expect(self.page.get_by_role("link", name="Accepter…")).to_have_count(0)
