"""A storage as S3 is one: keys without folders, no path on any disk. EVIDENCE_STORAGE names it in tests."""

import base64
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible


@deconstructible
class Bucket(Storage):
    def __init__(self, place: str) -> None:
        self._place = Path(place)
        self._place.mkdir(parents=True, exist_ok=True)

    def _object(self, name: str) -> Path:
        return self._place / base64.urlsafe_b64encode(name.encode()).decode()

    def _keys(self) -> list[str]:
        return [base64.urlsafe_b64decode(path.name).decode() for path in self._place.iterdir()]

    def _open(self, name: str, mode: str = "rb") -> Any:
        return ContentFile(self._object(name).read_bytes(), name=name)

    def _save(self, name: str, content: Any) -> str:
        self._object(name).write_bytes(content.read())
        return name

    def delete(self, name: str) -> None:
        self._object(name).unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        return self._object(name).exists()

    def size(self, name: str) -> int:
        return self._object(name).stat().st_size

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        prefix = f"{path}/" if path else ""
        below = [key.removeprefix(prefix) for key in self._keys() if key.startswith(prefix)]
        folders = {key.split("/")[0] for key in below if "/" in key}
        return sorted(folders), sorted(key for key in below if "/" not in key)
