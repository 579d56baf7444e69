"""What is read of one photo, and what its file or its typed data make of it."""

import cv2
import numpy as np
import pytest

from sandbox.specimens.documents import MISMATCHES, draw_document, mismatch
from sandbox.specimens.people import make_person
from sandbox.specimens.photograph import photograph
from tests.verification.checks.document.photos import (
    MRZ_SIDES,
    SIDES,
    TODAY,
    clean,
    document,
    examine,
    jpeg,
    outcomes,
    photo,
    pixels,
    scan,
    with_typed,
)
from verification.checks.document import examination
from verification.checks.document.examination import examine_photo
from verification.checks.finding import Outcome
from verification.checks.kinds import DocumentKind, Side
from verification.findings.lookup import text_for


@pytest.mark.parametrize(("kind", "side"), SIDES)
def test_a_good_photo_passes_every_check(kind, side):
    found = clean(kind, side)
    assert [f for f in found.findings if f.outcome is not Outcome.PASS] == []
    assert found.kind is document(kind).typed.document_kind
    assert found.side is Side(side)


@pytest.mark.parametrize("seed", [4, 9, 14])
def test_values_are_read_before_their_labels(seed, monkeypatch):
    """Dates that were left over for a second, finer look cost such a passport twice the time."""
    looks = []
    monkeypatch.setattr(examination, "look_finely", lambda *args: looks.append(args) or False)
    passport = draw_document(make_person(seed), "passport", seed=seed)
    found = examine_photo(photograph(passport.front, seed=seed), typed=passport.typed, side=Side.FRONT, today=TODAY)
    assert found.outcome is Outcome.PASS
    assert looks == []


def test_the_title_of_a_card_is_looked_for_among_the_longest_lines():
    card = draw_document(make_person(506), "cnie", seed=506)
    found = examine_photo(photograph(card.front, seed=506), side=Side.FRONT, typed=card.typed, today=TODAY)
    assert outcomes(found)["document.kind"] is Outcome.PASS


@pytest.mark.parametrize(("kind", "side"), MRZ_SIDES)
def test_the_zone_is_read_to_the_last_character(kind, side):
    found = clean(kind, side)
    assert found.mrz is not None
    assert list(found.mrz.lines) == document(kind).mrz
    assert found.mrz.is_consistent


@pytest.mark.parametrize(("kind", "side"), SIDES)
def test_the_portrait_is_found_where_there_is_one(kind, side):
    found = clean(kind, side)
    assert (found.portrait is not None) is (side == "front")
    if found.portrait is not None:
        assert found.portrait.shape == (128,)


def test_what_the_agent_and_the_video_need_is_there():
    found = clean("passport", "front")
    assert found.readable
    picture = pixels(found.picture)
    assert picture.shape[1::-1] == found.upright_size
    crop = cv2.imdecode(np.frombuffer(found.reference_gray, np.uint8), cv2.IMREAD_UNCHANGED)
    assert crop.ndim == 2
    assert crop.shape[1] <= 640
    assert found.reference.mrz == found.mrz.lines
    assert document("passport").typed.birth_name.upper() in found.reference.words
    assert {"checks.document", "rapidocr"} <= set(found.versions)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photo_turned_by_quarters_is_read_and_turned_back(quarters):
    picture = np.rot90(pixels(photo("cnie", "back")), quarters)
    found = examine(jpeg(picture), "cnie", "back")
    assert list(found.mrz.lines) == document("cnie").mrz
    assert found.quarter_turns == quarters
    assert found.upright_size == (1600, 1200)


@pytest.mark.parametrize("degrees", [-20, 20])
def test_a_tilted_photo_is_read_and_its_portrait_found(degrees):
    picture = pixels(photo("passport", "front"))
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.8)
    found = examine(jpeg(cv2.warpAffine(picture, turn, (width, height), borderValue=(90, 80, 70))), "passport", "front")
    assert list(found.mrz.lines) == document("passport").mrz
    assert outcomes(found)["document.portrait"] is Outcome.PASS


