"""Requests take a thread once they are here as a whole; what comes too slowly, too large or too often is refused."""

import asyncio
import json
import threading
from urllib.parse import parse_qs

import pytest

from identite.asgi import InThreads, environ_of
from identite.bodies import Bodies, Gone, Refused

BOUNDS = {
    "max_bytes": 1000,
    "total_bytes": 2000,
    "client_bytes": 1500,
    "client_count": 3,
    "grace_seconds": 60,
    "bytes_per_second": 1000,
}


def sent(*chunks, then_silent=False, last=None):
    """A client that sends these chunks, then nothing more or `last`."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if last is not None:
        messages.append(last)
    elif not then_silent:
        messages[-1]["more_body"] = False

    async def receive():
        if messages:
            return messages.pop(0)
        return await asyncio.get_running_loop().create_future()

    return receive


def received(bodies, receive, client="192.0.2.1", declared=None):
    return asyncio.run(bodies.receive(receive, client=client, declared=declared))


def refused(bodies, receive, **given):
    with pytest.raises(Refused) as raised:
        received(bodies, receive, **given)
    assert str(raised.value.reason).endswith(".")
    return raised.value.status


def test_a_body_is_given_as_a_whole():
    bodies = Bodies(**BOUNDS)
    body = received(bodies, sent(b"one ", b"two"))
    assert (body.file.read(), body.size, bodies.total) == (b"one two", 7, 7)
    body.close()
    assert (bodies.total, bodies.bytes_of, bodies.count_of) == (0, {}, {})


def test_a_body_that_stops_ends():
    bodies = Bodies(**BOUNDS | {"grace_seconds": 0.05})
    assert refused(bodies, sent(b"x", then_silent=True)) == 408
    assert (bodies.total, bodies.count_of) == (0, {})


def test_a_body_that_trickles_ends_although_something_always_comes():
    bodies = Bodies(**BOUNDS | {"grace_seconds": 0.05})

    async def trickle():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    assert refused(bodies, trickle) == 408


def test_a_declared_size_above_the_limit_is_refused_before_anything_is_read():
    async def unread():
        raise AssertionError("read")

    assert refused(Bodies(**BOUNDS), unread, declared=1001) == 413


def test_an_undeclared_size_above_the_limit_is_refused_where_it_is_passed():
    bodies = Bodies(**BOUNDS)
    assert refused(bodies, sent(b"x" * 600, b"x" * 600)) == 413
    assert bodies.total == 0


def test_one_client_holds_a_part_and_leaves_the_rest_to_others():
    bodies = Bodies(**BOUNDS)
    held = [received(bodies, sent(b"x" * 700)) for _ in range(2)]
    assert refused(bodies, sent(b"x" * 200)) == 503
    other = received(bodies, sent(b"x" * 200), client="192.0.2.2")
    for body in (*held, other):
        body.close()
    received(bodies, sent(b"x" * 700)).close()


def test_all_together_hold_no_more_than_there_is_room_for():
    bodies = Bodies(**BOUNDS)
    held = [received(bodies, sent(b"x" * 1000), client=client) for client in ("192.0.2.1", "192.0.2.2")]
    assert refused(bodies, sent(b"x"), client="192.0.2.3") == 503
    for body in held:
        body.close()
    received(bodies, sent(b"x"), client="192.0.2.3").close()


def test_one_client_sends_so_many_at_once():
    bodies = Bodies(**BOUNDS)
    held = [received(bodies, sent(b"x")) for _ in range(3)]
    assert refused(bodies, sent(b"x")) == 503
    held.pop().close()
    held.append(received(bodies, sent(b"x")))
    for body in held:
        body.close()


def test_a_client_that_left_is_answered_by_nobody():
    with pytest.raises(Gone):
        received(Bodies(**BOUNDS), sent(b"x", last={"type": "http.disconnect"}))


def test_what_is_not_wanted_passes_to_its_end_so_that_the_answer_is_seen():
    bodies, arrived = Bodies(**BOUNDS), []

    async def receive():
        arrived.append(600)
        return {"type": "http.request", "body": b"x" * 600, "more_body": len(arrived) < 5}

    asyncio.run(bodies.discard(receive, declared=3000))
    assert (len(arrived), bodies.total) == (5, 0)


def test_what_is_larger_than_a_mistake_is_not_waited_for():
    async def unread():
        raise AssertionError("read")

    asyncio.run(Bodies(**BOUNDS).discard(unread, declared=4001))


def test_a_full_disk_refuses_with_a_sentence():
    bodies = Bodies(**BOUNDS | {"memory_bytes": 1, "folder": "/proc"})  # nothing can be made there
    assert refused(bodies, sent(b"xx")) == 507
    assert bodies.total == 0


SCOPE = {
    "type": "http",
    "method": "POST",
    "http_version": "1.1",
    "scheme": "https",
    "path": "/é/",
    "raw_path": b"/%C3%A9/",
    "query_string": b"a=%20b",
    "server": ("127.0.0.1", 8000),
    "client": ("192.0.2.7", 4000),
    "headers": [(b"host", b"localhost"), (b"content-length", b"3"), (b"content-type", b"text/plain")],
}


def answer(application, scope, receive, bounds=BOUNDS, threads=1):
    """Status, headers and body of one exchange."""
    found = []

    async def send(message):
        found.append(message)

    server = InThreads(application, threads=threads, bodies=Bodies(**bounds))
    asyncio.run(server(scope, receive, send))
    assert server.bodies.total == 0
    return found[0]["status"], dict(found[0]["headers"]), found[1]["body"]


def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    given = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return [given, b" in ", threading.current_thread().name.encode()]


def test_the_application_gets_body_and_length_in_a_thread():
    status, headers, content = answer(echo, SCOPE, sent(b"a", b"bc"))
    assert (status, headers) == (200, {b"content-type": b"text/plain"})
    assert content.startswith(b"abc in request")


def test_a_body_without_length_has_one_once_it_is_here():
    chunked = [(b"host", b"localhost"), (b"transfer-encoding", b"chunked")]
    assert answer(echo, SCOPE | {"headers": chunked}, sent(b"ab", b"cd"))[2].startswith(b"abcd in")


def test_slow_bodies_hold_no_thread():
    """More of them than threads, none of which ends before a page is answered."""

    async def scene():
        bodies = Bodies(**BOUNDS | {"client_count": 50})
        server = InThreads(echo, threads=1, bodies=bodies)
        answers = []

        async def send(message):
            answers.append(message)

        slow = [asyncio.create_task(server(SCOPE, sent(b"x", then_silent=True), send)) for _ in range(20)]
        await asyncio.sleep(0)
        page = SCOPE | {"method": "GET", "headers": [(b"host", b"localhost")]}
        async with asyncio.timeout(30):
            await server(page, sent(b""), send)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return answers, bodies.total

    answers, left = asyncio.run(scene())
    assert [message["type"] for message in answers] == ["http.response.start", "http.response.body"]
    assert answers[0]["status"] == 200
    assert left == 0


class Film:
    """An answer of 40 MB; how much of it was asked for, and whether it was closed."""

    def __init__(self):
        self.asked, self.closed = 0, False

    def __iter__(self):
        for _ in range(40):
            self.asked += 1_000_000
            yield b"x" * 1_000_000

    def close(self):
        self.closed = True


PAGE = SCOPE | {"method": "GET", "headers": [(b"host", b"localhost")]}


def watched(film, send, receive=None):
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "video/mp4")])
        return film

    server = InThreads(application, threads=1, bodies=Bodies(**BOUNDS), take_seconds=0.05)
    asyncio.run(server(PAGE, receive or sent(b""), send))


def test_who_takes_nothing_of_a_long_answer_is_left_and_the_rest_never_made():
    film, taken = Film(), []

    async def send(message):
        taken.append(message)
        if len(taken) > 3:
            await asyncio.get_running_loop().create_future()

    watched(film, send)
    assert (film.asked, film.closed) == (1_000_000, True)


def test_for_who_left_nothing_more_is_made():
    film = Film()

    async def send(message):
        await asyncio.sleep(0)

    watched(film, send, sent(b"", last={"type": "http.disconnect"}))
    assert film.asked <= 2_000_000
    assert film.closed


def test_a_long_answer_arrives_as_a_whole():
    film, taken = Film(), []

    async def send(message):
        taken.append((len(message.get("body", b"")), message.get("more_body")))

    watched(film, send)
    assert sum(size for size, _more in taken) == 40_000_000
    assert max(taken)[0] <= 65_536
    assert [more for _size, more in taken[1:]] == [True] * (len(taken) - 2) + [False]
    assert film.closed


def test_a_refusal_says_what_to_do_and_closes_the_connection():
    too_large = SCOPE | {"headers": [(b"host", b"localhost"), (b"content-length", b"1001")]}
    status, headers, content = answer(echo, too_large, sent(b"x"))
    assert status == 413
    assert headers[b"connection"] == b"close"
    assert "Choisissez un fichier plus petit." in content.decode()
    assert "<h1>Votre envoi n’a pas pu être reçu</h1>" in content.decode()


def test_a_script_reads_the_refusal_as_json():
    by_script = [(b"host", b"localhost"), (b"content-length", b"1001"), (b"x-requested-with", b"fetch")]
    status, headers, content = answer(echo, SCOPE | {"headers": by_script}, sent(b"x"))
    assert (status, headers[b"content-type"]) == (413, b"application/json")
    assert json.loads(content)["error"].endswith("plus petit.")


def test_the_head_reaches_the_application_as_it_was_sent():
    environ = environ_of(SCOPE)
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/é/"
    assert parse_qs(environ["QUERY_STRING"]) == {"a": [" b"]}
    assert (environ["wsgi.url_scheme"], environ["REMOTE_ADDR"]) == ("https", "192.0.2.7")
    assert (environ["CONTENT_TYPE"], environ["HTTP_HOST"]) == ("text/plain", "localhost")


def test_repeated_headers_are_joined_and_cookies_in_their_own_way():
    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"accept", b"y")]
    environ = environ_of(SCOPE | {"headers": headers})
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1; b=2", "x,y")


def test_an_underscore_does_not_pass_for_the_hyphen_of_a_proxy():
    environ = environ_of(SCOPE | {"headers": [(b"x_forwarded_for", b"10.0.0.1"), (b"host", b"localhost")]})
    assert "HTTP_X_FORWARDED_FOR" not in environ
