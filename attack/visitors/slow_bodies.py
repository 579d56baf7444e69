"""50 bodies of a byte every second and 400 headers without an end: health and pages answer within a second."""

import contextlib
import socket
import time

from attack.room import Room
from attack.trial import Trial, alive

BODIES, HEADERS, SECONDS = 50, 400, 12
HEAD = "POST /connexion/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def attack(room: Room, trial: Trial) -> None:
    with contextlib.ExitStack() as stack:
        head = f"{HEAD}Cookie: {room.cookie()}\r\nContent-Length: 1000\r\n\r\n".encode()
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", room.port))) for _n in range(BODIES)]
        half = [stack.enter_context(socket.create_connection(("127.0.0.1", room.port))) for _n in range(HEADERS)]
        for connection in slow:
            connection.sendall(head)
        for connection in half:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        slowest, until = 0.0, time.monotonic() + SECONDS
        while time.monotonic() < until:
            for connection in slow:
                with contextlib.suppress(OSError):  # ended by the server: as it may
                    connection.sendall(b"a")
            began = time.monotonic()
            answered = alive(room.port, "/")
            slowest = max(slowest, time.monotonic() - began)
            trial.expect(answered and time.monotonic() - began < 1, f"a page after {time.monotonic() - began:.1f} s")
            time.sleep(max(0.0, began + 1 - time.monotonic()))
    trial.note(f"slowest page {slowest * 1000:.0f} ms")
