"""Sealing again what is stored already: rows of an earlier version, and rows and files under a key that shall go.

Everything goes in batches and can be broken off at any moment: the next run skips what is done. The service may go on
meanwhile, as long as it has been started with the new key in front.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.apps import apps
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F

from identite.crypto import DecryptionError, current_key, decrypt, key_of
from identite.fields import SealedField, digest_fields, sealed_fields
from identite.storage import EncryptedStorage

BATCH = 200
Table = type[models.Model]


@dataclass
class Pass:
    """One walk over rows or files. faults: what does not open, by table, column and row."""

    seen: int = 0
    changed: int = 0
    faults: list[str] = field(default_factory=list)


def sealed_tables() -> list[Table]:
    return [model for model in apps.get_models() if sealed_fields(model)]


def seal_table(model: Table, *, unbound: bool = False) -> Pass:
    """Bring every sealed column and every digest of a table under the present keys.

    unbound: for a migration. What lies there in the clear, or was sealed before columns were bound to their rows, is taken
    as well. Afterwards never: it would make good what somebody slipped in.
    """
    done, last = Pass(), None
    while True:
        with transaction.atomic():
            # A service that runs is not waited for: its locks and ours could wait for each other. A migration waits.
            rows = list(_rows(model, last).select_for_update(skip_locked=not unbound)[:BATCH])
            for row in rows:
                changes = _changes(row, done, unbound=unbound)
                if changes:
                    model._base_manager.filter(pk=row.pk).update(**changes)
                    done.changed += 1
        if not rows:
            return done
        done.seen += len(rows)
        last = rows[-1].pk


def rows_left(model: Table) -> int:
    """How many rows seal_table would still change. Read without locks: what somebody holds counts as it was before."""
    rows = _rows(model).iterator(chunk_size=BATCH)
    return sum(bool(_changes(row, Pass(), unbound=False)) for row in rows)


def seal_old_rows(app_label: str) -> Callable[..., None]:
    """For RunPython: what an app has stored in the clear, or sealed without regard to its row. Raises DecryptionError."""

    def seal(tables: Any, schema_editor: Any) -> None:
        for model in tables.get_app_config(app_label).get_models():
            if sealed_fields(model):
                faults = seal_table(model, unbound=True).faults
                if faults:
                    raise DecryptionError("; ".join(faults[:5]))

    return seal


def _raw(one: SealedField) -> str:
    return f"raw_{one.attname}"


def _rows(model: Table, last: Any = None) -> models.QuerySet[models.Model]:
    """The rows after `last`, in order, their sealed columns as they lie in the database."""
    sealed = sealed_fields(model)
    raw = {
        _raw(one): ExpressionWrapper(
            F(one.attname), models.BinaryField() if one.kept_as == "BinaryField" else models.TextField()
        )
        for one in sealed
    }
    plain = {name for one in sealed for name in one.bound_to} | {one.attname for one in digest_fields(model)}
    rows: models.QuerySet[models.Model] = model._base_manager.only(*plain).annotate(**raw).order_by("pk")
    return rows if last is None else rows.filter(pk__gt=last)


def _changes(row: models.Model, done: Pass, *, unbound: bool) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for one in sealed_fields(type(row)):
        raw = getattr(row, _raw(one))
        if not raw:
            continue
        try:
            values[one.attname], is_fresh = _open(one, raw, row, unbound=unbound)
        except DecryptionError:
            done.faults.append(f"{row._meta.label}.{one.attname} of {row.pk} does not open")
            continue
        if not is_fresh:
            changes[one.attname] = one.seal(values[one.attname], row)
    for mark in digest_fields(type(row)):
        value = values.get(mark.of)
        if value and getattr(row, mark.attname) != mark.digest_of(value):
            changes[mark.attname] = value
    return changes


def _open(one: SealedField, raw: Any, row: models.Model, *, unbound: bool) -> tuple[Any, bool]:
    """What a cell holds, and whether it may stay as it is. Raises DecryptionError."""
    data = one.unpack(raw)
    key = key_of(data)
    try:
        return one.load(decrypt(data, context=one.context(row))), key == current_key()
    except DecryptionError:
        if not unbound:
            raise
    if key is None:
        return one.load(raw.encode() if isinstance(raw, str) else bytes(raw)), False
    return one.load(decrypt(data, context=f"{row._meta.label_lower}.{one.attname}")), False


# --- Evidence: a file is sealed under its own name, so a new seal is a new file, and the row changes over ---


def evidence_columns() -> list[tuple[Table, models.FileField]]:
    return [
        (model, column)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, models.FileField) and isinstance(column.storage, EncryptedStorage)
    ]


def seal_files(model: Table, column: models.FileField) -> Pass:
    """Bring the files that a column names under the present key.

    Written, then named by the row, then the old one deleted: broken off in between, the next run deletes what is left over.
    """
    done, storage = Pass(), cast(EncryptedStorage, column.storage)
    named = model._base_manager.exclude(**{column.attname: ""}).exclude(**{f"{column.attname}__isnull": True})
    for pk, name in named.values_list("pk", column.attname).iterator(chunk_size=BATCH):
        done.seen += 1
        try:
            fresh = storage.seal_again(name)
        except (DecryptionError, FileNotFoundError) as error:
            still = model._base_manager.filter(pk=pk, **{column.attname: name}).exists()
            if still:  # otherwise it was erased meanwhile
                kind = "does not open" if isinstance(error, DecryptionError) else "is not there"
                done.faults.append(f"{model._meta.label}.{column.attname} of {pk} {kind}")
            continue
        if fresh == name:
            storage.delete_older(name)
        elif model._base_manager.filter(pk=pk, **{column.attname: name}).update(**{column.attname: fresh}):
            done.changed += 1
            storage.delete_older(fresh)
        else:
            storage.delete(fresh)
    return done
