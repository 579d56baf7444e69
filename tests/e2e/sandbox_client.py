"""What the sandbox of a running stack answers to scripts: the inbox, the clock of one person, her challenge, her state, her specimens."""

import random
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

MAIL_SECONDS = 60.0  # until a message must have been sent, on a machine that is busy
CHECK_SECONDS = 120.0  # until a worker must have examined a capture
DRAWING_SECONDS = 240.0  # until a worker must have drawn a specimen, others before it included
AGENT = ("agent@demo.example", "Demo-Identite-2026")
PASSWORD = "Trois-Mots-Sans-Lien-7"
# Who comes next. A stack that the tests start has seen nobody, so that conftest lets the same people come in every run.
people: random.Random = random.SystemRandom()
met: "list[Person]" = []  # everybody of this run


@dataclass(frozen=True)
class Person:
    """An invented person: whom the specimens of `seed` show, and what she types.

    kind: of her document, as the specimen maker names it. typed, person: as specimens.json gives them.
    """

    seed: int
    kind: str
    email: str
    mobile: str
    typed: dict[str, str]
    person: dict[str, Any]
    photos: dict[str, str]
    password: str = PASSWORD
    secret_code: str = "8306"

    @property
    def civility(self) -> str:
        return "Madame" if self.typed["sex"] == "F" else "Monsieur"

    @property
    def first_name(self) -> str:
        return self.typed["first_names"].split()[0]


@dataclass
class Sandbox:
    """run: names this test run to the stack, which then counts its limits per client apart."""

    base_url: str
    run: str = field(default_factory=lambda: secrets.token_hex(6))

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base_url, timeout=60, headers={"X-Test-Run": self.run})
        self.read: dict[tuple[str, str], str] = {}

    def close(self) -> None:
        self.http.close()

    def _answer(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_error:
            raise RuntimeError(f"{answer.request.url}: {answer.status_code} {answer.text[:300]}")
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str, **query: str | int | float) -> dict[str, Any]:
        return self._answer(self.http.get(path, params=query))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return self._answer(self.http.post(path, json=body))

    # --- Somebody new ---

    def person(self, kind: str = "cnie", seed: int | None = None) -> Person:
        """Somebody born in France whom nobody has enrolled here yet, or the one of `seed`."""
        while True:
            chosen = 1_000 + people.randrange(999_000) if seed is None else seed
            specimen = self.specimen(seed=chosen, kind=kind)
            if seed is not None or specimen["person"]["birth_country"] == "FRA":
                break
        met.append(
            new := Person(
                seed=chosen,
                kind=kind,
                email=f"e2e-{secrets.token_hex(6)}@example.org",
                mobile=f"0639{980_000 + secrets.randbelow(10_000)}",
                typed=specimen["typed"],
                person=specimen["person"],
                photos=specimen["photos"],
            )
        )
        return new

    def specimen(self, **query: str | int) -> dict[str, Any]:
        """What specimens.json tells of this one, once it is drawn."""
        return self._answer(self._drawn("/sandbox/specimens.json", **query))

    def file(self, path: str) -> bytes:
        answer = self._drawn(path)
        answer.raise_for_status()
        return answer.content

    def _drawn(self, path: str, **query: str | int) -> httpx.Response:
        """The answer once the worker has drawn the specimen. Raises TimeoutError."""
        until = time.monotonic() + DRAWING_SECONDS
        while time.monotonic() < until:
            answer = self.http.get(path, params=httpx.QueryParams(query) if query else None)
            if answer.status_code not in {202, 503}:
                return answer
            time.sleep(float(answer.headers.get("Retry-After", 1)) / 2)
        raise TimeoutError(f"{path} is not drawn")

    def video(self, person: Person, **asked: str) -> bytes:
        """A recording of her by file. asked: digits, form, gesture, and perhaps the species of an attack."""
        query = {"seed": str(person.seed), "kind": person.kind, "format": "mp4", **asked}
        return self.file(f"/sandbox/specimens/video/?{httpx.QueryParams(query)}")

    # --- Messages ---

    def message(self, to: str, event: str) -> dict[str, Any]:
        """The next message of this event to this recipient that was not read yet. Raises TimeoutError."""
        until = time.monotonic() + MAIL_SECONDS
        after = self.read.get((to, event), "")
        while time.monotonic() < until:
            query: dict[str, str | int] = {"to": to, "event": event, "after": after, "wait": 10}
            answer = self.http.get("/sandbox/inbox.json", params=query)
            found = self._answer(answer)["messages"]
            if found:
                self.read[to, event] = found[0]["id"]
                newest: dict[str, Any] = found[0]
                return newest
            time.sleep(float(answer.headers.get("Retry-After", 0)))  # another one of this run is waiting
        raise TimeoutError(f"no {event} to {to}")

    def code(self, to: str, event: str) -> str:
        return str(self.message(to, event)["code"])

    def link(self, to: str, event: str, part: str) -> str:
        """The address in a message that has `part` in it."""
        return str(next(address for address in self.message(to, event)["links"] if part in address))

    # --- One person ---

    def challenge(self, email: str, form: str = "spoken") -> dict[str, Any]:
        return self.post("/sandbox/challenge.json", email=email, form=form)

    def state(self, email: str) -> dict[str, Any]:
        return self.get("/sandbox/state.json", email=email)

    def pass_hours(self, email: str, hours: float) -> None:
        self.post("/sandbox/time.json", email=email, hours=hours)

    def hours_until_due(self, email: str) -> float:
        """How long the simulated reviewer still leaves the case to a human."""
        due = datetime.fromisoformat(self.state(email)["case"]["due_at"])
        return (due - datetime.now(UTC)).total_seconds() / 3600

    def findings(self, email: str, kind: str) -> dict[str, str]:
        """Outcome by code of the newest capture of this kind («front», «back», «video»)."""
        captures = [row for row in self.state(email)["verification"]["captures"] if row["kind"] == kind]
        return {finding["code"]: finding["outcome"] for finding in captures[-1]["findings"]}

    def checked(self, email: str, kind: str) -> str:
        """Wait until the newest capture of this kind is examined; its state. Raises TimeoutError."""
        until = time.monotonic() + CHECK_SECONDS
        while time.monotonic() < until:
            captures = [row for row in self.state(email)["verification"]["captures"] if row["kind"] == kind]
            if captures and captures[-1]["state"] in {"accepted", "refused"}:
                return str(captures[-1]["state"])
            time.sleep(0.3)
        raise TimeoutError(f"the {kind} of {email} is still {captures[-1]['state'] if captures else 'missing'}")
