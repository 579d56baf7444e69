"""Log lines as JSON, one a line. Messages carry identifiers, never personal data nor anything that opens a door.

What others log (Django an address that it refuses, a database the value that it has twice) is masked where it is written:
paths with a secret, as the URLconf declares them (`<secret:…>`), and whatever has the shape of a token, an address or a number.
"""

import json
import logging
import math
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from django.urls import URLPattern, URLResolver
from django.urls.converters import StringConverter

SECONDS_BETWEEN_REFUSALS = 1
REFUSAL_CHARACTERS = 300  # an address or a host name may be thousands long


MASK = "…"
_PARAMETER = re.compile(r"(<\w+:\w+>)")
_SHAPES = re.compile(
    r"[\w-]{43,}"  # 32 random bytes in a link or a cookie, or the signature of a link
    r"|[\w.+-]{1,254}@[\w-]+\.[\w.-]*\w"  # no address is longer; without an end a long text would take seconds
    r"|(?<![\w.])(?:\+\d{9,15}|0\d{9})(?!\w)"
)
_secret_paths: list[re.Pattern[str]] = []


class Secret(StringConverter):
    """`<secret:name>` in a path: whoever knows it comes in."""


def learn(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """The URLconf says, as it is loaded, which of its paths hold secrets. Nobody asks for one before."""
    _secret_paths[:] = [_recognise(route) for route in routes(patterns) if "<secret:" in route]


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every address, from the root on, as it is declared."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def _recognise(route: str) -> re.Pattern[str]:
    """`route` up to its secret, and the secret: wherever they stand in a text, the link cut short or inside another one."""
    before = route.partition("<secret:")[0]
    known = [r"[^/\s]+" if part.startswith("<") else re.escape(part) for part in _PARAMETER.split(before)]
    return re.compile(f"({''.join(known).replace('/', '(?:/|%2F)')})[^/\\s\"'<>\\\\]+", re.IGNORECASE)


def mask(text: str) -> str:
    """`text` without what opens a door or names a person, as far as it can be recognised."""
    for path in _secret_paths:
        text = path.sub(rf"\1{MASK}", text)
    return _SHAPES.sub(MASK, text)


class PlainFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


class JsonFormatter(logging.Formatter):
    """`timestamp` (ISO 8601, UTC), `level`, `logger`, `event`, and `exception` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": mask(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class Refusals(logging.Filter):
    """What a visitor was refused (4xx), as Django logs it: one line, no traceback, and of each kind at most one a second.

    The next line that is written says how many alike were left out before it: a flood of refusals fills no disk. What is
    logged by anybody else, and our own failures, pass as they are.
    """

    def __init__(self, name: str = "", *, clock: Callable[[], float] = time.monotonic) -> None:
        """clock: seconds, never going back."""
        super().__init__(name)
        self._clock = clock
        self._lock = threading.Lock()
        self._written: dict[tuple[str, int], float] = {}
        self._left_out: Counter[tuple[str, int]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", 0)
        if not 400 <= status < 500:
            return True
        kind, now = (record.name, status), self._clock()
        with self._lock:
            if now - self._written.get(kind, -math.inf) < SECONDS_BETWEEN_REFUSALS:
                self._left_out[kind] += 1
                return False
            self._written[kind] = now
            left_out = self._left_out.pop(kind, 0)
        message = record.getMessage()[:REFUSAL_CHARACTERS]
        record.msg, record.args = message + (f" (and {left_out} alike before)" if left_out else ""), ()
        record.exc_info = record.exc_text = None
        return True
