"""Deadlines are columns; one periodic sweep compares them with now. Rooms register what falls due in their `sweep.py`."""

import logging
from collections.abc import Callable

from django.utils.module_loading import autodiscover_modules

logger = logging.getLogger(__name__)

_DUTIES: dict[str, Callable[[], int]] = {}


def duty(function: Callable[[], int]) -> Callable[[], int]:
    """Register a function that does what is due by now and returns how many rows it moved. Running twice is harmless."""
    _DUTIES[f"{function.__module__}.{function.__name__}"] = function
    return function


def duties() -> dict[str, Callable[[], int]]:
    """Every room's, by name."""
    autodiscover_modules("sweep", "cleaning")
    return dict(sorted(_DUTIES.items()))


def sweep() -> dict[str, int]:
    """Do everything that is due. One duty that breaks does not keep the others from running."""
    moved: dict[str, int] = {}
    for name, function in duties().items():
        try:
            moved[name] = function()
        except Exception:
            logger.exception("sweep: %s failed", name)
            moved[name] = -1
    return moved
