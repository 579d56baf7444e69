"""Somebody who does not give up: whatever fails, she looks where she stands and goes on, up to the activated identity."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from tests.e2e.citizen import Citizen, Page
from tests.e2e.phone import choose_secret_code
from tests.e2e.sandbox_client import Sandbox

PAUSE_SECONDS = 1.0
MAIL_SECONDS = 60.0
# What a page that cannot be read, a service that is away or a message that is late looks like from here.
TROUBLE = (httpx.HTTPError, AssertionError, RuntimeError, TimeoutError, StopIteration, LookupError, ValueError)
STATES = ("", "started", "proving", "under_review", "approved", "proven", "activated")
# Each is told once, however often anything was killed.
ONCE = (
    "account_created",
    "letter_notified",
    "verification_submitted",
    "letter_decided",
    "letter_accepted",
    "identity_activated",
    "activation_code",
)


class Newest(Sandbox):
    """She reads the newest message of its kind, also when she read it before and then lost the page."""

    def message(self, to: str, event: str) -> dict[str, Any]:
        until = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < until:
            found = self.get("/sandbox/inbox.json", to=to, event=event)["messages"]
            if found:
                newest: dict[str, Any] = found[0]
                return newest
            time.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"no {event} to {to}")


class Persistent:
    """lost: what had been answered to her and was gone later, in sentences. troubles: what went wrong on her way, and how often."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.citizen: Citizen | None = None
        self.furthest = ""
        self.took: dict[str, int] = {}
        self.lost: list[str] = []
        self.troubles: Counter[str] = Counter()
        self.last = ""
        self.began = time.monotonic()
        self.seconds = 0.0

    @property
    def done(self) -> bool:
        return self.furthest == "activated"

    def walk(self, until: Callable[[], float]) -> None:
        """Go on until the identity is activated, or it is later than `until` says."""
        while not self.done and time.monotonic() < until():
            try:
                self.act()
            except TROUBLE as error:
                self.last = f"{type(error).__name__}: {error}"[:300]
                self.troubles[type(error).__name__] += 1
                time.sleep(PAUSE_SECONDS)
        self.seconds = time.monotonic() - self.began

    def act(self) -> None:
        """One page's worth."""
        if self.citizen is None:
            self.citizen = Citizen(self.base_url, kind="cnie")
            self.citizen.sandbox.close()
            self.citizen.sandbox = Newest(self.base_url, self.citizen.sandbox.run)
        state = self.look()
        if state is None:
            self.register(self.citizen)
        elif state["verification"] is None:
            self.file(self.citizen)
        else:
            acts: dict[str, Callable[[Citizen], object]] = {
                "proving": self.identify,
                "under_review": lambda citizen: citizen.decide("approve"),
                "approved": lambda citizen: citizen.accept_letter(),
                "proven": self.activate,
            }
            act = acts.get(state["enrollment"]["state"])
            if act is not None:
                act(self.citizen)

    def look(self) -> dict[str, Any] | None:
        """Where her file stands; None before there is an account. Notes what stood there once and does no more."""
        assert self.citizen is not None
        answer = self.citizen.sandbox.http.get("/sandbox/state.json", params={"email": self.citizen.email})
        if answer.status_code >= 500:
            raise RuntimeError(f"state.json: {answer.status_code}")
        found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        known = found.get("account")
        state = found["enrollment"]["state"] if known and found["enrollment"] else ""
        if STATES.index(self.furthest) > STATES.index(state):
            self.lost.append(f"{self.citizen.email}: was {self.furthest}, is {state or 'unknown'}")
        self.furthest = max(self.furthest, state, key=STATES.index)
        captures = Counter(row["kind"] for row in ((found.get("verification") or {}).get("captures") or ()))
        for kind, taken in self.took.items():
            if captures[kind] < taken:
                self.lost.append(f"{self.citizen.email}: a {kind} that was taken is gone")
        self.took = dict(captures)
        return found if known else None

    # --- Pages ---

    def register(self, citizen: Citizen) -> None:
        page = citizen.open("/inscription/")
        acts: dict[str, Callable[[], Page]] = {
            "prerequisites": lambda: citizen.fill(of_age="on", has_document="on"),
            "support": lambda: citizen.press("Continuer sur le site web"),
            "email": lambda: citizen.fill(email=citizen.email),
            "email-code": lambda: self.type_code(citizen, citizen.email, "email_code_sent"),
            "password": lambda: citizen.fill(password=citizen.who.password),
            "phone": lambda: citizen.fill(phone=citizen.who.mobile),
            "names": lambda: citizen.fill(
                civility=citizen.typed["sex"],
                first_name=citizen.who.first_name,
                last_name=citizen.typed["birth_name"],
                accept_terms="on",
            ),
        }
        acts[slug(page)]()

    def type_code(self, citizen: Citizen, to: str, event: str) -> Page:
        """The newest code; where it no longer counts, another one is asked for."""
        page = citizen.fill(code=citizen.sandbox.code(to, event))
        if has_button(page, "Recevoir un nouveau code"):  # not before its time
            page = citizen.press("Recevoir un nouveau code")
        return page

    def file(self, citizen: Citizen) -> None:
        page = citizen.login()
        page = citizen.open("/dossier/") if not page.path.startswith("/dossier/") else page
        acts = citizen.acts_of_the_file()
        acts["mobile-code"] = lambda: self.type_code(citizen, citizen.who.mobile, "mobile_code_sent")
        acts.get(slug(page), lambda: page)()

    def identify(self, citizen: Citizen) -> None:
        page = citizen.open("/courrier/tracking/")  # leads to the first page that is still open
        if page.status == 403 or page.path == "/connexion/":
            citizen.open(citizen.sandbox.link(citizen.email, "letter_notified", "/courrier/ouvrir/"))
            page = citizen.press("Confirmer mon identité")
        acts: dict[str, Callable[[], object]] = {
            "means": lambda: citizen.fill(means="visual"),
            "overview": lambda: citizen.press("Commencer"),
            "document": lambda: citizen.press("Ajouter ma pièce d’identité"),
            "front": lambda: self.photograph(citizen, "front"),
            "back": lambda: self.photograph(citizen, "back"),
            "document-ok": lambda: citizen.press("Passer à l’étape 2"),
            "video-intro": lambda: citizen.press("Je n’ai pas de caméra"),
            "video": lambda: self.film(citizen),
        }
        acts.get(slug(page), lambda: time.sleep(PAUSE_SECONDS))()

    def photograph(self, citizen: Citizen, side: str) -> None:
        """Whatever the page is about: to send, to look at, to wait for."""
        page = citizen.page
        if has_button(page, "Confirmer"):
            citizen.press("Confirmer")
        elif any(form.files for form in page.forms):
            citizen.upload(citizen.photo(side), f"{side}.jpg", "image/jpeg")
        elif "Continuer" in page.links:
            citizen.open(page.links["Continuer"])
        else:
            time.sleep(PAUSE_SECONDS)

    def film(self, citizen: Citizen) -> None:
        page = citizen.page
        if has_button(page, "Envoyer cette vidéo"):
            citizen.press("Envoyer cette vidéo")
        elif citizen.page_wants_new_digits(page):
            citizen.press("Obtenir de nouveaux chiffres")
        elif any(form.files for form in page.forms):
            citizen.upload(citizen.video(page), "video.mp4", "video/mp4")
        else:
            time.sleep(PAUSE_SECONDS)

    def activate(self, citizen: Citizen) -> None:
        """Code, key and secret code, as `static/js/secret-code.js` does it."""
        citizen.login()
        page = citizen.open("/app/")
        if page.path == "/app/activation/":
            self.type_code(citizen, citizen.who.mobile, "activation_code")
        choose_secret_code(citizen)


def slug(page: Page) -> str:
    return page.path.strip("/").rpartition("/")[2]


def has_button(page: Page, text: str) -> bool:
    return any(text in button.text for form in page.forms for button in form.buttons)
