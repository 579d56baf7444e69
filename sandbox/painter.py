"""Draws what `sandbox.drawn` was asked for. In the worker alone: it loads the engines."""

import json
from collections.abc import Callable
from typing import Any

from sandbox import specimens
from sandbox.drawn import Specimen


def paint(specimen: Specimen) -> bytes:
    """The file. Raises ValueError for what nobody can draw, such as the back of a passport."""
    painters: dict[str, Callable[..., bytes]] = {"description": _description, "photo": _photo, "video": _video}
    return painters[specimen.what](**specimen.options)


def _document(seed: int, kind: Any, expired: bool = False) -> specimens.Document:
    return specimens.make_document(specimens.make_person(seed), kind, expired=expired)


def _description(*, seed: int, kind: str, expired: bool) -> bytes:
    document = _document(seed, kind, expired)
    sides = [side for side in ("front", "back") if getattr(document, side) is not None]
    return json.dumps({**document.as_json(), "sides": sides}).encode()


def _photo(*, seed: int, kind: str, expired: bool, side: Any, degradation: str, strength: int) -> bytes:
    document = _document(seed, kind, expired)
    return specimens.make_photo(document, side, seed=seed, degradation=degradation, strength=strength)


def _video(*, seed: int, kind: str, digits: str, form: Any, gesture: Any, species: str, format: str) -> bytes:  # noqa: A002
    challenge = specimens.Challenge(digits, form, gesture)
    person, document = specimens.make_person(seed), _document(seed, kind)
    recording = specimens.make_video(person, challenge, document=document, seed=seed, species=species, form=format)
    return recording.data
