"""Who may hold a thread of the web server while nothing has come yet."""

import fcntl
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO

from django.conf import settings

RETRY_SECONDS = 1  # after which who may not wait asks again
_lock = threading.Lock()
_runs: set[str] = set()


@contextmanager
def place(run: str) -> Iterator[bool]:
    """Whether this request may wait: one of a run in all processes, and of each process a quarter of its threads."""
    with _lock:
        may = run not in _runs and len(_runs) < max(1, settings.WEB_THREADS // 4) and _claim(run)
        if may:
            _runs.add(run)
    try:
        yield may
    finally:
        if may:
            with _lock:
                _runs.discard(run)
                fcntl.lockf(_file(), fcntl.LOCK_UN, 1, _offset(run))


def _claim(run: str) -> bool:
    """Lock the run's byte of a file that all processes share; a process that dies unlocks its own."""
    file = _file()
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _offset(run))
    except BlockingIOError:
        return False
    return True


@cache
def _file() -> IO[bytes]:
    """Kept open: closing a file unlocks what its process has locked of it."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    return (settings.VAR_DIR / "inbox.waiting").open("ab")


def _offset(run: str) -> int:
    return int.from_bytes(hashlib.sha256(run.encode()).digest()[:4])
