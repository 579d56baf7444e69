"""Whoever changes a citizen's file stands in one line for it, whatever row of it is changed."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def hold(chain: UUID) -> None:
    """Be the only one at this file until the transaction ends. Asked for again, it is one short query.

    On PostgreSQL: SQLite's immediate transactions already stand in line.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [chain.int >> 65])


def locked(row: Row, *related: str) -> Row:
    """`row` as it is now, and nobody else's until the transaction ends.

    The line of its file comes first: a letter, its verification and its enrollment may then be changed in any order
    without two changes waiting for each other. row: one that the journal knows (`journal_chain`). related: as select_related.
    """
    hold(row.journal_chain)  # type: ignore[attr-defined]
    # _meta.model: `request.user` is a lazy stand-in of another type
    rows: Any = row._meta.model._default_manager.select_for_update(of=("self",), no_key=True)
    fresh: Row = rows.select_related(*related).get(pk=row.pk) if related else rows.get(pk=row.pk)
    return fresh
