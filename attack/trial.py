"""What came of one attack, and the clock of those who visit meanwhile."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

ASK_EVERY_SECONDS = 0.05
PATIENCE_SECONDS = 20.0


@dataclass
class Trial:
    """tried, held: how many single attempts. lost, doubled: rows and messages. said: a sentence for each that did not hold.

    health_seconds: how long a visitor may wait for `/health/live` at most while this goes on.
    """

    tried: int = 0
    held: int = 0
    lost: int = 0
    doubled: int = 0
    said: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    health_seconds: float = 1.0

    def expect(self, holds: bool, otherwise: str) -> bool:
        """One attempt, and the sentence to print where it does not hold."""
        self.tried += 1
        self.held += holds
        if not holds:
            self.said.append(otherwise)
        return holds

    def note(self, sentence: str) -> None:
        """A figure worth printing, whatever it is."""
        self.notes.append(sentence)

    @property
    def whole(self) -> bool:
        return not (self.said or self.lost or self.doubled)


class Visitor(threading.Thread):
    """Asks `/health/live` again and again, each time on a new connection.

    slowest: seconds from a first question to the answer 200, however often it had to be asked in between.
    """

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.slowest, self.asked = port, 0.0, 0
        self.leaving = threading.Event()

    def __enter__(self) -> "Visitor":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leaving.set()
        self.join(timeout=PATIENCE_SECONDS + 1)

    def run(self) -> None:
        while not self.leaving.is_set():
            began, answered = time.monotonic(), False
            while not answered and not self.leaving.is_set():
                answered = alive(self.port)
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.leaving.wait(ASK_EVERY_SECONDS)
            self.asked += answered


def alive(port: int, path: str = "/health/live") -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
