"""Drawing specimens: minutes of work that keep neither pages nor checks waiting."""

import logging

from celery import shared_task

from identite.queue import send
from sandbox import drawn

logger = logging.getLogger(__name__)


def ask(specimen: drawn.Specimen, client: str) -> bytes | None:
    """The file, or nothing yet: then the worker knows of it. client: as of `drawn.want`. Raises Refused, TooMany."""
    found = drawn.find(specimen)
    if found is None and drawn.want(specimen, client):
        send(draw)
        found = drawn.find(specimen)  # where tasks run at once
    return found


@shared_task
def draw() -> None:
    """Draw what has waited longest, then ask for the next turn: other work comes between two specimens.

    Who wants a specimen writes it down before the worker is told; who has drawn looks again after the lock is free.
    So none is forgotten, whatever the order.
    """
    with drawn.alone() as alone:
        wanted = drawn.first_wanted() if alone else None
        if wanted is not None:
            _draw(*wanted)
    if alone and drawn.is_any_wanted():
        send(draw)


def _draw(key: str, specimen: drawn.Specimen) -> None:
    from sandbox.painter import paint  # the engines

    try:
        drawn.keep(key, paint(specimen))
    except ValueError as error:
        drawn.refuse(key, str(error))
    except (OSError, MemoryError):  # they pass: whoever asks again has it drawn again
        logger.exception("specimen %s could not be drawn now", key)
        drawn.drop(key)
    except Exception as error:
        logger.exception("specimen %s could not be drawn", key)
        drawn.refuse(key, f"it could not be drawn: {type(error).__name__}")
