"""Bad input of every kind at every address, for everybody: an answer below 500, and nothing of ours in it.

`python -m attack fuzz` sends ten thousand to a stack; here it is a few hundred, in this process.
"""

import io
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import get_resolver

from attack.hostile import Request, Shown, Source, distinct, forms_of, routes
from identite.http import readable_types
from tests.house.walk import Walk, everything

REQUESTS = 400
SEED = 1
# Draws pictures and films for as long as it likes.
DRAWS = "/sandbox/specimens/"


class Everybody:
    """Who is met on the walk, with the forms that they have open. A person is a browser's cookies."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {"a stranger": ""}
        self.forms: list[Shown] = []

    def __call__(self, client: Client, address: str, html: str) -> None:
        who = "; ".join(f"{name}={morsel.value}" for name, morsel in sorted(client.cookies.items()))
        self.cookies[who] = who
        self.forms += forms_of(who, address, html)


def environ(request: Request, cookie: str) -> dict[str, Any]:
    path, _mark, query = request.path.partition("?")
    found: dict[str, Any] = {
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": "testserver",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.url_scheme": "http",
    }
    if cookie:
        found["HTTP_COOKIE"] = cookie
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        found[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return found


@contextmanager
def listening() -> Iterator[list[str]]:
    """What the application could not cope with, meanwhile. A request's end does not end the test's transaction."""
    found: list[str] = []

    def keep(**_sender: Any) -> None:
        found.append("".join(traceback.format_exc().splitlines(keepends=True)[-6:]))

    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    signals.got_request_exception.connect(keep)
    yield found
    signals.got_request_exception.disconnect(keep)
    for signal in ends:
        signal.connect(close_old_connections)


def answered(application: Any, environ: dict[str, Any]) -> int:
    """The status, once the whole answer was read."""
    started: list[str] = []
    body = application(environ, lambda status, _headers: started.append(status))
    b"".join(body)
    body.close()
    return int(started[0].partition(" ")[0])


def test_everything_bad_is_answered(transactional_db):
    everybody = Everybody()
    everything(Walk(stay=everybody))
    addresses = [address for address in routes(get_resolver().url_patterns) if not address.startswith(DRAWS)]
    forms = [shown for shown in distinct(everybody.forms) if not shown.target.startswith(DRAWS)]
    source = Source(SEED, addresses, list(everybody.cookies), forms)
    application = readable_types(WSGIHandler())
    bad, statuses = [], Counter[int]()
    with listening() as raised:
        for request in islice(source.requests(), REQUESTS):
            with transaction.atomic():
                status = answered(application, environ(request, everybody.cookies[request.who]))
                transaction.set_rollback(True)
            statuses[status] += 1
            if status >= 500:
                bad.append(f"{request}\n{raised[-1] if raised else status}")
    assert bad == [], "\n".join(bad)
    assert statuses[403] < REQUESTS / 3, "most of them are stopped at the door"
