"""Specimens: documents and recordings of people who do not exist, made in code and the same for the same seed.

    person = make_person(7)
    document = make_document(person, "cnie", seed=7)
    jpeg = make_photo(document, "front", degradation="glare", strength=2)
    video = make_video(person, Challenge("472", "spoken", "turn_left"), document=document, seed=7)
    attack = make_video(person, Challenge("472", "spoken", "turn_left"), document=document, seed=7, species="still_image")

`as_json()` of each tells what it shows: the data that the holder types, the MRZ, the challenge. Nothing here touches the database.
The parts: people, faces (where the portraits come from), documents and layouts (drawing), photograph (camera and degradations),
voices, handwriting, heads, scene (a talking head in a room), video (bona fide), attacks, encode (files), fake_camera, grid.
"""

from typing import Literal

from sandbox.specimens.attacks import SPECIES, make_attack
from sandbox.specimens.documents import KINDS, Document, Kind, draw_document, mismatch, typed_as_json
from sandbox.specimens.fake_camera import FakeCamera, make_fake_camera
from sandbox.specimens.people import Person, make_person
from sandbox.specimens.photograph import DEGRADATIONS, photograph
from sandbox.specimens.video import CONDITIONS, Challenge, Recording, make_bona_fide

__all__ = [
    "CONDITIONS",
    "DEGRADATIONS",
    "KINDS",
    "SPECIES",
    "Challenge",
    "Document",
    "FakeCamera",
    "Person",
    "Recording",
    "make_document",
    "make_fake_camera",
    "make_person",
    "make_photo",
    "make_video",
    "mismatch",
    "typed_as_json",
]


def make_document(
    person: Person, kind: Kind = "cnie", *, seed: int | None = None, expired: bool = False, face: str | None = None
) -> Document:
    """The document of `person`; without `seed` the one that she always has."""
    return draw_document(person, kind, seed=person.seed if seed is None else seed, expired=expired, face=face)


def make_photo(
    document: Document,
    side: Literal["front", "back"] = "front",
    *,
    seed: int = 0,
    size: str = "2MP",
    background: str = "",
    degradation: str = "",
    strength: int = 1,
) -> bytes:
    """A JPEG of one side. Raises ValueError where the document has no such side; see `photograph` for the rest."""
    card = document.front if side == "front" else document.back
    if card is None:
        raise ValueError(f"a {document.kind} has no {side}")
    return photograph(card, seed=seed, size=size, background=background, degradation=degradation, strength=strength)


def make_video(
    person: Person,
    challenge: Challenge,
    *,
    document: Document | None = None,
    seed: int = 0,
    species: str = "",
    condition: str = "",
    size: str = "vga",
    form: str = "webm",
    rate: float = 15,
) -> Recording:
    """A recording of `person` doing what `challenge` asks, or of an attack when `species` names one of `attacks.SPECIES`.

    document: the one that was accepted before; her CNIe when none is given. condition: empty or one of `CONDITIONS`. size: «vga»,
    «hd» or «phone». form: «webm», «mp4» or «mkv». rate: frames a second. Raises ValueError for anything else.
    """
    document = document or make_document(person)
    if not species:
        return make_bona_fide(
            person, challenge, document=document, seed=seed, condition=condition, size=size, form=form, rate=rate
        )
    return make_attack(
        species, person, challenge, document=document, seed=seed, condition=condition, size=size, form=form, rate=rate
    )
