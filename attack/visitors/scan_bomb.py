"""JPEGs of 200 and of 3,000 scans, six at once: refused in a moment, and every page goes on answering."""

import time
from concurrent.futures import ThreadPoolExecutor

from attack.bombs import scan_bomb
from attack.room import Room
from attack.trial import Trial

ANSWER_SECONDS = 1.0  # of one of them, with what the others take of the machine
AT_ONCE = 6


def attack(room: Room, trial: Trial) -> None:
    citizen = room.photographer
    room.photo_page()
    form = citizen.page.form_with("file")
    bombs = [scan_bomb(scans) for scans in (200, 3000)]

    def send(data: bytes) -> tuple[int, float]:
        began = time.monotonic()
        page = citizen.answer(form, None, file=("photo.jpg", data, "image/jpeg"))
        return page.status, time.monotonic() - began

    answers = [send(data) for data in bombs]
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers += crowd.map(send, [bombs[1]] * AT_ONCE)
    trial.note(f"slowest answer {max(seconds for _status, seconds in answers):.2f} s")
    for status, seconds in answers:
        trial.expect(status in {413, 422}, f"a scan bomb was answered with {status}")
        trial.expect(seconds < ANSWER_SECONDS * AT_ONCE, f"a scan bomb was answered after {seconds:.1f} s")
    trial.expect(answers[1][1] < ANSWER_SECONDS, f"3,000 scans alone were answered after {answers[1][1]:.1f} s")
