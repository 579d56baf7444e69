"""Names as they are compared: accents, hyphens, apostrophes and the short forms of «saint» make no difference."""

import re
import unicodedata

_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ORDINAL = re.compile(r"\b(\d+)(?:er|e|eme|nd|nde)\b")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def normalize(text: str) -> str:
    """«St-Étienne» → «saint etienne», «Paris 14ème» → «paris 14»."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    return _ORDINAL.sub(r"\1", " ".join(_SHORT.get(word, word) for word in plain.split()))
