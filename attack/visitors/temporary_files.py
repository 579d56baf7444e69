"""Large multipart bodies to any address, 10 GB announced: 413, and not a byte of them in a temporary file."""

import os
import socket
import time
from pathlib import Path

from attack.room import Room
from attack.trial import Trial

BOUNDARY = b"------------------------a"
PART = b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
PATHS = ("/", "/connexion/", "/inscription/email/", "/nulle-part/", "/sandbox/time.json", "/courrier/front/")
SENT = 6_000_000
ANNOUNCED = {"10 GB": 10_000_000_000, "7 MB": 7_000_000}


def written(room: Room) -> int:
    """Bytes in temporary files of the web server, those without a name included."""
    total = sum(path.stat().st_size for path in room.temp.rglob("*") if path.is_file())
    for pid in room.web_processes():
        for number in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if str(room.temp) in os.readlink(number):
                    total += number.stat().st_size
            except OSError:
                continue  # closed meanwhile
    return total


def status_of(connection: socket.socket) -> int:
    """0: nothing was answered."""
    connection.settimeout(2)
    try:
        line = connection.recv(64)
    except OSError:
        return 0
    return int(line.split()[1]) if line.startswith(b"HTTP/") else 0


def attack(room: Room, trial: Trial) -> None:
    idle = written(room)
    for path in PATHS:
        for said, length in ANNOUNCED.items():
            if path == "/courrier/front/" and length < SENT * 2:
                continue  # photos of that size are taken there
            trial.expect(*_send(room, path, said, length, idle))


def _send(room: Room, path: str, said: str, length: int, idle: int) -> tuple[bool, str]:
    with socket.create_connection(("127.0.0.1", room.port), timeout=5) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
        head += f"Cookie: {room.cookie()}\r\nContent-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n\r\n"
        try:
            connection.sendall(head.encode() + PART)
            for _chunk in range(SENT // 100_000):
                connection.sendall(bytes(100_000))
        except OSError:
            pass  # refused before it was read: as it should be
        time.sleep(0.2)
        kept = written(room) - idle
        status = status_of(connection)
    # An answer can be lost where the server closes while bytes are on their way.
    # 403: where photos are taken, from nobody who may send one.
    return kept <= 0 and status in {413, 403, 0}, f"{said} to {path}: {status}, {kept / 1e6:.1f} MB written"
