"""Bodies, measured by their heads: what is read of them, by whom, where; and where no file is taken, none is."""

import io
import tempfile
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from identite.asgi import InThreads
from identite.bodies import Bodies, Body, Gone
from identite.wsgi import application
from tests.verification.capture.helpers import photo
from verification.capture.models import Capture
from verification.checks import limits

pytestmark = pytest.mark.django_db
FRONT, VIDEO, PRACTICE = (reverse(f"verification:{name}") for name in ("front", "video", "practice"))
MULTIPART = "multipart/form-data; boundary=x"
TOO_LONG = str(settings.FORM_MAX_BYTES + 1)


class Unread(io.BytesIO):
    def read(self, *args: Any) -> bytes:
        raise AssertionError("was read")


def post_unread(client: Client, path: str, kind: str = MULTIPART, length: str = TOO_LONG, **more: Any) -> Any:
    more = {"CONTENT_LENGTH": length, "wsgi.input": Unread()} | more
    return client.generic("POST", path, b"x", kind, **more)


def addresses() -> list[str]:
    """Of every view, whatever stands for its arguments."""

    def walk(resolver: Any, before: str) -> Any:
        for entry in resolver.url_patterns:
            route = before + str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            elif isinstance(entry, URLPattern):
                yield "/" + route

    return sorted(set(walk(get_resolver(), "")))


def test_no_address_reads_a_body_larger_than_any_form():
    assert len(addresses()) > 60
    for address in [*addresses(), "/nulle-part/"]:
        answer = post_unread(Client(), address, "application/x-www-form-urlencoded")
        assert answer.status_code == 413, address


def test_the_refusal_is_a_page_of_ours_with_a_way_on():
    answer = post_unread(Client(), "/connexion/")
    assert answer.status_code == 413
    assert "trop volumineux" in answer.text
    assert 'href="/"' in answer.text
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("kind", "headers"), [("application/json", {}), (MULTIPART, {"X-Requested-With": "fetch"})])
def test_who_speaks_json_is_answered_in_json(kind, headers):
    answer = post_unread(Client(headers=headers), "/sandbox/time.json", kind)
    assert answer.status_code == 413
    assert answer.json()["error"].endswith(".")


def test_a_body_that_does_not_tell_its_length_is_not_read():
    answer = post_unread(Client(), "/connexion/", length="", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 413


@pytest.mark.parametrize("address", ["/connexion/", "/", "/nulle-part/"])
def test_a_file_where_none_is_taken_is_refused_and_never_written(address, monkeypatch):
    def written(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("was written")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", written)
    answer = Client().post(address, {"field": SimpleUploadedFile("x.txt", b"x" * 30_000)})
    assert answer.status_code == {"/connexion/": 400, "/": 405}.get(address, 404)
    answer = Client().post(address, {"field": SimpleUploadedFile("x.txt", b"x" * 3_000_000)})
    assert answer.status_code == 413


def test_a_form_without_a_file_may_come_in_parts(client):
    answer = client.post("/connexion/", {"username": "jeanne@example.org", "password": "?"})
    assert answer.status_code == 200


@pytest.mark.parametrize("page", [FRONT, VIDEO, PRACTICE])
def test_nothing_that_a_stranger_sends_is_read(page):
    assert post_unread(Client(), page, length="1000000").status_code == 403


@pytest.mark.parametrize("page", [FRONT, PRACTICE])
def test_what_is_larger_than_its_kind_may_be_is_refused_unread(browser, page):
    most = limits.PHOTO_MAX_BYTES if page == FRONT else limits.VIDEO_MAX_BYTES
    answer = post_unread(browser, page, length=str(most + settings.FORM_MAX_BYTES + 1))
    assert answer.status_code == 413
    assert f"dépasse {most // limits.MEGA} Mo" in answer.text


def test_one_file_at_a_time(browser):
    files = {name: SimpleUploadedFile(f"{name}.jpg", photo()) for name in ("file", "other")}
    answer = browser.post(FRONT, {"action": "upload", **files})
    assert answer.status_code == 400
    assert "Envoyez-en un seul" in answer.text
    assert not Capture.objects.exists()


# --- Before the server receives anything ---


@pytest.fixture
def kept_connection():
    """As the test client does: a request's end would drop the connection that has the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Here(InThreads):
    """In this thread, which has the test's transaction."""

    async def in_thread(self, function: Any, *arguments: Any) -> Any:
        return function(*arguments)

    async def pass_on(self, answer: Any, send: Any, has_left: Any) -> None:
        """Its head: how the rest goes out is tested with the server."""
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})


class Asked(Bodies):
    """Whoever would be received is gone by then."""

    asked = False

    async def receive(self, *args: Any, **kwargs: Any) -> Body:
        self.asked = True
        raise Gone

    async def discard(self, *args: Any, **kwargs: Any) -> None:
        """Nothing of it is kept."""


def served(path: str, length: int, cookies: str = "") -> tuple[int | None, bool]:
    """The status of an answer to the head alone, and whether the body was asked for."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = {"host": "localhost", "content-type": MULTIPART, "content-length": str(length), "cookie": cookies}
    scope = {
        "type": "http",
        "method": "POST",
        "http_version": "1.1",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    bodies = Asked(9, 9, 9, 9, 9, 9)
    with pytest.raises(StopIteration):  # nothing is waited for: no loop is needed
        Here(application, threads=1, bodies=bodies)(scope, bodies.receive, send).send(None)
    return (sent[0]["status"] if sent else None), bodies.asked


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize(
    ("path", "length", "status"),
    [("/connexion/", 10**10, 413), ("/nulle-part/", 10**10, 413), (FRONT, 10**7, 403), (FRONT, 10**10, 403)],
)
def test_the_server_does_not_receive_what_nobody_will_read(path, length, status):
    assert served(path, length) == (status, False)


@pytest.mark.usefixtures("kept_connection")
def test_the_server_receives_what_a_citizen_may_send(browser):
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    assert served(FRONT, 10**7, cookies) == (None, True)
    assert served(FRONT, 2 * 10**7, cookies) == (413, False)
    assert served(VIDEO, 2 * 10**7, cookies) == (302, False)  # the photos come first
    assert served(PRACTICE, 2 * 10**7, cookies) == (None, True)


def test_a_small_form_is_received_from_everybody():
    assert served("/connexion/", 1_000) == (None, True)
