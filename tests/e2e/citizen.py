"""A scripted citizen: goes through the funnel over HTTP as a browser without JavaScript does, and is at any place in seconds.

She reads pages, fills the forms that stand on them and presses their buttons; mails and SMS come from the sandbox's inbox.
"""

import re
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from playwright.sync_api import BrowserContext

from tests.e2e.html_page import Button, Form, HtmlPage
from tests.e2e.sandbox_client import CHECK_SECONDS, Sandbox

FILE_KINDS = {"passport": "passport", "permit": "permit", "cni": "cni", "cnie": "cni"}
# Whole sentences: what a refused video is told names a side as well.
GESTURES = {
    "Votre pièce d’identité, tenue à côté": "show_document",
    "Votre tête tournée nettement vers votre gauche": "turn_left",
    "Votre tête tournée nettement vers votre droite": "turn_right",
}
_kept: dict[tuple[str, str], bytes] = {}


class Page(HtmlPage):
    """One answer. path: where it stands after all redirects."""

    def __init__(self, answer: httpx.Response) -> None:
        is_html = answer.headers.get("content-type", "").startswith("text/html")
        super().__init__(answer.text if is_html else "")
        self.status = answer.status_code
        self.url = str(answer.url)
        self.path = urlsplit(self.url).path
        self.answer = answer

    def form_with(self, *names: str) -> Form:
        """The form that has these fields, or a button of one of these texts."""
        for form in self.forms:
            if all(name in form.names() or any(button.text == name for button in form.buttons) for name in names):
                return form
        raise AssertionError(f"no form with {names} on {self.path} ({self.status}): {self.text[:600]}")

    def button(self, text: str) -> tuple[Form, Button]:
        for form in self.forms:
            for button in form.buttons:
                if text in button.text:
                    return form, button
        raise AssertionError(f"no button «{text}» on {self.path} ({self.status}): {self.text[:600]}")


class Browser:
    """One device: its own cookies. run: names the test run, so that limits per client count apart."""

    def __init__(self, base_url: str, run: str) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=120, follow_redirects=True, headers={"X-Test-Run": run})
        self.page: Page

    def close(self) -> None:
        self.http.close()

    def open(self, address: str) -> Page:
        self.page = Page(self.http.get(address))
        return self.page

    def press(self, text: str, **fields: str) -> Page:
        """Press the button of this text; `fields` are typed into its form before."""
        form, button = self.page.button(text)
        return self.send(form, button, **fields)

    def fill(self, **fields: str) -> Page:
        """Type into the form that has these fields and press its first button."""
        form = self.page.form_with(*fields)
        return self.send(form, form.buttons[0] if form.buttons else None, **fields)

    def upload(self, data: bytes, name: str, content_type: str) -> Page:
        form = self.page.form_with("file")
        return self.send(form, None, file=(name, data, content_type))

    def send(self, form: Form, button: Button | None, *, file: Any = None, **fields: str) -> Page:
        self.page = self.answer(form, button, file=file, **fields)
        return self.page

    def answer(self, form: Form, button: Button | None, *, file: Any = None, **fields: str) -> Page:
        """Send a form without turning to its answer: what a second press of the button does."""
        data = {**form.fields, **fields}
        if button is not None and button.name:
            data[button.name] = button.value
        address = urljoin(self.page.url, form.action) if form.action else self.page.url
        files = {form.files[0]: file} if file is not None else None
        return Page(self.http.post(address, data=data, files=files, headers={"Referer": self.page.url}))


