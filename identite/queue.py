"""The one place that hands tasks to the broker. A broker that is away fails no page: what is to do is a row, and the sweep sends it."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send(task: Any, **arguments: str) -> bool:
    """Queue `task` now. Returns False, with one line in the log, where the broker does not take it."""
    try:
        task.apply_async(kwargs=arguments)
    except OperationalError as error:
        logger.error("queue: %s %s is not queued, the sweep will: %s", task.name, arguments, type(error).__name__)
        return False
    return True


def send_on_commit(task: Any, *, if_not: Callable[[], object] = lambda: None, **arguments: str) -> None:
    """Queue `task` once the row that it is about is committed. if_not: what to do where the broker does not take it."""
    transaction.on_commit(partial(_send_or, task, if_not, arguments))


def _send_or(task: Any, if_not: Callable[[], object], arguments: dict[str, str]) -> None:
    if not send(task, **arguments):
        if_not()
