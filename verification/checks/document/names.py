"""Typed names against those of a machine-readable zone, which knows no accents and cuts what is too long."""

import unicodedata
from collections.abc import Iterator

from verification.checks.document.layout import folded
from verification.checks.identity import TypedIdentity
from verification.checks.mrz.build import name_field, transliterate
from verification.checks.mrz.formats import FILLER, FORMATS
from verification.checks.mrz.parse import Mrz


def name_agrees(name: str, typed: TypedIdentity, read: Mrz) -> bool:
    """Apostrophes vanish or become fillers, Ä is A or AE: any of the usages will do."""
    written = _written_names(read)
    return any(name_texts[name] == written[name] for name_texts, _ in _expected_names(typed, read))


def is_cut(name: str, typed: TypedIdentity, read: Mrz) -> bool:
    """Does the name fill its place in the zone, so that its end cannot be confirmed there?"""
    written = _written_names(read)
    return all(
        cut for texts, cuts in _expected_names(typed, read) for cut in (cuts[name],) if texts[name] == written[name]
    )


def same_accents(wanted: str, printed: str) -> bool:
    """Does the print have no accent that was not typed? Capitals without accents are no contradiction."""
    text = unicodedata.normalize("NFC", printed).upper()
    accented = {character for character in text if not character.isascii() and character.isalpha()}
    typed = set(unicodedata.normalize("NFC", wanted).upper())
    label = {"É"} if "PRÉNOM" in text else set()
    return accented - label <= typed | ({"Œ"} if "OE" in wanted.upper() else set())


def _written_names(read: Mrz) -> dict[str, str]:
    form = FORMATS[read.format]
    if len(form.names) == 2:
        surname, given = (read.lines[line][start:end] for line, start, end in form.names)
    else:
        line, start, end = form.names[0]
        surname, _, given = read.lines[line][start:end].partition(FILLER * 2)
    return {"birth_name": surname.rstrip(FILLER), "first_names": given.rstrip(FILLER)}


def _expected_names(typed: TypedIdentity, read: Mrz) -> Iterator[tuple[dict[str, str], dict[str, bool]]]:
    """Every way in which a zone of this format may write the typed names, and which of them it may have cut.

    A name that leaves no room for what parts it from a further one may go on: nothing there shows its end.
    """
    form = FORMATS[read.format]
    names = ("birth_name", "first_names")
    for surname in spellings(typed.birth_name) or ["X"]:
        for given in spellings(typed.first_names) or [""]:
            if len(form.names) == 2:
                whole = [surname.replace(" ", FILLER).replace("-", FILLER), _old_card_names(given)]
                rooms = [end - start for _, start, end in form.names]
                shown = [text[:room].rstrip(FILLER) for text, room in zip(whole, rooms, strict=True)]
                parted = [1, 2]  # fillers between two surnames, between two first names
            else:
                _, start, end = form.names[0]
                built = name_field(surname, given, end - start)
                shown = [part.rstrip(FILLER) for part in built.partition(FILLER * 2)[::2]]
                whole = [transliterate(surname), transliterate(given) if given else ""]
                # A surname gives way until one letter of the first names stands behind it.
                rooms = [end - start - (3 if given else 0), end - start - len(_written_names(read)["birth_name"]) - 2]
                parted = [1, 1]
            full = [len(text) + gap >= room for text, gap, room in zip(whole, parted, rooms, strict=True)]
            yield dict(zip(names, shown, strict=True)), dict(zip(names, full, strict=True))


def _old_card_names(given: str) -> str:
    return given.replace(" ", FILLER * 2).replace("-", FILLER)


def spellings(name: str) -> list[str]:
    """The ways in which a name is written in zones, with blanks between words and hyphens kept."""
    variants = []
    for apostrophe in ("", " "):
        for umlaut in (False, True):
            text = name.replace("'", apostrophe).replace("’", apostrophe)
            if umlaut:
                for letter, pair in (("Ä", "AE"), ("Ö", "OE"), ("Ü", "UE")):
                    text = text.replace(letter, pair).replace(letter.lower(), pair)
            try:
                words = [
                    "-".join(transliterate(half).replace(FILLER, "-") for half in word.split("-") if folded(half))
                    for word in text.replace(",", " ").split()
                ]
            except ValueError:
                continue
            variant = " ".join(word for word in words if word)
            if variant and variant not in variants:
                variants.append(variant)
    return variants
