"""Columns whose content is unreadable without the keys, and opens in its own row only; digests that find it again.

A sealed column is opened when its attribute is read, never by the query: what no page shows costs nothing. It is not
searchable; `DigestField` beside it is, for the whole value. `docs/encryption.md` lists what is kept how.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import checks
from django.db import models

from identite.crypto import decrypt, digest, encrypt


@dataclass(frozen=True)
class Sealed:
    """What the column holds, not opened."""

    data: bytes

    def __repr__(self) -> str:
        return f"Sealed({len(self.data)} bytes)"


class NotBound(TypeError):
    """A value was to be written without its row: `QuerySet.update` wants `for_update`, a search wants the digest."""


class _Opened:
    """The attribute of a sealed column: opens what the query brought when it is first read."""

    def __init__(self, field: "SealedField") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, model: Any = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:  # deferred
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        if isinstance(value, Sealed):
            value = row.__dict__[name] = self.field.open(value, row)
        return value

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = value


def _to_text(data: bytes) -> str:
    return b64encode(data).decode()


def _from_text(text: str) -> bytes:
    """What no seal of ours could be written as is none: it opens nowhere."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""


class SealedField(models.Field):  # type: ignore[type-arg]  # generic in the stubs only
    """What the kinds share. bound_to: attributes that never change once the row is written, and tell it from the others."""

    descriptor_class = _Opened
    kept_as = "TextField"
    pack: Callable[[bytes], Any] = staticmethod(_to_text)
    unpack: Callable[[Any], bytes] = staticmethod(_from_text)

    def __init__(self, *args: Any, bound_to: Sequence[str] = ("pk",), **kwargs: Any) -> None:
        self.bound_to = tuple(bound_to)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.bound_to != ("pk",):
            kwargs["bound_to"] = self.bound_to
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return self.kept_as

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if "pk" in self.bound_to and isinstance(self.model._meta.pk, models.AutoField):
            found.append(checks.Error(f"{self}: the key is not known before the row is written.", id="identite.E006"))
        return found

    # What each kind says differently.
    def dump(self, value: Any) -> bytes:
        return str(value).encode()

    def load(self, data: bytes) -> Any:
        return data.decode()

    def context(self, row: models.Model) -> str:
        """Table, column and row: what is moved anywhere else does not open."""
        bound = ":".join(str(getattr(row, name)) for name in self.bound_to)
        return f"{row._meta.label_lower}.{self.attname}:{bound}"

    def seal(self, value: Any, row: models.Model) -> Any:
        """None and what is empty stay so: whether something was given is no secret."""
        if isinstance(value, Sealed) or not value:
            return value
        return Sealed(encrypt(self.dump(value), context=self.context(row)))

    def open(self, sealed: Sealed, row: models.Model) -> Any:
        """Raises DecryptionError for what was written elsewhere, or without our keys."""
        return self.load(decrypt(sealed.data, context=self.context(row)))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return Sealed(self.unpack(value)) if value else self.load(b"")

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        # Opened before it is written again: nothing of another row, nor of an old key, is carried on.
        return self.seal(getattr(model_instance, self.attname), model_instance)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return self.pack(value.data)
        if value:
            raise NotBound(f"{self}: a value is written with its row (for_update) and found by its digest.")
        return None if value is None else self.empty()

    def empty(self) -> Any:
        return ""


class EncryptedTextField(SealedField):
    """Text."""


class EncryptedDateField(SealedField):
    """A date, or None."""

    def dump(self, value: Any) -> bytes:
        return (value.isoformat() if isinstance(value, date) else date.fromisoformat(value).isoformat()).encode()

    def load(self, data: bytes) -> date | None:
        return date.fromisoformat(data.decode()) if data else None


class EncryptedJSONField(SealedField):
    """An object of JSON; an empty one where nothing was stored."""

    def dump(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def load(self, data: bytes) -> Any:
        return json.loads(data) if data else {}


class EncryptedBinaryField(SealedField, models.BinaryField):  # type: ignore[type-arg]
    """Bytes, or None."""

    kept_as = "BinaryField"
    pack = staticmethod(bytes)
    unpack = staticmethod(bytes)

    def dump(self, value: Any) -> bytes:
        return bytes(value)

    def load(self, data: bytes) -> bytes:
        return data

    def empty(self) -> bytes:
        return b""


def as_written(text: str) -> str:
    return text


class DigestField(models.CharField):  # type: ignore[type-arg]
    """Keyed digest of the sealed column `of`, kept in step with it. It is looked for by the value itself.

    `Account.objects.filter(email_digest="jeanne@example.org")`. purpose: keeps equal values of other columns apart;
    columns that share it can be compared. fold: which ways of writing are the same value.
    """

    def __init__(self, *, of: str, purpose: str, fold: Callable[[str], str] = as_written, **kwargs: Any) -> None:
        self.of, self.purpose, self.fold = of, purpose, fold
        kwargs |= {"max_length": 64, "blank": True, "editable": False}
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        for own in ("max_length", "blank", "editable"):
            del kwargs[own]
        return name, path, [], kwargs | {"of": self.of, "purpose": self.purpose, "fold": self.fold}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.of)
        setattr(model_instance, self.attname, self.digest_of(value))
        return value

    def digest_of(self, value: str) -> str:
        folded = self.fold(value)
        return digest(self.purpose, folded) if folded else ""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else self.digest_of(str(value))


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def digest_fields(model: type[models.Model], names: Iterable[str] | None = None) -> list[DigestField]:
    """Those of `model`; with `names`, of these columns."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, DigestField)]
    return [field for field in fields if names is None or field.of in names]


def for_update(row: models.Model, **values: Any) -> dict[str, Any]:
    """`values` as `QuerySet.update` takes them for this one row: sealed, with the digests beside them."""
    sealed = {field.attname: field for field in sealed_fields(type(row))}
    written = {name: sealed[name].seal(value, row) if name in sealed else value for name, value in values.items()}
    return written | {field.attname: values[field.of] for field in digest_fields(type(row), values)}


class Findable(models.Model):
    """A model with digests: a save that names the sealed column writes the digest too."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            names = set(update_fields)
            update_fields = names | {field.name for field in digest_fields(type(self), names)}
        super().save(*args, update_fields=update_fields, **kwargs)
