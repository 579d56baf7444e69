"""Bands find what the comparison of all recordings finds. The originals are drawn; what is done to them is done to files and pictures."""

import numpy as np
import pytest

from tests.verification.checks.video import clips
from tests.verification.checks.video.test_replay import CHANGES, original, signed
from verification.checks.video.replay import CELLS, HERTZ, MARK, match
from verification.checks.video.replay_bands import KEPT, TABLES, bands, probes

RECORDINGS = 150
THRESHOLD = clips.LIMITS.replay_min


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_recording_shares_bands_with_its_original(change):
    assert set(probes(signed(change(original())))) & set(bands(signed(original())))


def test_bands_are_few_and_the_same_each_time():
    kept = bands(signed(original()))
    assert KEPT <= len(kept) <= KEPT * TABLES
    assert kept == bands(signed(original()))
    assert 0 <= min(kept) <= max(kept) < 2**37
    assert set(kept) <= set(probes(signed(original())))


@pytest.mark.parametrize("signature", [b"", b"IV0" + bytes(4000), MARK + bytes(CELLS * 7)])
def test_what_cannot_be_compared_has_no_bands(signature):
    assert (bands(signature), probes(signature)) == ([], [])


def moving(draw: np.random.Generator, seconds: float = 11.0) -> np.ndarray:
    """Changes as a signature holds them, -1 to 1: parts that move together, moments of strong movement and quiet ones."""
    steps = int(seconds * HERTZ)
    smooth = np.stack(
        [np.convolve(row, np.ones(3) / 3, "same") for row in draw.standard_normal((CELLS, steps))], axis=1
    )
    mixed = smooth @ (np.eye(CELLS) + 0.15 * draw.standard_normal((CELLS, CELLS)))
    strength = np.repeat(draw.uniform(0.1, 1.6, steps // 5 + 1), 5)[:steps]
    grey = mixed * strength[:, None]
    return np.asarray(grey / (np.abs(grey) + 0.5))


def written(series: np.ndarray) -> bytes:
    return MARK + np.round(127 * np.clip(series, -1, 1)).astype(np.int8).tobytes()


def sent_again(series: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Trimmed, sampled at other moments, with noise, every third one mirrored."""
    steps = np.arange(int(draw.integers(0, 12)) + draw.uniform(0, 1), len(series) - 1 - int(draw.integers(0, 8)))
    again = np.stack([np.interp(steps, np.arange(len(series)), column) for column in series.T], axis=1)
    again = again + draw.uniform(0, 0.12) * draw.standard_normal(again.shape)
    if draw.integers(3) == 0:
        again = again.reshape(-1, 8, 8)[:, :, ::-1].reshape(-1, CELLS)
    return again


def test_every_replay_that_the_comparison_of_all_finds_is_among_the_candidates_and_honest_ones_are_few():
    draw = np.random.default_rng(5)
    series = [moving(draw) for _ in range(RECORDINGS)]
    known = {str(number): written(one) for number, one in enumerate(series)}
    kept = {name: set(bands(signature)) for name, signature in known.items()}
    found = strangers = 0
    for number in range(0, RECORDINGS, 3):
        sent = written(sent_again(series[number], draw))
        looked_for = set(probes(sent))
        candidates = {name for name, values in kept.items() if values & looked_for}
        best = match(sent, known)
        assert best is not None
        if best[1] >= THRESHOLD:
            found += 1
            assert best[0] == str(number)
            assert match(sent, {name: known[name] for name in candidates}) == best
        strangers += len(candidates - {str(number)})
    assert found > RECORDINGS // 3 * 0.9
    assert strangers < 0.002 * RECORDINGS * RECORDINGS / 3
