"""Each finding: a photo that gives it, and a near one that does not."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from sandbox.specimens.documents import draw_document
from sandbox.specimens.people import make_person
from sandbox.specimens.photograph import photograph
from tests.verification.checks.document.photos import (
    MRZ_SIDES,
    TODAY,
    blob,
    card_back,
    clean,
    document,
    examine,
    jpeg,
    outcomes,
    photo,
    pixels,
    scan,
)
from verification.checks.document.examination import examine_photo
from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.finding import Outcome
from verification.checks.kinds import DocumentKind, Side
from verification.checks.mrz.build import build_td1
from verification.checks.validity import add_years

# The photo


def test_a_document_too_far_away_is_refused():
    small = cv2.resize(pixels(photo("permit", "back", "small", 2)), (400, 300), interpolation=cv2.INTER_AREA)
    assert outcomes(examine(jpeg(small), "permit", "back"))["document.resolution"] is Outcome.FAIL
    near = examine(photo("permit", "back", "small", 2), "permit", "back")
    assert outcomes(near)["document.resolution"] is Outcome.PASS


def test_a_photo_too_blurred_to_read_is_refused_and_one_that_reads_is_not():
    blurred = cv2.GaussianBlur(pixels(photo("cnie", "back")), (0, 0), 14)
    found = outcomes(examine(jpeg(blurred), "cnie", "back"))
    assert found["document.sharpness"] is Outcome.FAIL
    assert found["document.mrz_found"] is Outcome.FAIL
    near = examine(photo("cnie", "back", "blur", 2), "cnie", "back")
    assert near.outcome is Outcome.PASS


def test_a_reflection_over_the_zone_names_the_zone():
    card, zone = scan("cnie", "back"), document("cnie").boxes["back"]["mrz"]
    x, y, width, height = zone
    covered = blob(card, [x + width // 4, y, width // 3, height])
    assert outcomes(examine(jpeg(covered), "cnie", "back"))["document.glare_mrz"] is Outcome.FAIL
    beside = blob(card, [x + width // 3, y - 5 * height // 2, width // 5, height // 2])
    assert outcomes(examine(jpeg(beside), "cnie", "back"))["document.glare"] is Outcome.PASS


def test_a_reflection_over_the_portrait_names_the_portrait():
    card, portrait = scan("cnie", "front"), document("cnie").boxes["front"]["portrait"]
    found = outcomes(examine(jpeg(blob(card, portrait)), "cnie", "front"))
    assert found["document.glare_portrait"] is Outcome.FAIL
    x, y, width, height = portrait
    corner = blob(card, [x, y + height - 60, 60, 60])
    assert outcomes(examine(jpeg(corner), "cnie", "front"))["document.portrait"] is Outcome.PASS


def test_a_photo_too_dark_to_read_is_refused():
    noise = np.random.default_rng(2).normal(0, 4, (1200, 1600, 1))
    dark = np.clip(pixels(photo("cnie", "back")) * 0.03 + noise, 0, 255)
    assert outcomes(examine(jpeg(dark), "cnie", "back"))["document.dark"] is Outcome.FAIL
    near = examine(photo("cnie", "back", "dark", 2), "cnie", "back")
    assert outcomes(near)["document.dark"] is Outcome.PASS


def test_a_photo_too_bright_to_read_is_refused():
    bright = np.clip(pixels(photo("cnie", "back")).astype(float) * 2 + 222, 0, 255)
    assert outcomes(examine(jpeg(bright), "cnie", "back"))["document.bright"] is Outcome.FAIL
    near = examine(photo("cnie", "back", "bright", 1), "cnie", "back")
    assert outcomes(near)["document.bright"] is Outcome.PASS


@pytest.mark.parametrize(("kind", "side"), [("cnie", "back"), ("passport", "front")])
def test_a_black_and_white_copy_is_refused(kind, side):
    found = examine(photo(kind, side, "black_and_white", 1), kind, side)
    assert outcomes(found)["document.copy"] is Outcome.FAIL


def test_a_bright_photo_of_a_coloured_card_is_no_copy_and_a_bright_copy_under_a_warm_lamp_is_one():
    """Where a photo is burnt out, colour is gone from the original as well."""
    card = draw_document(make_person(18), "cnie", seed=18)
    asked = {"kind": DocumentKind.CNI, "side": Side.BACK, "typed": card.typed, "today": TODAY}
    bright = photograph(card.back, seed=18, degradation="bright", strength=2)
    assert outcomes(examine_photo(bright, **asked))["document.copy"] is Outcome.PASS
    grey = pixels(photograph(card.back, seed=18)).mean(axis=2, keepdims=True)
    copy = np.clip(grey * np.array([1.7, 1.6, 1.5]) + 22, 0, 255)
    assert outcomes(examine_photo(jpeg(copy), **asked))["document.copy"] is Outcome.FAIL


@pytest.mark.parametrize("kind", ["cnie", "permit"])
def test_a_grey_portrait_on_a_coloured_card_is_no_copy(kind):
    assert outcomes(clean(kind, "front"))["document.copy"] is Outcome.PASS


def test_a_document_that_leaves_the_picture_is_refused():
    found = examine(photo("cnie", "back", "cut_off", 2), "cnie", "back")
    assert outcomes(found)["document.cut_off"] is Outcome.FAIL
    near = examine(photo("cnie", "back", "cut_off", 1), "cnie", "back")
    assert outcomes(near)["document.cut_off"] is Outcome.PASS


# The document


def test_a_front_without_a_portrait_is_refused():
    card = scan("cnie", "front").copy()
    x, y, width, height = document("cnie").boxes["front"]["portrait"]
    card[y : y + height, x : x + width] = 205
    assert outcomes(examine(jpeg(card), "cnie", "front"))["document.portrait"] is Outcome.FAIL


def test_the_dark_portrait_of_an_old_card_is_found():
    card = scan("cni", "front").copy()
    x, y, width, height = document("cni").boxes["front"]["portrait"]
    card[y : y + height, x : x + width] = (card[y : y + height, x : x + width] * 0.45).astype(np.uint8)
    assert outcomes(examine(jpeg(card), "cni", "front"))["document.portrait"] is Outcome.PASS


def test_the_wrong_side_is_refused():
    found = examine(photo("cnie", "back"), "cnie", "front", typed=document("cnie").typed)
    assert outcomes(found)["document.side"] is Outcome.FAIL
    assert outcomes(clean("cnie", "back"))["document.side"] is Outcome.PASS


@pytest.mark.parametrize(("shown", "announced"), [("passport", "permit"), ("cni", "passport")])
def test_another_document_than_announced_is_refused(shown, announced):
    found = examine(photo(shown, "front"), shown, "front", kind=DocumentKind(announced))
    assert outcomes(found)["document.kind"] is Outcome.FAIL


def test_without_anything_asked_kind_and_side_are_recognised():
    found = examine_photo(photo("permit", "front"), today=TODAY)
    assert (found.kind, found.side) == (DocumentKind.PERMIT, Side.FRONT)


def test_a_zone_that_is_covered_is_missed():
    card = scan("passport", "front").copy()
    x, y, width, height = document("passport").boxes["front"]["mrz"]
    card[y - 20 : y + height + 20] = 230
    assert outcomes(examine(jpeg(card), "passport", "front"))["document.mrz_found"] is Outcome.FAIL
    assert outcomes(clean("passport", "front"))["document.mrz_found"] is Outcome.PASS


def test_wrong_check_digits_are_not_made_right():
    right = document("cnie").mrz
    wrong = [right[0], right[1][:6] + str((int(right[1][6]) + 3) % 10) + right[1][7:], right[2]]
    found = examine(jpeg(card_back(wrong)), "cnie", "back")
    assert outcomes(found)["document.mrz_check_digits"] is Outcome.REFER
    assert list(found.mrz.lines) == wrong
    assert found.mrz.checks["birth_date"] is False
    good = examine(jpeg(card_back(right)), "cnie", "back")
    assert outcomes(good)["document.mrz_check_digits"] is Outcome.PASS


@pytest.mark.parametrize(("kind", "side"), MRZ_SIDES)
def test_a_french_document_was_issued_by_france(kind, side):
    assert outcomes(clean(kind, side))["document.issuer"] is Outcome.PASS


def test_without_a_zone_nothing_is_said_of_the_issuer():
    assert "document.issuer" not in outcomes(clean("cnie", "front"))


def test_a_document_of_another_state_goes_to_an_agent():
    lines = build_td1(
        surname="Martin",
        given_names="Luc",
        document_number="X4RTBPFW4",
        birth_date="790213",
        sex="M",
        expiry_date="320211",
        issuing_state="BEL",
    )
    found = examine(jpeg(card_back(lines)), "cnie", "back")
    finding = next(finding for finding in found.findings if finding.code == "document.issuer")
    assert (finding.outcome, finding.evidence["seen"]) == (Outcome.REFER, "BEL")
    assert len(finding.evidence["box"]) == 4


@pytest.mark.parametrize(("kind", "side", "outcome"), [("passport", "front", "refer"), ("cni", "front", "pass")])
def test_a_zone_that_is_not_surely_read_is_french_by_its_format_alone(kind, side, outcome):
    unsure = DocumentThresholds(zone_cost_max=-1.0)
    assert outcomes(examine(photo(kind, side), kind, side, thresholds=unsure))["document.issuer"] == outcome


def test_a_printed_expiry_counts_before_an_unsure_zone_and_before_what_was_typed():
    expired = document("passport", expired=True)
    typed = replace(expired.typed, expiry_date=add_years(expired.typed.expiry_date, 9))
    found = examine(
        jpeg(np.array(expired.front)),
        "passport",
        "front",
        typed=typed,
        thresholds=DocumentThresholds(zone_cost_max=-1.0),
    )
    assert found.fields["expiry_date"].source == "visual"
    finding = next(finding for finding in found.findings if finding.code == "document.expired")
    assert finding.outcome is Outcome.REFER
    assert finding.evidence == {"valid_until": expired.typed.expiry_date.isoformat(), "reason": "expired"}


def test_a_sure_zone_counts_before_the_print():
    assert clean("passport", "front").fields["expiry_date"].source == "mrz"


def test_an_expired_document_goes_to_an_agent():
    expired = document("passport", expired=True)
    found = examine(jpeg(np.array(expired.front)), "passport", "front", typed=expired.typed)
    assert outcomes(found)["document.expired"] is Outcome.REFER
    assert outcomes(clean("passport", "front"))["document.expired"] is Outcome.PASS
