"""Photos for these tests, each made and examined once."""

import io
import random
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import cv2
import numpy as np
from PIL import Image

from sandbox.specimens.documents import Document, draw_document
from sandbox.specimens.layouts import Sheet
from sandbox.specimens.people import make_person
from sandbox.specimens.photograph import photograph
from verification.checks.document.examination import PhotoExamination, examine_photo
from verification.checks.finding import Outcome
from verification.checks.identity import TypedIdentity
from verification.checks.kinds import Side

TODAY = date(2026, 11, 21)
PERSON = 3
SIDES = [
    ("cnie", "front"),
    ("cnie", "back"),
    ("cni", "front"),
    ("cni", "back"),
    ("passport", "front"),
    ("permit", "front"),
    ("permit", "back"),
]
MRZ_SIDES = [("cnie", "back"), ("cni", "front"), ("passport", "front"), ("permit", "back")]


@cache
def document(kind: str, *, seed: int = 1, person: int = PERSON, expired: bool = False) -> Document:
    return draw_document(make_person(person), kind, seed=seed, expired=expired)


@cache
def photo(kind: str, side: str, degradation: str = "", strength: int = 1, seed: int = 3) -> bytes:
    return photograph(getattr(document(kind), side), seed=seed, degradation=degradation, strength=strength)


def pixels(data: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(data)).convert("RGB"))


def jpeg(picture: np.ndarray | Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(np.asarray(picture, np.uint8))
    image.save(out, "JPEG", quality=90, **options)
    return out.getvalue()


def scan(kind: str, side: str) -> np.ndarray:
    """The card alone, filling the picture."""
    return np.array(getattr(document(kind), side))


def blob(picture: np.ndarray, box: list[int], *, grow: float = 0.0) -> np.ndarray:
    """A lamp mirrored over `box`, [x, y, width, height]."""
    x, y, width, height = box
    layer = np.zeros(picture.shape[:2], np.uint8)
    axes = (round(width * (0.6 + grow)), round(height * (0.8 + grow)))
    cv2.ellipse(layer, (x + width // 2, y + height // 2), axes, 0, 0, 360, 255, -1)
    layer = cv2.GaussianBlur(layer, (0, 0), 9)
    return cv2.add(picture, cv2.merge([layer] * 3))


def examine(
    data: bytes, kind: str, side: str, /, *, typed: TypedIdentity | None = None, **asked: Any
) -> PhotoExamination:
    """As the funnel does: with the kind and the side that were asked for."""
    asked = {"kind": document(kind).typed.document_kind, "side": Side(side)} | asked
    return examine_photo(data, typed=typed, today=TODAY, **asked)


@cache
def clean(kind: str, side: str) -> PhotoExamination:
    return examine(photo(kind, side), kind, side, typed=document(kind).typed)


def outcomes(examination: PhotoExamination) -> dict[str, Outcome]:
    return {finding.code: finding.outcome for finding in examination.findings}


def card_back(lines: list[str]) -> np.ndarray:
    """The back of a CNIe with any zone on it."""
    sheet = Sheet((85.6, 54.0), tint="cnie", draw=random.Random(1))  # noqa: S311 - a picture, not a secret
    sheet.field("issue_date", "DATE DE DÉLIVRANCE / Date of issue", "12 03 2023", 24, 4)
    sheet.field("height", "TAILLE / Height", "1,70 m", 6, 4)
    sheet.field("address", "ADRESSE / Address", "3 rue des Écoles, 29000 QUIMPER", 6, 11)
    sheet.mrz(lines, 33.5)
    return np.array(sheet.finish())


def with_typed(kind: str, **changes: Any) -> TypedIdentity:
    return replace(document(kind).typed, **changes)
