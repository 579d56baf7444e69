"""What granian serves: Django's WSGI handler, which is given a thread once a request is here as a whole.

A server that hands a request to its thread at the end of the head lets a few slow bodies hold every thread. Here they
wait in the event loop, bounded by `identite.bodies`. Answers leave in pieces, as the client takes them.
"""

import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.template.loader import get_template

from identite.bodies import Bodies, Body, Gone, Receive, Refused
from identite.body_sizes import body_length, max_body_bytes, tells_length
from identite.http import client_address
from identite.wsgi import application as wsgi_application

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Environ = dict[str, Any]
Result = TypeVar("Result")
NO_BODY = io.BytesIO()
RETRY_SECONDS = 60
PIECE_BYTES = 1_000_000  # of an answer, asked for from its thread at a time
SEND_BYTES = 65_536
TAKE_SECONDS = 30  # in which a client takes SEND_BYTES


@dataclass
class Answer:
    """Its head, the piece to be sent next, and the rest of it: None once nothing more comes. To be closed."""

    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes
    rest: Iterator[bytes] | None = None
    whole: Iterable[bytes] = ()

    def take(self) -> None:
        """The next piece; closes the answer at its end."""
        taken, size = [], 0
        for chunk in self.rest or ():
            taken.append(chunk)
            size += len(chunk)
            if size >= PIECE_BYTES:
                break
        else:
            self.close()
        self.content = b"".join(taken)

    def close(self) -> None:
        if self.rest is not None:
            self.rest = None
            getattr(self.whole, "close", lambda: None)()


class InThreads:
    """An ASGI application that runs a WSGI one in `threads` threads, request after whole request."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        *,
        threads: int,
        bodies: Bodies,
        take_seconds: float = TAKE_SECONDS,
    ) -> None:
        self.application, self.bodies, self.take_seconds = application, bodies, take_seconds
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        environ = environ_of(scope)
        body: Body | None = None
        try:
            answer = await self.unread(environ)
            if answer is not None:
                await self.bodies.discard(receive, declared=body_length(environ))
            else:
                if has_body(environ):
                    declared = body_length(environ) if tells_length(environ) else None
                    body = await self.bodies.receive(receive, client=client_address(environ), declared=declared)
                    environ |= {"wsgi.input": body.file, "CONTENT_LENGTH": str(body.size)}
                    environ.pop("HTTP_TRANSFER_ENCODING", None)
                answer = await self.run(environ)
        except Gone:
            return
        except Refused as refused:
            answer = refusal(environ, refused)
        finally:
            if body is not None:
                body.close()
        left = asyncio.create_task(leaving(receive)) if answer.rest is not None else None
        try:
            await self.pass_on(answer, send, lambda: left is not None and left.done())
        finally:
            if left is not None:
                left.cancel()
            if answer.rest is not None:
                await self.in_thread(answer.close)

    async def pass_on(self, answer: Answer, send: Send, has_left: Callable[[], bool]) -> None:
        """To its end, or as long as the client takes it: what leaves is asked for when what went before has left."""
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        more = True
        while more:
            content = answer.content
            for begin in range(0, max(len(content), 1), SEND_BYTES):
                end = begin + SEND_BYTES
                more = answer.rest is not None or end < len(content)
                try:
                    async with asyncio.timeout(self.take_seconds):
                        await send({"type": "http.response.body", "body": content[begin:end], "more_body": more})
                except TimeoutError:
                    return
            if more:
                if has_left():
                    return
                await self.in_thread(answer.take)

    async def unread(self, environ: Environ) -> Answer | None:
        """The answer to a large body that is not received: more than its address takes, or from who may not open that page."""
        length = body_length(environ)
        if length <= settings.FORM_MAX_BYTES or not tells_length(environ):
            return None
        if length > max_body_bytes(environ):
            return await self.run(environ)  # which says so, from the head
        page = await self.run(environ | {"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "0", "CONTENT_TYPE": ""})
        if page.status != 200:
            return page
        await self.in_thread(page.close)
        return None

    async def in_thread(self, function: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self.threads, function, *arguments)

    async def run(self, environ: Environ) -> Answer:
        return await self.in_thread(self.answer, environ)

    def answer(self, environ: Environ) -> Answer:
        """Run the application up to the first piece of its answer: most are one."""
        begun: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            begun[:] = status, headers

        whole = self.application(environ, start_response)
        answer = Answer(0, [], b"", iter(whole), whole)
        try:
            answer.take()
        except BaseException:
            answer.close()
            raise
        status, headers = begun
        answer.status = int(status[:3])
        answer.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return answer


async def leaving(receive: Receive) -> None:
    """Until the client closes the connection: what is sent to it then fails silently."""
    while (await receive())["type"] != "http.disconnect":
        pass


def environ_of(scope: Scope) -> Environ:
    """The request's head as PEP 3333 wants it."""
    host, port = scope.get("server") or ("localhost", 0)
    path = scope.get("raw_path")
    path = unquote_to_bytes(path) if path is not None else scope["path"].encode()
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": NO_BODY,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:  # would pass for the header with hyphens that the proxy sets
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        if name not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            name = f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        if name in environ:
            value = f"{environ[name]}{'; ' if name == 'HTTP_COOKIE' else ','}{value}"
        environ[name] = value
    return environ


def has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


def refusal(environ: Environ, refused: Refused) -> Answer:
    """The answer to a body that was not taken: a page, or what a script that sent it by fetch reads."""
    if environ.get("HTTP_X_REQUESTED_WITH") == "fetch":
        kind, text = "application/json", json.dumps({"error": str(refused.reason)})
    else:
        kind, text = "text/html; charset=utf-8", get_template("refused.html").render({"reason": refused.reason})
    headers = {
        "content-type": kind,
        "content-security-policy": "default-src 'self'",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "connection": "close",
    }
    if refused.status >= 500:
        headers["retry-after"] = str(RETRY_SECONDS)
    return Answer(refused.status, [(name.encode(), value.encode()) for name, value in headers.items()], text.encode())


application = InThreads(
    wsgi_application,
    threads=settings.WEB_THREADS,
    bodies=Bodies(
        max_bytes=settings.BODY_MAX_BYTES,
        total_bytes=settings.BODIES_TOTAL_BYTES,
        client_bytes=settings.BODIES_CLIENT_BYTES,
        client_count=settings.BODIES_CLIENT_COUNT,
        grace_seconds=settings.BODY_GRACE_SECONDS,
        bytes_per_second=settings.BODY_BYTES_PER_SECOND,
        undeclared_bytes=settings.FORM_MAX_BYTES,
        folder=settings.FILE_UPLOAD_TEMP_DIR,
    ),
)
