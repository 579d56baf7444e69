"""Storage of evidence: encrypted before it reaches the disk or the bucket, under random names, without any URL."""

import secrets
from typing import Any, NoReturn

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible
from django.utils.module_loading import import_string

from identite.crypto import current_key, decrypt, encrypt, known_keys


def _stem(name: str) -> str:
    return name.partition(".")[0]


@deconstructible
class EncryptedStorage(Storage):
    """Wraps another storage. A file's content opens under its own name only; the name ends with the id of its key."""

    def __init__(self, backend: str, options: dict[str, Any] | None = None) -> None:
        self._storage: Storage = import_string(backend)(**(options or {}))

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with self._storage.open(name, "rb") as sealed:
            return ContentFile(decrypt(sealed.read(), context=f"file:{name}"), name=name)

    def _save(self, name: str, content: "File[bytes]") -> str:
        content.seek(0)
        data = content.read()
        try:
            written = self._storage.save(name, ContentFile(encrypt(data, context=f"file:{name}")))
        except BaseException:
            self._storage.delete(name)  # what came through before the disk was full: nobody will name it
            raise
        if written != name:  # the name is part of the seal
            self._storage.delete(written)
            raise FileExistsError(name)
        return written

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Whatever the file was called, it gets a random name: nothing a citizen typed reaches the storage."""
        token = secrets.token_hex(20)
        return f"{token[:2]}/{token[2:]}.{current_key()}"

    def seal_again(self, name: str) -> str:
        """The file under the present key, as another file beside it; the same one where it is under it already."""
        fresh = f"{_stem(name)}.{current_key()}"
        if fresh != name:
            content = self._open(name)
            self._storage.delete(fresh)  # of a run that was broken off
            self._save(fresh, content)
        return fresh

    def delete_older(self, name: str) -> None:
        """The same file under other keys, or of the time before names had a key."""
        stem = _stem(name)
        for other in (stem, *(f"{stem}.{key}" for key in known_keys())):
            if other != name and self._storage.exists(other):
                self._storage.delete(other)

    def delete(self, name: str) -> None:
        self._storage.delete(name)

    def exists(self, name: str) -> bool:
        return self._storage.exists(name)

    def size(self, name: str) -> int:
        return self._storage.size(name)

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("Evidence has no address: it is read through a view that checks and journals.")
