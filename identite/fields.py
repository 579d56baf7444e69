"""Model fields whose content is unreadable without the keys."""

import base64
from typing import Any

from django.db import models

from identite.crypto import decrypt, encrypt


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic in the stubs only
    """Text encrypted at rest, bound to its table and column. Not searchable."""

    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value: str | None) -> str | None:
        if not value:
            return value
        return base64.b64encode(encrypt(value.encode(), context=self._context())).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(base64.b64decode(value), context=self._context()).decode() if value else value


class EncryptedBinaryField(models.BinaryField):  # type: ignore[type-arg]  # generic in the stubs only
    """Bytes encrypted at rest, bound to their table and column."""

    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_db_prep_value(self, value: bytes | None, connection: Any, prepared: bool = False) -> Any:
        sealed = encrypt(bytes(value), context=self._context()) if value else value
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return decrypt(bytes(value), context=self._context()) if value else value
