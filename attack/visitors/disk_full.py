"""The disk is full: uploads are refused with a sentence, pages are read, health says so; once there is room again, they are taken."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from attack.room import Room, embedded
from attack.trial import Trial, alive

MEGABYTES = 96


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    """A file system in memory. Raises PermissionError where this user may mount none."""
    with tempfile.TemporaryDirectory(prefix="identite-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", folder]
        if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
            raise PermissionError("only root can mount a small disk")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=False)


def attack(_room: Room, trial: Trial) -> None:
    with contextlib.ExitStack() as stack:
        try:
            disk = stack.enter_context(small_disk())
        except PermissionError as error:
            trial.note(f"not tried: {error}")
            return
        room = stack.enter_context(embedded(disk))
        citizen = room.photographer
        photo = citizen.photo("front")
        room.photo_page()
        with (filler := disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        page = citizen.upload(photo, "front.jpg", "image/jpeg")
        trial.note(f"an upload: {page.status} «{page.heading}»")
        trial.expect(page.status in {503, 507}, f"an upload was answered with {page.status}")
        trial.expect(len(page.heading) > 10 and bool(page.forms or page.links), "a refusal without a page")
        with room.client() as client:
            trial.expect(client.get("/health/ready").status_code == 503, "/health/ready saw nothing")
            trial.expect(alive(room.port, "/"), "the first page is gone")
            cookies = citizen.http.cookies
            read = client.get("/courrier/front/", cookies=cookies).status_code
            trial.expect(read == 200, f"a page that is only read was answered with {read}")
        filler.unlink()
        room.photo_page()
        page = citizen.upload(photo, "front.jpg", "image/jpeg")
        taken = trial.expect("Vérifiez votre photo" in page.text, f"with room again: {page.status} {page.text[:200]}")
        trial.lost += not taken
