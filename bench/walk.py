"""One scripted person walks from the landing page to the camera over HTTP; at each page the bench stops and measures.

She fills in what a page asks by the names of its fields, so that a new page needs a line here only when it asks
something new.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from bench.counter import ASK
from bench.forms import Field, File, Form, filled, forms_in, multipart
from bench.server import Answer, Server

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from notifications.models import Message

PASSWORD = "Une phrase de passe 1"  # noqa: S105 (of an invented person in a database that lives for a minute)
MAX_PAGES = 60
CODE = re.compile(r"\b(\d{3})[ \u00a0-]?(\d{3})\b")
LINK = re.compile(r"https?://[^\s\"<>]+")
# What she says, by the name of the field.
ANSWERS: Mapping[str, str] = {
    "password": PASSWORD,
    "password1": PASSWORD,
    "password2": PASSWORD,
    "support": "web",
    "civility": "F",
    "first_name": "Maëlys",
    "last_name": "Martin",
    "first_names": "Maëlys Gaëlle Marie",
    "birth_name": "Martin",
    "use_name": "",
    "birth": "1990-07-13",
    "birth_country_text": "France",
    "birth_place_text": "Quimper",
    "document_kind": "cni",
    "shown_kind": "cni",
    "document_number": "X4RTBPFW4",
    "issue": "2022-03-01",
    "expiry": "2032-02-29",
    "french_document": "yes",
    "mode": "online",
    "street": "12 rue des Lilas",
    "complement": "",
    "postal_code": "29000",
    "place": "office",
    "means": "visual",
}
PARTS_OF_DATES = {"day": 2, "month": 1, "year": 0}


@dataclass
class Person:
    """number: makes her address and her telephone differ from everybody else's."""

    server: Server
    number: int = 1
    answers: Mapping[str, str] = field(default_factory=lambda: ANSWERS)
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def email(self) -> str:
        return f"personne{self.number}@exemple.fr"

    @property
    def mobile(self) -> str:
        return f"+336399800{self.number:02d}"

    def headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookies, "Accept-Encoding": "identity"} if cookies else {"Accept-Encoding": "identity"}

    def open(self, path: str) -> tuple[str, Answer]:
        """Follow redirects. Returns the page's path and its answer."""
        for _ in range(10):
            answer = self.keep(self.server.request("GET", path, headers=self.headers() | {ASK: "1"}))
            if answer.status not in {301, 302, 303}:
                return path, answer
            path = local(path, answer.headers["location"])
        raise RuntimeError(f"{path} redirects without end")

    def send(self, path: str, form: Form) -> tuple[str, Answer]:
        """Fill in and post the form that `path` showed."""
        parts = filled(form, self.say)
        if form.buttons and not {"search", "resend"} & {name for name, _ in form.buttons[:1]}:
            parts.append(form.buttons[0])
        target = local(path, form.action or path)
        if any(not isinstance(value, str) for _, value in parts):
            kind, body = multipart(parts)
        else:
            kind = "application/x-www-form-urlencoded"
            body = urlencode([(name, str(value)) for name, value in parts]).encode()
        headers = self.headers() | {"Content-Type": kind, "Referer": f"http://localhost{path}"}
        answer = self.keep(self.server.request("POST", target, body=body, headers=headers))
        if answer.status in {301, 302, 303}:
            return self.open(local(target, answer.headers["location"]))
        return target, answer

    def say(self, control: Field) -> str | File | None:
        """Her answer to one control; None leaves it as the page shows it."""
        name = control.name.rpartition("-")[2]
        if control.kind == "hidden":
            return None
        if name in {"email", "username"}:
            return self.email
        if name in {"phone", "mobile", "number"}:
            return self.mobile if control.kind != "select" else None
        if name == "code" or "code" in name and control.kind == "text" and name not in self.answers:
            return self.last_code()
        if name in self.answers:
            return self.answers[name]
        stem, _, part = name.rpartition("_")
        if part in PARTS_OF_DATES and stem in self.answers:
            return self.answers[stem].split("-")[PARTS_OF_DATES[part]]
        if control.kind == "checkbox":
            return None if "offers" in name else control.value
        if control.kind in {"radio", "select"} and not control.value:
            return next((option for option in control.options if option), None)
        return None

    def sent(self) -> "QuerySet[Message]":
        """Messages to her, the newest first."""
        from notifications.models import Message
        from notifications.services import address_digest

        digests = [address_digest(address) for address in (self.email, self.mobile)]
        return Message.objects.filter(address_digest__in=digests).order_by("-created_at")

    def last_code(self) -> str:
        found = next((match for message in self.sent() if (match := CODE.search(message.text))), None)
        return "".join(found.groups()) if found else ""

    def links(self) -> Iterator[str]:
        """Paths of the links in her messages, the newest first."""
        for message in self.sent():
            for link in LINK.findall(message.text):
                yield urlsplit(link).path

    def keep(self, answer: Answer) -> Answer:
        for line in answer.cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer


def local(base: str, reference: str) -> str:
    """Path and query of a reference found at `base`."""
    address = urlsplit(urljoin(f"http://localhost{base}", reference))
    return f"{address.path}?{address.query}" if address.query else address.path


@dataclass(frozen=True)
class Stop:
    """One page of the walk, as she has it open. headers: what opens it again."""

    path: str
    queries: int
    headers: Mapping[str, str]


def next_move(person: Person, path: str, html: str, done: set[str]) -> tuple[str, Answer] | None:
    """Post the page's own form, or follow the link of a letter that waits. None: this is where the camera begins."""
    forms = [form for form in forms_in(html) if form.method == "post" and not elsewhere(path, form)]
    if any(control.kind == "file" for form in forms for control in form.fields):
        return None
    for form in forms:
        reached, answer = person.send(path, form)
        if answer.status == 200 and reached not in done:
            return reached, answer
    for link in person.links():
        if link not in done:
            return person.open(link)
    return None


def elsewhere(path: str, form: Form) -> bool:
    """Log out, send again, language: forms that lead off the way."""
    return bool(form.action) and local(path, form.action) != path and form.names <= {"csrfmiddlewaretoken"}


def walk(person: Person, start: str, *, measured: bool = True) -> Iterator[Stop]:
    """Every page between `start` and the camera. The caller may measure each one before the next is asked for."""
    done: set[str] = set()
    path, answer = person.open(start)
    while len(done) < MAX_PAGES:
        done.add(path)
        yield Stop(path, int(answer.headers.get(ASK.lower(), 0)), person.headers())
        if measured:  # asked again: measuring it may have changed what it shows
            path, answer = person.open(path)
        move = next_move(person, path, answer.body.decode(), done)
        if move is None:
            return
        path, answer = move
