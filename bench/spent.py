"""What a process spends on passwords, on writing messages and on taking in files, apart from everything else it does."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

SPENT = {"argon2": 0.0, "messages": 0.0, "files": 0.0}
"""Processor seconds since the process began."""


def counted(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            SPENT[part] += time.thread_time() - began

    return timed


def count() -> None:
    """Begin to count in this process."""
    from identite.hashers import Argon2Hasher
    from notifications import services
    from verification.capture import storing

    for name in ("store_photo", "store_video"):
        setattr(storing, name, counted("files", getattr(storing, name)))
    for name in ("encode", "verify"):
        setattr(Argon2Hasher, name, counted("argon2", getattr(Argon2Hasher, name)))
    for name in ("_render_text", "render_to_string", "_queue"):
        setattr(services, name, counted("messages", getattr(services, name)))
