import pytest
from django.db import IntegrityError

from identite import references


def test_a_reference_has_no_vowels_and_nothing_that_looks_like_something_else():
    drawn = {references.draw() for _time in range(2000)}
    assert len(drawn) == 2000
    assert {len(reference) for reference in drawn} == {references.LENGTH}
    used = set("".join(drawn))
    assert used == set(references.ALPHABET)
    for group in ("0OQ", "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert len(used & set(group)) <= 1, group
    assert not used & set("AEIOU")


@pytest.mark.parametrize("typed", ["K7RM-2XPD", "k7rm2xpd", " k7rm 2xpd ", "K7RM–2XPD"])
def test_a_reference_is_recognised_however_it_is_typed(typed):
    assert references.typed(typed) == "K7RM2XPD"
    assert references.shown(references.typed(typed)) == "K7RM-2XPD"


@pytest.mark.django_db
def test_what_is_taken_is_drawn_again_and_not_for_ever():
    answers = iter([IntegrityError(), IntegrityError(), "made"])

    def create():
        answer = next(answers)
        if isinstance(answer, IntegrityError):
            raise answer
        return answer

    assert references.create_unique(create) == "made"

    def never():
        raise IntegrityError

    with pytest.raises(RuntimeError):
        references.create_unique(never)
