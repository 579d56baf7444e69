import io

import av
import numpy as np
import pytest

from sandbox.specimens import Challenge, make_document, make_person, make_video
from sandbox.specimens.attacks import SPECIES
from sandbox.specimens.encode import FORMATS
from sandbox.specimens.handwriting import DIGITS, sheet
from sandbox.specimens.voices import RATE, VOICES, soundtrack, spoken_digit
from verification.checks.video.sound import speech_bursts

QUICK = {"shown_at": (0.4, 1.6, 2.8), "gesture_at": 4.0}


def opened(data):
    return av.open(io.BytesIO(data))


def pictures(data):
    with opened(data) as container:
        return [(float(f.time), f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]


def sound(data):
    with opened(data) as container:
        if not container.streams.audio:
            return None
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
        return np.concatenate(
            [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        )


@pytest.fixture(scope="module")
def person():
    return make_person(2, face="collins")


@pytest.fixture(scope="module")
def spoken(person):
    return make_video(person, Challenge("472", "spoken", "turn_left", **QUICK), seed=1, rate=8)


def test_each_voice_says_each_digit_in_less_than_a_second():
    for voice in VOICES:
        for digit in "0123456789":
            clip = spoken_digit(digit, voice)
            assert 0.15 * RATE < len(clip) < 0.97 * RATE
            assert np.abs(clip).max() > 0.3


def test_the_mouth_opens_when_a_digit_is_said():
    _, mouth = soundtrack(4.0, [(1.0, "4"), (2.5, "7")], VOICES[0], seed=1)
    assert mouth[100:140].max() > 0.5
    assert mouth[:90].max() == 0.0


def test_a_bona_fide_recording_has_three_bursts_of_speech_at_their_times(spoken):
    bursts = speech_bursts(sound(spoken.data), start_probability=0.5)
    starts = [begin for begin, _ in bursts]
    for shown in QUICK["shown_at"]:
        assert any(shown < start < shown + 1.2 for start in starts), starts


@pytest.mark.parametrize("form", FORMATS)
def test_recordings_come_in_the_formats_of_browsers(person, form):
    made = make_video(person, Challenge("318", "spoken", "turn_right", **QUICK), seed=2, form=form, rate=8)
    frames = pictures(made.data)
    assert frames[0][1].shape == (480, 640, 3)
    assert frames[-1][0] == pytest.approx(6.9, abs=0.8)
    assert len(sound(made.data)) / 16_000 == pytest.approx(frames[-1][0], abs=0.3)


def test_the_same_seed_gives_the_same_file(person, spoken):
    assert make_video(person, Challenge("472", "spoken", "turn_left", **QUICK), seed=1, rate=8).data == spoken.data


def test_a_phone_held_upright_records_tall_pictures(person):
    made = make_video(person, Challenge(**QUICK), seed=1, condition="phone_portrait", rate=8)
    assert pictures(made.data)[0][1].shape == (1280, 720, 3)


def test_the_sheet_is_white_with_the_digits_in_ink():
    for digits in ("012", "345", "678", "909"):
        paper = sheet(digits, seed=4)
        ink = (paper.max(axis=2) < 160).mean()
        assert 0.02 < ink < 0.25
    assert set(DIGITS) == set("0123456789")
    assert not np.array_equal(sheet("123", seed=1), sheet("123", seed=2))


@pytest.fixture(scope="module")
def attack(person):
    made = {}

    def make(species, seed=0, **challenge):
        key = (species, seed, *challenge.items())
        if key not in made:
            made[key] = make_video(person, Challenge(**QUICK, **challenge), seed=seed, species=species, rate=8)
        return made[key]

    return make


@pytest.mark.parametrize("species", SPECIES)
def test_every_species_gives_a_recording_that_opens(attack, species):
    made = attack(species)
    assert made.species == species
    assert len(pictures(made.data)) > 45
    assert made.as_json()["species"] == species


def test_a_replay_is_the_earlier_file_and_a_reencoded_one_is_not(attack):
    assert attack("replayed").data == attack("replayed").earlier
    again = attack("replayed_reencoded")
    assert again.data != again.earlier
    assert pictures(again.data)[0][1].shape != pictures(again.earlier)[0][1].shape


def test_without_sound_there_is_no_track_or_only_silence(attack):
    assert sound(attack("no_sound", 0).data) is None
    assert np.abs(sound(attack("no_sound", 1).data)).max() < 0.001


def test_two_digits_are_two_bursts(attack):
    bursts = speech_bursts(sound(attack("too_few_digits").data), start_probability=0.5)
    assert len([burst for burst in bursts if burst[0] > 0.3]) == 2


def test_a_still_image_never_moves_its_mouth_against_its_eyes(attack):
    frames = pictures(attack("still_image").data)
    assert attack("still_image").person.face == "collins"
    assert np.abs(frames[10][1].astype(int) - frames[40][1]).mean() > 1  # shaken all the same


def test_wrong_digits_are_others_than_those_asked(attack):
    made = attack("wrong_digits_written", form="written")
    assert made.notes["shown_digits"] != made.challenge.digits
    assert made.challenge.form == "written"


def test_a_wrong_gesture_is_another_than_the_one_asked(attack):
    for seed in range(3):
        assert attack("wrong_gesture", seed).notes["done"] != "turn_left"


def test_the_other_person_and_the_swap_wear_another_face(attack):
    assert attack("other_person").notes["impostor"] != "collins"
    assert attack("face_swap").notes["impostor"] != "collins"


def test_what_does_not_exist_is_refused(person):
    with pytest.raises(ValueError, match="no species"):
        make_video(person, Challenge(), species="mask")
    with pytest.raises(ValueError, match="three digits"):
        Challenge("12")
    with pytest.raises(ValueError, match="condition"):
        make_video(person, Challenge(), condition="rain")


def test_the_document_shown_is_the_accepted_one(person):
    document = make_document(person, "passport")
    made = make_video(person, Challenge(gesture="show_document", **QUICK), document=document, seed=3, rate=8)
    assert made.document is document
    before = pictures(made.data)[15][1].astype(int)
    during = next(frame for time, frame in pictures(made.data) if time > 5.6).astype(int)
    assert np.abs(before - during)[300:, 300:].mean() > 15


def test_a_sheet_without_digits_is_refused():
    with pytest.raises(ValueError, match="at least one digit"):
        sheet("", seed=1)