class Citizen(Browser):
    """One new person and her computer. kind: of her document, as the specimen maker names it.

    `typed` is what stands on her document; a scenario may change it before it is typed.
    """

    def __init__(self, base_url: str, *, run: str = "", kind: str = "passport", seed: int | None = None) -> None:
        self.sandbox = Sandbox(base_url, run or secrets.token_hex(6))
        super().__init__(base_url, self.sandbox.run)
        self.kind = kind
        self.who = self.sandbox.person(kind, seed)
        self.typed = self.who.typed
        self.email = self.who.email
        self.devices: list[Browser] = []
        self.link = ""  # of the letter, once its mail was read

    def close(self) -> None:
        for browser in self.devices:
            browser.close()
        self.sandbox.close()
        super().close()

    def device(self) -> Browser:
        """Another device of hers."""
        self.devices.append(Browser(str(self.http.base_url), self.sandbox.run))
        return self.devices[-1]

    # --- Compte La Poste ---

    def begin(self) -> Page:
        """To the page that waits for the code received by e-mail."""
        self.open("/inscription/")
        self.fill(of_age="on", has_document="on")
        self.press("Continuer sur le site web")
        page = self.fill(email=self.email)
        assert page.path == "/inscription/email-code/", page.text
        return page

    def register(self) -> Page:
        """An account, and the login page."""
        self.begin()
        self.fill(code=self.sandbox.code(self.email, "email_code_sent"))
        self.fill(password=self.who.password)
        self.fill(phone=self.who.mobile)
        page = self.fill(
            civility=self.typed["sex"],
            first_name=self.who.first_name,
            last_name=self.typed["birth_name"],
            accept_terms="on",
        )
        assert page.path == "/connexion/", page.text
        return page

    def login(self, browser: Browser | None = None, password: str = "") -> Page:
        """Log in, on this device or another; where the file stands."""
        browser = browser or self
        browser.open("/connexion/")
        if browser.page.path != "/connexion/":
            return browser.page  # still logged in
        return browser.fill(email=self.email, password=password or self.who.password)

    def hand_over(self, context: BrowserContext) -> None:
        """Let a real browser go on in her session."""
        base = str(self.http.base_url)
        context.add_cookies(
            [
                {"name": one.name, "value": one.value or "", "url": base, "secure": bool(one.secure)}
                for one in self.http.cookies.jar
            ]
        )

    # --- The file ---

    def enrol_until(self, slug: str) -> Page:
        """From nothing, or from where the file stands, to the step `slug` of the enrollment."""
        if not any(one.name.endswith("session") for one in self.http.cookies.jar):
            self.register()
            self.login()
        acts = self.acts_of_the_file()
        page = self.open("/dossier/")
        for _step in range(2 * len(acts)):
            here = page.path.removeprefix("/dossier/").strip("/")
            if here == slug:
                return page
            assert here in acts, f"{page.path} ({page.status}): {page.text[:400]}"
            page = acts[here]()
            assert page.path != f"/dossier/{here}/" or page.status == 200, page.text[:600]
        raise AssertionError(f"never came to {slug}, still on {page.path}: {page.text[:800]}")

    def acts_of_the_file(self) -> dict[str, Callable[[], Page]]:
        """What she does on each page of the enrollment, in order."""
        return {
            "terms": lambda: self.fill(accept="on"),
            "mobile": lambda: self.fill(number=self.who.mobile),
            "mobile-code": lambda: self.fill(code=self.sandbox.code(self.who.mobile, "mobile_code_sent")),
            "french-document": lambda: self.fill(french_document="yes"),
            "document": lambda: self.fill(document_kind=FILE_KINDS[self.kind]),
            "details": self.type_details,
            "confirmation": lambda: self.press("Valider"),
            "mode": lambda: self.fill(mode="online"),
            "ar24-terms": lambda: self.fill(accept="on"),
        }

    def details(self) -> dict[str, str]:
        """What she types on the page of the details."""
        birth, issue, expiry = (self.typed[name].split("-") for name in ("birth_date", "issue_date", "expiry_date"))
        person = self.who.person
        values = {
            "civility": self.typed["sex"],
            "first_names": self.typed["first_names"],
            "birth_name": self.typed["birth_name"],
            "use_name": self.typed["use_name"],
            "birth_country_text": "France",
            "birth_place_text": person["birth_place"],
            "document_number": self.typed["document_number"],
        }
        for group, (year, month, day) in (("birth", birth), ("issue", issue), ("expiry", expiry)):
            values |= {f"{group}_year": year, f"{group}_month": month, f"{group}_day": day}
        if self.kind == "permit":
            values["nationality_text"] = "Maroc"
        return values

    def type_details(self) -> Page:
        """Fill the page; where the name of the commune is not enough, pick it from the list that comes back."""
        page = self.fill(**self.details())
        form = page.form_with("civility") if page.path.endswith("/details/") else None
        if form is not None and form.choices.get("birth_place"):
            code = self.who.person["birth_cog"]
            found = next((value for value in form.choices["birth_place"] if value.startswith(code)), None)
            page = self.fill(birth_place=found or form.choices["birth_place"][0])
        assert not page.path.endswith("/details/"), page.text
        return page

    # --- The letter ---

    def letter_link(self) -> str:
        """The link of the letter's mail, waited for; of the newest letter when several were sent."""
        self.link = self.sandbox.link(self.email, "letter_notified", "/courrier/ouvrir/")
        # The inbox shows a mail a moment before it counts as sent; the letter's days run from then on.
        self.wait_for("the letter is notified", lambda: self._letter_state() != "sending")
        return self.link

    def _letter_state(self) -> str:
        return str(self.state()["verification"]["letter"]["state"])

    def open_letter(self, browser: Browser | None = None) -> Page:
        """Up to the first step of the identification, from the mail."""
        browser = browser or self
        browser.open(self.letter_link())
        return browser.press("Confirmer mon identité")

    def open_letter_again(self, browser: Browser | None = None) -> Page:
        """By the mail that she has read already."""
        browser = browser or self
        browser.open(self.link)
        return browser.press("Confirmer mon identité")

    def identify_until(self, slug: str, browser: Browser | None = None) -> Page:
        """From the opened letter, or from where the identification stands, to the step `slug`."""
        browser = browser or self
        acts: dict[str, Callable[[], Page]] = {
            "means": lambda: browser.fill(means="visual"),
            "overview": lambda: browser.press("Commencer"),
            "document": lambda: browser.press("Ajouter ma pièce d’identité"),
            "front": lambda: self.send_photo("front", browser=browser),
            "back": lambda: self.send_photo("back", browser=browser),
            "document-ok": lambda: browser.press("Passer à l’étape 2"),
            "video-intro": lambda: browser.press("Je n’ai pas de caméra"),
            "video": lambda: self.send_video(browser=browser),
        }
        page = browser.page
        for _step in range(2 * len(acts)):
            here = page.path.removeprefix("/courrier/").strip("/")
            if here == slug:
                return page
            assert here in acts, f"{page.path} ({page.status}): {page.text[:400]}"
            page = acts[here]()
        raise AssertionError(f"never came to {slug}, still on {page.path}: {page.text[:800]}")

    # --- Captures ---

    def file(self, address: str) -> bytes:
        """A specimen; made once in a session."""
        key = (str(self.http.base_url), address)
        if key not in _kept:
            _kept[key] = self.sandbox.file(address)
        return _kept[key]

    def photo(self, side: str, degradation: str = "", strength: int = 3) -> bytes:
        address = str(self.who.photos[side])
        return self.file(address + (f"&degradation={degradation}&strength={strength}" if degradation else ""))

    def confirm_photo(self, side: str, data: bytes = b"", *, browser: Browser | None = None) -> Page:
        """Up to the page that follows the check."""
        browser = browser or self
        page = browser.upload(data or self.photo(side), f"{side}.jpg", "image/jpeg")
        assert "Vérifiez votre photo" in page.text, page.text
        return browser.press("Confirmer")

    def send_photo(self, side: str, data: bytes = b"", *, browser: Browser | None = None) -> Page:
        """Upload, confirm, wait for the check; the page that says what came of it, or the next step."""
        browser = browser or self
        self.confirm_photo(side, data, browser=browser)
        return self.after_check(side, browser=browser)

    def after_check(self, kind: str, *, browser: Browser | None = None) -> Page:
        browser = browser or self
        state = self.sandbox.checked(self.email, kind)
        page = browser.open(browser.page.path)
        if state == "accepted" and "Continuer" in page.links:
            page = browser.open(page.links["Continuer"])
        return page

    def asked(self, page: Page) -> dict[str, str]:
        """Digits and gesture that the page wants to see."""
        digits = re.search(r"ces trois chiffres : (\d) (\d) (\d)", page.text)
        assert digits, page.text
        return {
            "digits": "".join(digits.groups()),
            "form": "written" if "Une feuille où sont écrits" in page.text else "spoken",
            "gesture": next(code for words, code in GESTURES.items() if words in page.text),
        }

    def video(self, page: Page, *, species: str = "", other_gesture: bool = False) -> bytes:
        """The recording that the page asks for. other_gesture: she turns where nobody asked her to."""
        asked = self.asked(page)
        if other_gesture:
            asked["gesture"] = "turn_right" if asked["gesture"] == "turn_left" else "turn_left"
        return self.sandbox.video(self.who, **asked, species=species)

    def send_video(
        self, data: bytes = b"", *, species: str = "", other_gesture: bool = False, browser: Browser | None = None
    ) -> Page:
        """The video by file: uploaded, looked at, sent, checked."""
        browser = browser or self
        if self.page_wants_new_digits(browser.page):
            browser.press("Obtenir de nouveaux chiffres")
        data = data or self.video(browser.page, species=species, other_gesture=other_gesture)
        page = browser.upload(data, "video.mp4", "video/mp4")
        assert "Regardez votre vidéo" in page.text, page.text
        browser.press("Envoyer cette vidéo")
        return self.after_check("video", browser=browser)

    @staticmethod
    def page_wants_new_digits(page: Page) -> bool:
        return "Obtenir de nouveaux chiffres" in page.text

    # --- The end ---

    def decide(self, verdict: str, *reasons: str) -> dict[str, Any]:
        """The agent's decision, taken for her."""
        return self.sandbox.post("/sandbox/review.json", email=self.email, verdict=verdict, reasons=list(reasons))

    def accept_letter(self) -> Page:
        """From the mail of the decision to the letter's content."""
        self.open("/courrier/tracking/")
        return self.press("Accepter le courrier")

    def state(self) -> dict[str, Any]:
        return self.sandbox.state(self.email)

    def capture(self, kind: str) -> dict[str, Any]:
        """The newest capture of this kind, as state.json tells it."""
        rows: list[dict[str, Any]] = [row for row in self.state()["verification"]["captures"] if row["kind"] == kind]
        return rows[-1]

    def wait_for(self, what: str, is_so: Callable[[], bool], seconds: float = CHECK_SECONDS) -> None:
        until = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > until:
                raise TimeoutError(f"{what}: {self.state()}")
            time.sleep(0.3)

    def with_name(self, birth_name: str) -> None:
        """She will type another birth name than her document bears."""
        self.typed["birth_name"] = birth_name
