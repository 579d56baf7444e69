"""Redis is gone while somebody registers: her page goes on as ever, health says what is missing, her message leaves once it is back."""

import signal
import time

from attack.room import SWEEP_SECONDS, Room, wait_until
from attack.trial import Trial
from attack.visitors.queue_messages import mails

PAGE_SECONDS = 5.0
MAIL_SECONDS = 45 + SWEEP_SECONDS


def attack(room: Room, trial: Trial) -> None:
    assert room.redis is not None
    citizen = room.citizen()
    citizen.open("/inscription/")
    citizen.fill(of_age="on", has_document="on")
    citizen.press("Continuer sur le site web")
    room.redis.stop(signal.SIGKILL)
    try:
        began = time.monotonic()
        page = citizen.fill(email=citizen.email)
        took = time.monotonic() - began
        trial.note(f"the page without a queue took {took:.1f} s")
        trial.expect(page.path == "/inscription/email-code/", f"the form was answered with {page.status}, {page.path}")
        trial.expect(took < PAGE_SECONDS, f"the form was answered after {took:.1f} s")
        with room.client() as client:
            trial.expect(client.get("/health/ready").status_code == 503, "/health/ready saw nothing")
    finally:
        room.redis.start()
    sent = wait_until(lambda: bool(mails(room, citizen.email)), MAIL_SECONDS)
    trial.expect(sent, "the message never left")
    trial.lost += not sent
    trial.doubled += max(0, len(mails(room, citizen.email)) - 1)
