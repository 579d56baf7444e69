"""A PNG of 0.3 MB that is 320 MB of pixels: the web server's processes grow by 150 MB at most."""

from pathlib import Path

from attack.bombs import pixel_bomb
from attack.room import Room
from attack.trial import Trial

MAX_GROWTH = 150_000_000


def memory(pid: int, line: str) -> int:
    """Bytes, as the kernel tells them: VmRSS now, VmHWM at most so far."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(row.split()[1]) * 1024 for row in status if row.startswith(line))


def attack(room: Room, trial: Trial) -> None:
    citizen, processes = room.photographer, room.web_processes()
    room.photo_page()
    before = {}
    for pid in processes:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from now
        before[pid] = memory(pid, "VmRSS")
    page = citizen.upload(pixel_bomb(), "photo.png", "image/png")
    trial.expect(page.status < 500, f"answered with {page.status}")
    for pid in processes:
        grown = memory(pid, "VmHWM") - before[pid]
        trial.expect(grown <= MAX_GROWTH, f"a web process of {before[pid] / 1e6:.0f} MB grew by {grown / 1e6:.0f} MB")
    trial.note(f"largest growth {max(memory(pid, 'VmHWM') - before[pid] for pid in processes) / 1e6:.0f} MB")
