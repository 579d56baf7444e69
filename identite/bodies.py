"""Bodies of requests: received whole, within bounds of time and size, before anything works on them."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Receive = Callable[[], Awaitable[dict[str, Any]]]

MISTAKES = 4  # times the largest body: a long video in a phone's best quality

TOO_SLOW = _("La connexion est trop lente : rien n’est enregistré. Réessayez avec un meilleur réseau.")
TOO_LARGE = _("Ce que vous envoyez est trop volumineux : rien n’est enregistré. Choisissez un fichier plus petit.")
TOO_MANY = _("Trop d’envois arrivent en même temps : rien n’est enregistré. Réessayez dans une minute.")
NO_ROOM = _("Le service n’a plus de place pour recevoir de fichier : rien n’est enregistré. Réessayez dans une heure.")


class Refused(Exception):
    """A body that is not taken. status: 408, 413, 503 or 507; reason: for whoever sent it."""

    def __init__(self, status: int, reason: str | Promise) -> None:
        super().__init__(status)
        self.status, self.reason = status, reason


class Gone(Exception):
    """The client left before its body was here."""


@dataclass
class Bodies:
    """Those that one process is receiving or working on.

    max_bytes: of one body. total_bytes: of all together. client_bytes, client_count: of one client's.
    grace_seconds: in which nothing need arrive; then bytes_per_second at least, on average, so that every body ends.
    undeclared_bytes: of one whose length its head does not tell; no browser sends a file that way.
    memory_bytes: of one body, before it lies in a file of `folder` (None: the system's).
    """

    max_bytes: int
    total_bytes: int
    client_bytes: int
    client_count: int
    grace_seconds: float
    bytes_per_second: float
    undeclared_bytes: int = 64_000
    memory_bytes: int = 64_000
    folder: str | None = None
    total: int = 0
    bytes_of: Counter[str] = field(default_factory=Counter)
    count_of: Counter[str] = field(default_factory=Counter)

    async def receive(self, receive: Receive, *, client: str, declared: int | None) -> "Body":
        """The whole body, to be closed by the caller. declared: its Content-Length, None where none is told.

        Raises Refused or Gone, and keeps nothing then.
        """
        if declared is not None and declared > self.max_bytes:
            raise Refused(413, TOO_LARGE)
        if self.count_of[client] >= self.client_count:
            raise Refused(503, TOO_MANY)
        body = Body(
            self, client, self.max_bytes if declared is not None else min(self.max_bytes, self.undeclared_bytes)
        )
        try:
            async for chunk in self._chunks(receive):
                body.add(chunk)
        except BaseException:
            body.close()
            raise
        body.file.seek(0)
        return body

    async def discard(self, receive: Receive, *, declared: int) -> None:
        """Let a body pass whose answer is known already: a browser that still sends when the line is cut shows no page.

        Not one that is larger than anybody's mistake; one that does not come is not waited for. Raises Gone.
        """
        if declared <= MISTAKES * self.max_bytes:
            with contextlib.suppress(Refused):
                async for _chunk in self._chunks(receive):
                    pass

    async def _chunks(self, receive: Receive) -> AsyncIterator[bytes]:
        """What arrives, each in its time."""
        began, size, more = asyncio.get_running_loop().time(), 0, True
        while more:
            until = began + self.grace_seconds + size / self.bytes_per_second
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise Refused(408, TOO_SLOW) from None
            if message["type"] == "http.disconnect":
                raise Gone
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            yield chunk
            more = message.get("more_body", False)


class Body:
    """One of them. size: bytes so far; file: what arrived, to be read from its beginning."""

    def __init__(self, bodies: Bodies, client: str, max_bytes: int) -> None:
        self.bodies, self.client, self.max_bytes, self.size = bodies, client, max_bytes, 0
        self.file: IO[bytes] = SpooledTemporaryFile(max_size=bodies.memory_bytes, dir=bodies.folder)  # noqa: SIM115 (close)
        bodies.count_of[client] += 1

    def add(self, chunk: bytes) -> None:
        bodies, more = self.bodies, len(chunk)
        if self.size + more > self.max_bytes:
            raise Refused(413, TOO_LARGE)
        if bodies.bytes_of[self.client] + more > bodies.client_bytes or bodies.total + more > bodies.total_bytes:
            raise Refused(503, TOO_MANY)
        try:
            self.file.write(chunk)
        except OSError:  # the disk is full
            raise Refused(507, NO_ROOM) from None
        self._count(more)

    def close(self) -> None:
        with suppress(OSError):  # what the disk had no room for is written once more
            self.file.close()
        self._count(-self.size)
        self.bodies.count_of[self.client] -= 1
        for counter in (self.bodies.bytes_of, self.bodies.count_of):
            if not counter[self.client]:
                del counter[self.client]  # no list of everybody who ever came

    def _count(self, more: int) -> None:
        self.size += more
        self.bodies.total += more
        self.bodies.bytes_of[self.client] += more
