"""Deadlines are columns; one periodic sweep compares them with now. Rooms register what falls due in their `sweep.py`."""

import logging
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import Model, QuerySet
from django.utils.module_loading import autodiscover_modules

from identite.transitions import TransitionNotAllowed

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)


class Whose(Protocol):
    """Leaves of a queryset the rows that a sweep is about: everybody's, or one person's."""

    def __call__(self, rows: QuerySet[Row], /) -> QuerySet[Row]: ...


def everybody(rows: QuerySet[Row], /) -> QuerySet[Row]:
    return rows


class Duty(Protocol):
    __module__: str
    __name__: str

    def __call__(self, whose: Whose = everybody) -> int: ...


_DUTIES: dict[str, Duty] = {}


def duty(function: Duty) -> Duty:
    """Register a function that does what is due by now and returns how many rows it moved. Running twice is harmless.

    `whose` stands around the first queryset of each table that it reads.
    """
    _DUTIES[f"{function.__module__}.{function.__name__}"] = function
    return function


def duties() -> dict[str, Duty]:
    """Every room's, by name."""
    autodiscover_modules("sweep", "cleaning", "anchors")
    return dict(sorted(_DUTIES.items()))


def each(rows: Iterable[Row], act: Callable[[Row], bool]) -> int:
    """Do it to every row, each in a transaction of its own. Returns how many `act` says it moved.

    A row that breaks (it does not open, its file cannot be deleted) is logged without what it says, and tried again by the
    next sweep; the others have their turn now. One that somebody else moved a moment ago is left alone.
    """
    moved = 0
    for row in rows:
        try:
            with transaction.atomic():
                moved += act(row)
        except TransitionNotAllowed:
            continue
        except (OperationalError, InterfaceError):  # the database, not the row: the others would fail too
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, it is this row's)
            logger.error("sweep: %s %s failed: %s", row._meta.label, row.pk, type(error).__name__)  # noqa: TRY400
    return moved


def sweep(whose: Whose = everybody) -> dict[str, int]:
    """Do everything that is due. One duty that breaks does not keep the others from running; a missing database does:
    each would wait for it in vain, and the next sweep does the same.
    """
    moved: dict[str, int] = {}
    for name, function in duties().items():
        try:
            moved[name] = function(whose)
        except Exception:
            logger.exception("sweep: %s failed", name)
            moved[name] = -1
            if not _database_answers():
                logger.error("sweep: the database does not answer; the next sweep does the rest")
                break
    return moved


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
