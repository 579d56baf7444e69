"""Where the communes are: the centre of each, as the crow flies good for «the nearest office», not for addresses.

`tools/make_centres.py` makes the table and describes its layout; it is read on the first question of a process.
"""

import lzma
import sys
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UNIT = 10_000
WIDTH = 5  # letters of a code
_FILE = Path(__file__).with_name("centres.xz")


@dataclass(frozen=True)
class _Table:
    """codes: sorted, one after the other. latitudes, longitudes: ten-thousandths of a degree, WGS 84."""

    codes: str
    latitudes: "array[int]"
    longitudes: "array[int]"


class _Codes:
    """The codes as a sequence, to be searched."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __len__(self) -> int:
        return len(self.text) // WIDTH

    def __getitem__(self, place: int) -> str:
        return self.text[place * WIDTH : (place + 1) * WIDTH]


@cache
def _table() -> _Table:
    codes, _blank, numbers = lzma.decompress(_FILE.read_bytes()).partition(b"\n\n")
    both = array("i")
    both.frombytes(numbers)
    if sys.byteorder == "big":
        both.byteswap()
    half = len(both) // 2
    return _Table(codes.decode(), both[:half], both[half:])


def centre(code: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees of the commune or arrondissement with this COG code; None where nobody lives."""
    table = _table()
    codes = _Codes(table.codes)
    place = bisect_left(codes, code)
    if place == len(codes) or codes[place] != code:
        return None
    return table.latitudes[place] / UNIT, table.longitudes[place] / UNIT
