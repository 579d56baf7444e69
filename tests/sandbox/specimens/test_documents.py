from datetime import date

import numpy as np
import pytest

from sandbox.specimens.documents import KINDS, MILLIMETRES, MISMATCHES, draw_document, mismatch, typed_as_json
from sandbox.specimens.layouts import PIXELS_PER_MM
from sandbox.specimens.people import TODAY, make_person
from verification.checks.mrz.parse import parse

FORMATS = {"cnie": "TD1", "cni": "FRCNI", "passport": "TD3", "permit": "TD1"}


@pytest.fixture(scope="module", params=KINDS)
def document(request):
    return draw_document(make_person(5), request.param, seed=2)


def test_the_zone_is_in_its_format_with_right_check_digits(document):
    read = parse(document.mrz)
    assert read.format == FORMATS[document.kind]
    assert read.is_consistent


def test_the_zone_says_what_the_holder_types(document):
    read = parse(document.mrz)
    assert read.fields["document_number"] == document.typed.document_number
    assert read.fields["birth_date"] == document.person.birth_date.strftime("%y%m%d")
    assert read.fields["sex"] == document.typed.sex


def test_each_side_has_the_size_of_the_real_document(document):
    width, height = MILLIMETRES[document.kind]
    for side in filter(None, (document.front, document.back)):
        assert side.size == (round(width * PIXELS_PER_MM), round(height * PIXELS_PER_MM))


def test_the_zone_and_the_portrait_stand_on_the_sides_where_they_belong(document):
    assert "portrait" in document.boxes["front"]
    assert document.mrz_side == ("back" if document.kind in {"cnie", "permit"} else "front")
    assert "mrz" in document.boxes[document.mrz_side]
    assert (document.back is None) == (document.kind == "passport")


def test_specimen_is_written_across_it_and_never_over_the_zone(document):
    side = document.front if document.mrz_side == "front" else document.back
    pixels = np.asarray(side).astype(int)
    red = (pixels[..., 0] > pixels[..., 1] + 40) & (pixels[..., 0] > pixels[..., 2] + 30)
    x, y, width, height = document.boxes[document.mrz_side]["mrz"]
    assert red.mean() > 0.002
    assert not red[y : y + height, x : x + width].any()


def test_everything_printed_stays_on_the_document(document):
    for side, boxes in document.boxes.items():
        picture = document.front if side == "front" else document.back
        for name, (x, y, width, height) in boxes.items():
            assert x >= 0, name
            assert y >= 0, name
            assert x + width <= picture.width, name
            assert y + height <= picture.height, name


def test_the_same_seed_draws_the_same_pixels():
    one, other = (draw_document(make_person(8), "cni", seed=4) for _ in range(2))
    assert one.front.tobytes() == other.front.tobytes()
    assert one.typed == other.typed
    assert draw_document(make_person(8), "cni", seed=5).typed != one.typed


@pytest.mark.parametrize("kind", KINDS)
def test_an_expired_document_is_past_its_date_and_a_usual_one_is_not(kind):
    person = make_person(6)
    assert draw_document(person, kind, seed=1, expired=True).typed.expiry_date < TODAY
    assert draw_document(person, kind, seed=1).typed.expiry_date > TODAY


@pytest.mark.parametrize("name", MISMATCHES)
def test_a_mismatch_changes_that_field_and_nothing_else(name):
    typed = draw_document(make_person(9), "passport", seed=1).typed
    changed = mismatch(typed, name, seed=3)
    assert [field for field in typed.__dataclass_fields__ if getattr(typed, field) != getattr(changed, field)] == [name]


def test_the_typed_data_are_plain_json_texts():
    row = typed_as_json(draw_document(make_person(9), "permit", seed=1).typed)
    assert all(isinstance(value, str) for value in row.values())
    assert date.fromisoformat(row["expiry_date"]) > TODAY


def test_permits_are_held_by_foreigners():
    for seed in range(12):
        assert draw_document(make_person(seed), "permit", seed=seed).typed.nationality != "FRA"


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no kind"):
        draw_document(make_person(1), "driving")
