"""Empty and half-written messages in the embedded queue's folders: set aside, the worker lives and sends what comes after them."""

import secrets
import time

from attack.room import Room, wait_until
from attack.trial import Trial

EMPTY, HALF = 12, 4
MAIL_SECONDS = 40


def attack(room: Room, trial: Trial) -> None:
    worker = room.worker_processes()[0]
    whole = b'{"body": "W1tdLCB7fSwge31d", "content-encoding": "utf-8", "headers": {"task": "identite.tasks.sw'
    for folder in [path for path in (room.var / "queue").rglob("*") if path.is_dir()]:
        for number in range(EMPTY + HALF):
            # As the transport names them; also with no date of their own.
            name = f"{int(time.time() * 1000)}_{secrets.token_hex(8)}.celery.msg"
            (folder / name).write_bytes(b"" if number < EMPTY else whole)
    citizen = room.citizen()
    citizen.begin()
    sent = wait_until(lambda: bool(mails(room, citizen.email)), MAIL_SECONDS)
    trial.expect(sent, "no message left after the bad ones")
    trial.expect(worker in room.worker_processes(), "the worker was ended by a bad message")
    if not sent:
        trial.lost += 1
    trial.doubled += max(0, len(mails(room, citizen.email)) - 1)


def mails(room: Room, address: str) -> list[object]:
    """Those that have left."""
    with room.client() as client:
        found = client.get("/sandbox/inbox.json", params={"to": address}).json()["messages"]
    return [message for message in found if message["status"] == "sent"]
