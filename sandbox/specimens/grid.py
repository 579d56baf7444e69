"""The photos that the evaluation of the document checks is made of, fixed before anybody tuned a check on them.

Every kind of document, clean and with each degradation of `photograph.DEGRADATIONS` at strengths 1, 2 and 3, several seeds each: the
seed draws person, document, background, view and light. `is_readable` says in which of them the zone can still be read by somebody
who zooms in; these make the grid on which the share of exactly read zones is promised. In the others something is gone (letters
outside the picture, burnt out, or smaller than the sensor's noise): there the promise is that nothing wrong is confirmed.

Rationale of the limits, at the 1600 × 1200 pixels of a saved phone photo:

- blur, motion: σ 2.2 or nine pixels, strength 2, is less than a stroke's distance to the next (about 5 pixels); strength 3 is more.
- glare: strength 1 lies above the zone; 2 and 3 may burn characters away.
- dark: strength 2 keeps 30 % of the light, some 60 grey levels between paper and ink over noise of 6; strength 3 keeps 30 over 9.
- bright: strength 2 still leaves ink and paper apart everywhere; strength 3 clips the background pattern and thins the ink.
- perspective, rotation: geometry destroys nothing; all strengths.
- small: at strength 2 a passport's letter is 13 pixels wide with its gap; at strength 3, 8.
- cut_off: every strength may cut the first or last characters of the zone.
- jpeg: quality 18, strength 2, blurs strokes; 9 breaks them.
- black_and_white: 1 and 2 lose no letter (and must be called copies all the same); 3 leaves two tones.
- screen: dots of a third of a millimetre or less stay under the width of a stroke up to strength 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.specimens.documents import KINDS, Kind
from sandbox.specimens.photograph import DEGRADATIONS

STRENGTHS = (1, 2, 3)
READABLE_UP_TO = {
    "": 1,
    "blur": 2,
    "motion": 2,
    "glare": 1,
    "dark": 2,
    "bright": 2,
    "black_and_white": 2,
    "jpeg": 2,
    "perspective": 3,
    "rotation": 3,
    "small": 2,
    "cut_off": 0,
    "screen": 2,
}
CLEAN_REPEATS = 5  # clean photos for each photo of a degradation's cell


@dataclass(frozen=True)
class Cell:
    """One photo to make. degradation: empty for a clean one (strength 1 then). seed: of person, document and camera."""

    kind: Kind
    degradation: str
    strength: int
    seed: int

    @property
    def is_readable(self) -> bool:
        return self.strength <= READABLE_UP_TO[self.degradation]

    @property
    def name(self) -> str:
        return f"{self.degradation}{self.strength}" if self.degradation else "clean"


def cells(photos: int, *, first_seed: int = 0) -> Iterator[Cell]:
    """At least `photos` cells, whole rounds of the grid: each round has other people, documents, rooms and cameras."""
    made, seed = 0, first_seed
    while made < photos:
        for kind in KINDS:
            conditions = [("", 1)] * CLEAN_REPEATS + [
                (name, strength) for name in DEGRADATIONS for strength in STRENGTHS
            ]
            for degradation, strength in conditions:
                yield Cell(kind, degradation, strength, seed)
                made += 1
                seed += 1
