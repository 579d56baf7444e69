import numpy as np
import pytest

from sandbox.specimens.voices import RATE, VOICES, soundtrack
from tests.verification.checks.video import clips
from verification.checks.finding import Outcome
from verification.checks.video.challenge import ChallengeSpec, Form, Gesture
from verification.checks.video.sound import check_audio, check_spoken, speech_bursts

LIMITS = clips.LIMITS
SHOWN_AT = (1.0, 2.6, 4.2)


def asked(shown_at: tuple[float, ...] | None = SHOWN_AT) -> ChallengeSpec:
    return ChallengeSpec(digits="472", form=Form.SPOKEN, gesture=Gesture.TURN_LEFT, shown_at=shown_at)


def bursts_of(sound: np.ndarray) -> list[tuple[float, float]]:
    return speech_bursts(clips.at_16_khz(sound), start_probability=LIMITS.speech_probability_min)


def test_without_a_sound_track_there_is_no_audio():
    finding = check_audio(clips.recording(), LIMITS, needed=True)
    assert (finding.code, finding.outcome) == ("video.no_audio", Outcome.FAIL)


def test_a_muted_microphone_gives_no_audio():
    finding = check_audio(clips.recording(sound=np.zeros(8 * RATE, np.float32)), LIMITS, needed=True)
    assert (finding.code, finding.outcome) == ("video.no_audio", Outcome.FAIL)


def test_missing_sound_goes_to_the_agent_when_nothing_is_to_be_said():
    assert check_audio(clips.recording(), LIMITS, needed=False).outcome is Outcome.REFER


def test_soft_speech_with_digital_silence_around_it_is_audio():
    sound = np.zeros(8 * RATE, np.float32)
    sound[RATE : 2 * RATE] = 0.01 * np.random.default_rng(0).standard_normal(RATE)
    finding = check_audio(clips.recording(sound=sound), LIMITS, needed=True)
    assert (finding.code, finding.outcome) == ("video.audio", Outcome.PASS)


@pytest.mark.parametrize(("end", "code"), [(6.0, "video.audio_cut"), (7.2, "video.audio")])
def test_sound_lasts_as_long_as_the_pictures(end, code):
    sound = 0.05 * np.random.default_rng(0).standard_normal(int(end * RATE)).astype(np.float32)
    assert check_audio(clips.recording(sound=sound), LIMITS, needed=True).code == code


@pytest.mark.parametrize(("hole", "code"), [((2.0, 2.5), "video.audio_cut"), ((2.0, 0.4), "video.audio")])
def test_sound_has_no_hole(hole, code):
    sound = 0.05 * np.random.default_rng(0).standard_normal(8 * RATE).astype(np.float32)
    assert check_audio(clips.recording(sound=sound, audio_hole=hole), LIMITS, needed=True).code == code


@pytest.mark.parametrize("digits", ["472", "111", "906", "583"])
@pytest.mark.parametrize("voice", VOICES)
def test_three_spoken_digits_are_three_bursts(voice, digits):
    sound, _ = soundtrack(7.0, list(zip((1.2, 2.8, 4.4), digits, strict=True)), voice, seed=2)
    bursts = bursts_of(sound)
    assert len(bursts) == 3
    assert [start for start, _ in bursts] == pytest.approx([1.2, 2.8, 4.4], abs=0.35)


def test_hum_claps_and_hiss_are_no_speech():
    rng = np.random.default_rng(3)
    time = np.arange(7 * RATE) / RATE
    hum = 0.3 * np.sin(2 * np.pi * 100 * time)
    claps = np.zeros(7 * RATE)
    for start in (1.2, 2.8, 4.4):
        begin = int(start * RATE)
        claps[begin : begin + 2400] = rng.standard_normal(2400) * np.exp(-np.arange(2400) / 300) * 0.8
    hiss = 0.2 * rng.standard_normal(7 * RATE)
    for sound in (hum, claps, hiss):
        assert not bursts_of(sound.astype(np.float32))


@pytest.mark.parametrize(
    ("bursts", "answered"),
    [
        ([(1.5, 1.9), (3.0, 3.4), (4.8, 5.2)], 3),
        ([(1.5, 1.9), (3.0, 3.4)], 2),
        ([(0.2, 0.5), (0.6, 0.8), (0.85, 0.95)], 1),  # all said before the digits were seen
        ([(1.1, 6.0)], 1),  # talking without a pause
        ([(7.0, 7.3), (7.5, 7.8), (8.0, 8.3)], 0),
    ],
)
def test_each_digit_needs_a_burst_of_its_own_after_it_was_shown(bursts, answered):
    finding = check_spoken(bursts, asked(), LIMITS, timed=True)
    assert finding.score == answered
    assert finding.outcome is (Outcome.PASS if answered == 3 else Outcome.FAIL)


def test_an_uploaded_file_needs_three_bursts_at_any_time():
    late = [(5.0, 5.3), (5.8, 6.1), (6.6, 7.0)]
    assert check_spoken(late, asked(), LIMITS, timed=False).outcome is Outcome.PASS
    assert check_spoken(late[:2], asked(), LIMITS, timed=False).outcome is Outcome.FAIL
    assert check_spoken(late, asked(None), LIMITS, timed=True).outcome is Outcome.PASS
