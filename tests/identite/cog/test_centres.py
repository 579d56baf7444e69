"""Where communes are."""

import pytest

from identite.cog import communes
from identite.cog.centres import centre

# Uninhabited, or away from everything: no post office is sought from there.
NOWHERE = {"98411", "98412", "98413", "98414", "98415", "98901"}


def test_every_commune_and_arrondissement_has_a_centre():
    missing = {one.code for one in communes.everything() if one.kind in {"", "m"} and centre(one.code) is None}
    assert missing == NOWHERE


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        ("01001", 46.15, 4.93),  # the first of the table
        ("35238", 48.11, -1.68),
        ("2A004", 41.93, 8.70),
        ("75116", 48.86, 2.28),
        ("97411", -20.93, 55.45),
        ("97801", 18.07, -63.08),
        ("98833", -21.40, 165.82),  # the last one
    ],
)
def test_it_is_where_the_commune_is(code, latitude, longitude):
    assert centre(code) == pytest.approx((latitude, longitude), abs=0.05)


@pytest.mark.parametrize("code", ["", "0", "00000", "35", "99100", "zzzzz", "35238 "])
def test_what_is_no_commune_has_none(code):
    assert centre(code) is None
