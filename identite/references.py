"""Short references that people read out, type and search: drawn at random, unique in their column."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

Row = TypeVar("Row", bound=Model)
# No vowels, which make words, and of each group that is taken for one another (0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V) one at most.
ALPHABET = "23456789CDFHJKMNPQRTVWXY"
LENGTH = 8
DRAWS = 20


def draw() -> str:
    """LENGTH characters of ALPHABET: 24⁸, about 10¹¹."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def shown(reference: str) -> str:
    """«K7RM-2XPD»"""
    return f"{reference[:4]}-{reference[4:]}"


def typed(text: str) -> str:
    """A reference as somebody typed it, in the form in which it is stored."""
    return "".join(character for character in text.upper() if character.isalnum())


def create_unique(create: Callable[[], Row]) -> Row:
    """Call `create`, which draws what must be unique, again while the draw is taken. Raises RuntimeError after DRAWS."""
    for _draw in range(DRAWS):
        try:
            with transaction.atomic():
                return create()
        except IntegrityError:
            continue
    raise RuntimeError(f"nothing free was drawn in {DRAWS} tries")
