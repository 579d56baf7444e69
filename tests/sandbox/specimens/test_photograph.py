import io

import cv2
import numpy as np
import pytest
from PIL import Image

from sandbox.specimens.documents import draw_document
from sandbox.specimens.people import make_person
from sandbox.specimens.photograph import DEGRADATIONS, SIZES, View, _corners, cut_off, photograph, rotation, small


@pytest.fixture(scope="module")
def card():
    return draw_document(make_person(4), "cni", seed=1).front


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(np.float32)


def sharpness(picture):
    return cv2.Laplacian(cv2.cvtColor(picture.astype(np.uint8), cv2.COLOR_RGB2GRAY), cv2.CV_64F).var()


@pytest.fixture(scope="module")
def shots(card):
    """Clean, and each degradation at each strength, over one table and under one light."""
    made = {("", 1): pixels(photograph(card, seed=3, background="white"))}
    for name in DEGRADATIONS:
        for strength in (1, 2, 3):
            made[name, strength] = pixels(
                photograph(card, seed=3, background="white", degradation=name, strength=strength)
            )
    return made


def test_the_same_arguments_give_the_same_bytes(card):
    assert photograph(card, seed=5, degradation="dark") == photograph(card, seed=5, degradation="dark")
    assert photograph(card, seed=5) != photograph(card, seed=6)


@pytest.mark.parametrize("size", SIZES)
def test_photos_have_the_size_of_a_telephone_camera(card, size):
    assert Image.open(io.BytesIO(photograph(card, seed=1, size=size))).size == SIZES[size]


@pytest.mark.parametrize("name", ["blur", "motion"])
def test_blur_takes_sharpness_away_more_with_each_strength(shots, name):
    scores = [sharpness(shots["", 1]), *(sharpness(shots[name, strength]) for strength in (1, 2, 3))]
    assert scores == sorted(scores, reverse=True)
    assert scores[3] < scores[0] / 4


def test_dark_and_bright_move_the_light(shots):
    dark = [shots["dark", strength].mean() for strength in (1, 2, 3)]
    bright = [shots["bright", strength].mean() for strength in (1, 2, 3)]
    clean = shots["", 1].mean()
    assert clean > dark[0] > dark[1] > dark[2]
    assert clean < bright[0] < bright[1] < bright[2]


def test_a_copy_has_no_colour(shots):
    for strength in (1, 2, 3):
        grey = shots["black_and_white", strength]
        assert np.abs(grey[..., 0] - grey[..., 2]).max() <= 12
    assert np.abs(shots["", 1][..., 0] - shots["", 1][..., 2]).max() > 40


def test_glare_burns_a_spot_out_that_grows(shots):
    burnt = [(shots["glare", strength].min(axis=2) > 250).mean() for strength in (1, 2, 3)]
    clean = (shots["", 1].min(axis=2) > 250).mean()
    assert clean + 0.001 < burnt[0] < burnt[1] < burnt[2]


def test_compression_leaves_blocks(card, shots):
    def blocks(picture):
        step = np.abs(np.diff(picture.mean(axis=2), axis=1)).mean(axis=0)
        return step[7::8].mean() / step[3::8].mean()

    assert blocks(shots["jpeg", 3]) > 1.3 * blocks(shots["", 1])


def test_a_screen_shows_its_dots(shots):
    def colour_noise(picture):
        chroma = picture[300:500, 400:1200, 0] - picture[300:500, 400:1200, 2]
        return (chroma - cv2.blur(chroma, (9, 9))).std()

    assert colour_noise(shots["screen", 2]) > 2 * colour_noise(shots["", 1])


def test_far_away_tilted_and_cut_off_are_views_of_the_same_card():
    random = np.random.default_rng(1)
    size, cards = (1600, 1200), (1680, 1184)
    plain = _corners(cards, size, View())
    far = _corners(cards, size, small(View(), 3, random))
    tilted = _corners(cards, size, rotation(View(), 2, random))
    cut = _corners(cards, size, cut_off(View(), 3, random))
    assert np.ptp(far[:, 0]) < 0.4 * np.ptp(plain[:, 0])
    assert abs(tilted[1, 1] - tilted[0, 1]) > 200
    assert (cut[:, 0] < 0).any() or (cut[:, 0] > 1600).any()
    assert ((plain >= 0) & (plain <= size)).all()


def test_what_does_not_exist_is_refused(card):
    with pytest.raises(ValueError, match="no degradation"):
        photograph(card, degradation="rain")
    with pytest.raises(ValueError, match="strength"):
        photograph(card, strength=4)
    with pytest.raises(ValueError, match="size"):
        photograph(card, size="1GP")
