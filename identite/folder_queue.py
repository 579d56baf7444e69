"""The queue of the embedded stack: one folder a queue, one file a message. A transport of kombu, named by its dotted path.

A message is written beside and renamed: whoever sees it sees all of it. Whoever deletes it has it: of many consumers one.
What is no message nevertheless goes to `bad/`, is told once, and keeps nobody from the next one.
"""

import contextlib
import json
import logging
import os
import tempfile
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import OperationalError
from kombu.transport import virtual

logger = logging.getLogger(__name__)

ENDING = ".msg"
BAD = "bad"
# What is still being written has another name; what has it for longer was left by a process that died.
UNFINISHED, UNFINISHED_SECONDS = ".part", 3600


class Channel(virtual.Channel):
    """`folder` (transport option): where the queues' folders lie. No fanout, and so no remote control of the worker."""

    @property
    def folder(self) -> Path:
        return Path(self.connection.client.transport_options["folder"])

    def _new_queue(self, queue: str, **options: Any) -> None:
        """Called when a queue is declared: by the producer before a message, by the worker when it starts."""
        folder = self.folder / queue
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for left in folder.glob(f"*{UNFINISHED}"):
                with contextlib.suppress(FileNotFoundError):  # its producer has just finished it
                    if time.time() - left.stat().st_mtime > UNFINISHED_SECONDS:
                        left.unlink()
        except OSError as error:
            raise OperationalError(f"the folder of the queue {queue} cannot be used: {error.strerror}") from error

    def _put(self, queue: str, message: dict[str, Any], **options: Any) -> None:
        """Names sort by age. Raises OperationalError where the disk is full or the folder cannot be written."""
        name = f"{time.time_ns():020}-{uuid.uuid4()}"
        unfinished = self.folder / queue / f"{name}{UNFINISHED}"
        try:
            unfinished.write_text(json.dumps(message))
            unfinished.rename(unfinished.with_suffix(ENDING))
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise OperationalError(f"a message for {queue} could not be written: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        """The oldest message, which from then on is this consumer's. Raises Empty."""
        for path in self._waiting(queue):
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # another consumer was faster
                continue
            try:
                message: dict[str, Any] = json.loads(content)
                self.Message(message, channel=self)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
                self._set_aside(path, error)
                continue
            try:
                path.unlink()
            except FileNotFoundError:
                continue
            return message
        raise Empty

    def _set_aside(self, path: Path, error: Exception) -> None:
        bad = self.folder / BAD / f"{path.parent.name}-{path.name}"
        bad.parent.mkdir(exist_ok=True)
        try:
            path.rename(bad)
        except FileNotFoundError:  # another consumer was faster, and has told it
            return
        logger.error("queue: %s is no message (%s); it lies in %s now", path.name, type(error).__name__, bad.parent)

    def _waiting(self, queue: str) -> list[Path]:
        folder = self.folder / queue
        try:
            names = os.listdir(folder)
        except FileNotFoundError:
            return []
        return [folder / name for name in sorted(names) if name.endswith(ENDING)]

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        waiting = self._waiting(queue)
        for path in waiting:
            path.unlink(missing_ok=True)
        return len(waiting)


class Transport(virtual.Transport):
    """Named in CELERY_BROKER_TRANSPORT. Option `polling_interval`: seconds between two looks into empty folders."""

    Channel = Channel
    driver_type = driver_name = "folder"

    def driver_version(self) -> str:
        return "1"

    def establish_connection(self) -> Any:
        """A folder takes what is written into it, or the queue is down. Raises OperationalError."""
        if self.client is None:
            raise OperationalError("no folder is named")
        folder = Path(self.client.transport_options["folder"])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"x")
        except OSError as error:
            raise OperationalError(f"the folder of the queue cannot be written: {error.strerror}") from error
        return super().establish_connection()
