"""A scripted citizen who proves her identity face to face, and what her mails bring for her calendar."""

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from tests.e2e.citizen import Citizen, Page
from tests.e2e.phone import choose_secret_code
from tests.e2e.sandbox_client import CHECK_SECONDS

PARIS = ZoneInfo("Europe/Paris")
# The commune of the demo's postal agent: an invented street, a real postal code.
ADDRESS = {"street": "12 bis rue des Essais", "complement": "Escalier B", "postal_code": "75010"}


class InPerson(Citizen):
    """place: «home» or «office». specimen: whose document is photographed at the meeting."""

    place = "home"

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.specimen: dict[str, Any] = {"seed": self.who.seed, "kind": self.kind}

    def acts_of_the_file(self) -> dict[str, Callable[[], Page]]:
        return {
            **super().acts_of_the_file(),
            "mode": lambda: self.fill(mode="face_to_face"),
            "address": lambda: self.fill(**ADDRESS),
            "place": lambda: self.fill(place=self.place),
            "office": lambda: self.fill(office=self.offered("office")[0]),
            "slot": lambda: self.fill(slot=self.offered("slot")[0]),
        }

    def offered(self, name: str) -> list[str]:
        """The values of the radio buttons that stand on the page, in their order."""
        return self.page.form_with(name).choices[name]

    def book(self, place: str = "home") -> Page:
        """From nothing, or from where the file stands, to a booked appointment."""
        self.place = place
        return self.enrol_until("appointment")

    def show_expired_document(self) -> None:
        """Hers has expired: nobody verifies that one online."""
        specimen = self.sandbox.specimen(**self.specimen, expired="on")
        self.typed.update(specimen["typed"])
        self.who.photos.update(specimen["photos"])
        self.specimen["expired"] = "on"

    # --- The appointment ---

    def appointment(self) -> dict[str, Any]:
        """As state.json tells it."""
        found: dict[str, Any] = self.state()["verification"]["appointment"]
        return found

    def wait_for_the_postman(self) -> None:
        """It is the day. She logs in again, as her session is over by then."""
        days = (date.fromisoformat(self.appointment()["day"]) - datetime.now(PARIS).date()).days
        if days > 0:
            self.sandbox.pass_hours(self.email, 24 * days)
            self.login()

    def meet(self, outcome: str, *reasons: str, **more: Any) -> dict[str, Any]:
        """The postman or the counter, as the sandbox does it."""
        until = time.monotonic() + CHECK_SECONDS
        body = {"email": self.email, "outcome": outcome, "reasons": list(reasons), **more}
        while (answer := self.sandbox.post("/sandbox/meeting.json", **body)) == {"state": "waiting"}:
            assert time.monotonic() < until, "the photos of the specimen are not drawn"
            time.sleep(1)
        return answer

    def be_accepted(self) -> None:
        """With photos of her document, up to the proven identity; the desk looks where a check disputes."""
        self.meet("accept", **self.specimen)
        self.wait_for("the photos are checked", lambda: self.state()["verification"]["state"] != "open")
        if self.state()["verification"]["state"] == "submitted":
            self.decide("approve")

    def activate(self) -> Page:
        """Up to the page of the activated identity."""
        self.login()
        self.open("/app/")
        self.fill(code=self.sandbox.code(self.who.mobile, "activation_code"))
        return choose_secret_code(self)


def calendar_of(message: dict[str, Any]) -> tuple[str, Event]:
    """The file of a mail, read by a library: its method, and the one event in it."""
    (attached,) = message["attachments"]
    assert attached["name"].endswith(".ics")
    calendar = Calendar.from_ical(attached["text"])
    assert not calendar.errors
    (event,) = calendar.walk("VEVENT")
    assert not event.errors
    return str(calendar["METHOD"]), event
