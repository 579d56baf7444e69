"""Specimens that were drawn, kept by what was asked for. Pages ask; the worker draws one after another; the sweep forgets.

A folder (SPECIMENS_DIR): `<key>.wanted` says what is to be drawn, `<key>.drawn` is the file, `<key>.refused` a sentence.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from django.conf import settings

WANTED, DRAWN, REFUSED = ".wanted", ".drawn", ".refused"
# Who asked has asked again by then, when the worker died over it or never heard of it.
LOST_SECONDS = 60
KEPT_SECONDS = 86_400
KEPT_BYTES = 500_000_000
WANTED_MAX = 100
WANTED_OF_ONE = 20


class Refused(ValueError):
    """There is no such specimen; the sentence says why."""


class TooMany(RuntimeError):
    """So many specimens wait, of this client or of all, that no other one is taken."""


@dataclass(frozen=True)
class Specimen:
    """what: a description (JSON), a photo (JPEG) or a video. options: what `sandbox.painter` takes, ready for JSON."""

    what: Literal["description", "photo", "video"]
    options: Mapping[str, Any]

    @property
    def key(self) -> str:
        told = json.dumps([self.what, self.options, _drawers()], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:40]


def photo(wanted: Mapping[str, Any], side: str) -> Specimen:
    """One side of a document. wanted: as the form of documents has it, cleaned."""
    return Specimen("photo", {**wanted, "side": side})


@cache
def _drawers() -> int:
    """Another drawing code, other files."""
    return max(path.stat().st_mtime_ns for path in Path(__file__).parent.rglob("*.py"))


def _path(key: str, ending: str) -> Path:
    folder: Path = settings.SPECIMENS_DIR
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{key}{ending}"


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    unfinished = path.with_suffix(f".{uuid4().hex}.part")
    unfinished.write_bytes(data)
    unfinished.rename(path)


# --- The pages' half ---


def find(specimen: Specimen) -> bytes | None:
    """The file, when it is drawn. Raises Refused."""
    with contextlib.suppress(FileNotFoundError):
        return _path(specimen.key, DRAWN).read_bytes()
    with contextlib.suppress(FileNotFoundError):
        raise Refused(_path(specimen.key, REFUSED).read_text())
    return None


def want(specimen: Specimen, client: str = "") -> bool:
    """Note that it is to be drawn. Returns whether the worker must be told: not while it has been told already. Raises TooMany.

    client: who asked, as limits count (`identite.http.client_key`); kept as a digest.
    """
    path = _path(specimen.key, WANTED)
    with contextlib.suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > LOST_SECONDS
    asker, others = hashlib.sha256(client.encode()).hexdigest(), [other for _path, other, _specimen in _requests()]
    if len(others) >= WANTED_MAX or others.count(asker) >= WANTED_OF_ONE:
        raise TooMany
    _write(path, json.dumps([asker, specimen.what, specimen.options]).encode())
    return True


# --- The worker's half ---


@contextlib.contextmanager
def alone() -> Iterator[bool]:
    """Whether nobody else on this machine draws: one process does, the others are for checks and messages."""
    with _path("lock", "").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True  # closing the file gives the lock back, however this process ends


def first_wanted() -> tuple[str, Specimen] | None:
    """What has waited longest, with its key. All else that its client wants goes to the end of the line behind it, and it too:
    so clients take turns, and one that took its worker along is the last of its own.
    """
    waiting = _requests()
    if not waiting:
        return None
    first, asker, specimen = waiting[0]
    same = [path for path, other, _specimen in waiting[1:] if other == asker]
    now = time.time_ns()
    for place, path in enumerate([*same, first]):
        with contextlib.suppress(FileNotFoundError):  # the sweep was faster
            os.utime(path, ns=(now + place, now + place))
    return first.stem, specimen


def _requests() -> list[tuple[Path, str, Specimen]]:
    """What waits, who asked for it (empty in a file from before that was noted), and what it is; oldest first."""
    found = []
    for path in _wanted():
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            *asker, what, options = json.loads(path.read_bytes())
            found.append((path, "".join(asker), Specimen(what, options)))
    return found


def is_any_wanted() -> bool:
    return bool(_wanted())


def _wanted() -> list[Path]:
    """Oldest first."""
    return [path for path, _status in _files(f"*{WANTED}")]


def _files(pattern: str) -> list[tuple[Path, os.stat_result]]:
    """With what the system says of each, oldest first."""
    found = []
    for path in _path("", "").glob(pattern):
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            found.append((path, path.stat()))
    return sorted(found, key=lambda pair: pair[1].st_mtime_ns)


def keep(key: str, data: bytes) -> None:
    _write(_path(key, DRAWN), data)
    _path(key, WANTED).unlink(missing_ok=True)


def refuse(key: str, sentence: str) -> None:
    _write(_path(key, REFUSED), sentence.encode())
    _path(key, WANTED).unlink(missing_ok=True)


def drop(key: str) -> None:
    """Neither drawn nor refused: wanted once somebody asks again."""
    _path(key, WANTED).unlink(missing_ok=True)


# --- The sweep's ---


def forget_old() -> int:
    """Delete what is a day old, and the oldest while all together is more than KEPT_BYTES."""
    files = _files("*.*")
    size, now, forgotten = sum(status.st_size for _path, status in files), time.time(), 0
    for path, status in files:
        if size > KEPT_BYTES or now - status.st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
            size -= status.st_size
            forgotten += 1
    return forgotten