def test_every_value_read_has_its_place_on_the_picture():
    """A scan of the card alone: places on the picture are places on the card."""
    card = document("passport")
    found = examine(jpeg(scan("passport", "front")), "passport", "front", typed=card.typed)
    scale = found.upright_size[0] / card.front.width
    for name in ("birth_name", "first_names", "birth_date", "document_number", "expiry_date"):
        x, y, width, height = found.fields[name].box
        left, top, wide, high = (value * scale for value in card.boxes["front"]["mrz"])
        assert left - 20 <= x, name
        assert x + width <= left + wide + 20, name
        assert top - 20 <= y, name
        assert y + height <= top + high + 20, name
    x, y, width, height = found.fields["issue_date"].box
    left, top, wide, high = (value * scale for value in card.boxes["front"]["issue_date"])
    assert abs(x + width / 2 - left - wide / 2) < 20
    assert abs(y + height / 2 - top - high / 2) < 20
    marks = {finding.code: finding.evidence.get("box") for finding in found.findings}
    assert marks["compare.birth_date"] == found.fields["birth_date"].box


def test_an_empty_table_is_no_document():
    table = np.full((900, 1200, 3), (140, 120, 100), np.uint8)
    found = examine(jpeg(table), "passport", "front")
    assert outcomes(found)["document.mrz_found"] is Outcome.FAIL
    assert outcomes(found)["document.portrait"] is Outcome.FAIL


@pytest.mark.parametrize(("kind", "side"), SIDES)
def test_a_picture_without_any_text_is_refused_when_it_is_compared_too(kind, side):
    typed = document(kind).typed
    table = jpeg(np.full((1200, 1600, 3), (140, 120, 100), np.uint8))
    found = examine_photo(table, kind=typed.document_kind, side=Side(side), typed=typed, today=TODAY)
    assert found.outcome is Outcome.FAIL
    assert outcomes(found)["document.sharpness"] is Outcome.FAIL


@pytest.mark.parametrize("size", [(1, 1), (2000, 1), (1, 2000), (63, 900), (64, 64), (70, 1400)])
@pytest.mark.parametrize("kind", [DocumentKind.PASSPORT, None])
def test_pictures_of_odd_shapes_are_refused_and_break_nothing(size, kind):
    noise = np.random.default_rng(4).integers(0, 255, (*size, 3))
    found = examine_photo(jpeg(noise), kind=kind, typed=document("passport").typed, today=TODAY)
    assert found.readable
    assert found.outcome is Outcome.FAIL
    for finding in found.findings:
        if finding.code == "document.resolution" and finding.outcome is Outcome.FAIL:
            assert finding.score < finding.threshold


# What was typed


@pytest.mark.parametrize("name", MISMATCHES)
def test_a_typed_value_that_differs_is_shown_with_both_values(name):
    typed = mismatch(document("passport").typed, name, seed=2)
    found = examine(photo("passport", "front"), "passport", "front", typed=typed)
    finding = next(f for f in found.findings if f.code == f"compare.{name}")
    assert finding.outcome is Outcome.REFER
    assert finding.evidence["reason"] == "mismatch"
    assert finding.evidence["typed"]
    assert finding.evidence["read"]
    others = {f.code for f in found.findings if f.outcome is Outcome.REFER}
    assert others <= {f"compare.{name}", "document.expired"}


def test_the_print_without_a_zone_is_compared_too():
    typed = with_typed("cnie", birth_name="Autre-Nom", document_number="X1X1X1X1X")
    found = outcomes(examine(photo("cnie", "front"), "cnie", "front", typed=typed))
    assert found["compare.birth_name"] is Outcome.REFER
    assert found["compare.document_number"] is Outcome.REFER
    assert found["compare.first_names"] is Outcome.PASS


def test_an_accent_that_is_printed_and_was_not_typed_goes_to_an_agent():
    printed = document("cnie", person=7)
    typed = printed.typed
    assert typed.birth_name == "Lefèvre"
    data = jpeg(np.array(printed.front))
    assert outcomes(examine(data, "cnie", "front", typed=typed))["compare.birth_name"] is Outcome.PASS
    plain = with_typed("cnie", birth_name="Lefevre", first_names=typed.first_names)
    assert outcomes(examine(data, "cnie", "front", typed=plain))["compare.birth_name"] is Outcome.REFER


# The file


@pytest.mark.parametrize("data", [b"", b"not a picture", photo("cnie", "back")[:3000]])
def test_an_unreadable_file_gives_one_failed_finding_with_its_texts(data):
    found = examine_photo(data, today=TODAY)
    assert not found.readable
    (finding,) = found.findings
    assert finding.outcome is Outcome.FAIL
    assert str(text_for(finding.code).citizen)


def test_every_finding_has_its_two_texts():
    seen = {finding.code for kind, side in SIDES for finding in clean(kind, side).findings}
    assert len(seen) > 15
    for code in seen:
        texts = text_for(code)
        assert str(texts.citizen)
        assert str(texts.agent)
