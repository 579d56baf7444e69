"""Storage of evidence: encrypted before it reaches the disk or the bucket, under random names, without any URL."""

import secrets
from typing import Any, NoReturn

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible
from django.utils.module_loading import import_string

from identite.crypto import decrypt, encrypt


@deconstructible
class EncryptedStorage(Storage):
    """Wraps another storage. A file's content opens under its own name only."""

    def __init__(self, backend: str, options: dict[str, Any] | None = None) -> None:
        self._storage: Storage = import_string(backend)(**(options or {}))

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with self._storage.open(name, "rb") as sealed:
            return ContentFile(decrypt(sealed.read(), context=f"file:{name}"), name=name)

    def _save(self, name: str, content: "File[bytes]") -> str:
        content.seek(0)
        data = content.read()
        written = self._storage.save(name, ContentFile(encrypt(data, context=f"file:{name}")))
        if written != name:  # the name is part of the seal
            self._storage.delete(written)
            raise FileExistsError(name)
        return written

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Whatever the file was called, it gets a random name: nothing a citizen typed reaches the storage."""
        token = secrets.token_hex(20)
        return f"{token[:2]}/{token[2:]}"

    def delete(self, name: str) -> None:
        self._storage.delete(name)

    def exists(self, name: str) -> bool:
        return self._storage.exists(name)

    def size(self, name: str) -> int:
        return self._storage.size(name)

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("Evidence has no address: it is read through a view that checks and journals.")
