"""What the citizens of a run typed and were sent. None of it may stand in what the stack's programs wrote."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from tests.e2e.sandbox_client import Person, Sandbox

TYPED = ("first_names", "birth_name", "use_name", "document_number")
SECRET_CHARACTERS = 20  # a shorter piece of an address is a word


def by(people: Iterable[Person], sandbox: Sandbox) -> set[str]:
    """Names, addresses and numbers as they were typed; codes and links as they were sent."""
    told: set[str] = set()
    for person in people:
        mobile = person.mobile.removeprefix("0")
        told |= {person.email, person.mobile, f"33{mobile}", person.password}
        told |= {word for name in TYPED for word in re.split(r"[\W_]+", person.typed.get(name) or "") if len(word) > 2}
        for to in (person.email, person.mobile):
            for message in sandbox.get("/sandbox/inbox.json", to=to)["messages"]:
                told |= {piece for link in message["links"] for piece in _pieces(link)}
                if code := message["code"]:
                    told |= {code, f"{code[:3]}-{code[3:]}"}
    return told


def _pieces(link: str) -> list[str]:
    """What of an address nobody could guess: whole, and the signature at its end."""
    words = re.split(r"[/.]", urlsplit(link).path)
    return [word for word in words if len(word) >= SECRET_CHARACTERS]


def in_log(log: str, told: Iterable[str]) -> list[str]:
    """The lines that say any of it. A code or a name is a word of its own: part of a longer one is chance."""
    longest_first = sorted(map(re.escape, told), key=len, reverse=True)
    if not longest_first:
        return []
    said = re.compile(rf"(?<![\w.])(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)
    return [line for line in log.splitlines() if said.search(line)]
