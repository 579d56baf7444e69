"""The face video checks: bona fide recordings of invented people, and every species of attack.

An attack that shows a bona fide performance under a false claim (other digits asked, another person's document, a second
submission, its sound removed) is made of a bona fide recording; the others are drawn by `sandbox.specimens.attacks`.
"""

import io
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np

from sandbox.evaluation.documents import not_passed
from sandbox.evaluation.rows import Row
from sandbox.specimens.attacks import SPECIES, impostor_of, make_attack, other_digits
from sandbox.specimens.documents import Document, Kind, draw_document
from sandbox.specimens.encode import reencode
from sandbox.specimens.faces import FACES
from sandbox.specimens.people import TODAY, Person, make_person
from sandbox.specimens.photograph import photograph
from sandbox.specimens.video import CONDITIONS, Challenge, Recording, make_bona_fide
from verification.checks.document.examination import examine_photo
from verification.checks.document_reference import DocumentReference
from verification.checks.finding import Outcome
from verification.checks.kinds import KIND_OF_MODEL, Side
from verification.checks.video.challenge import ChallengeSpec, Form, Gesture
from verification.checks.video.examination import VideoExamination, examine_video
from verification.thresholds import document_thresholds, video_thresholds

KINDS_CYCLE: tuple[Kind, ...] = ("cnie", "cnie", "passport", "cni", "permit")
BONA_FIDE_PER_ROUND = 4
DOCUMENTS = 48
FRAMES_A_SECOND = 10.0  # what a busy telephone records, and what can be drawn by the hundred
# Half as many of these: two depend only on what can be heard at all, two are flat pictures as the still image is.
HALF = {"wrong_digits_spoken", "too_few_digits", "printed_photo", "photo_on_screen"}
# Species that are a bona fide recording under a false claim, and which one of the round (forms alternate: the second is written).
CLAIMS = {
    "wrong_digits_written": 1,
    "wrong_digits_spoken": 0,
    "other_person": 3,
    "replayed": 2,
    "replayed_reencoded": 3,
    "no_sound": 2,
}


@dataclass(frozen=True)
class Job:
    """One recording to judge. species: empty for bona fide. number: from 0, within its species."""

    species: str
    number: int

    @property
    def id(self) -> str:
        return f"video/{self.species or 'bona_fide'}/{self.number}"


def jobs(videos: int, attacks: int, *, seed: int = 0) -> Iterator[Job]:
    """Rounds of bona fide recordings and one of each species, so that a run cut short is balanced."""
    for number in range(max(videos, attacks * BONA_FIDE_PER_ROUND)):
        if number < videos:
            yield Job("", seed + number)
        if number % BONA_FIDE_PER_ROUND == BONA_FIDE_PER_ROUND - 1 and number // BONA_FIDE_PER_ROUND < attacks:
            for species in SPECIES:
                if species not in HALF or number // BONA_FIDE_PER_ROUND % 2 == 0:
                    yield Job(species, seed + number // BONA_FIDE_PER_ROUND)


def person_of(number: int) -> Person:
    """One face after the other, and a new person with a new document each time round, `DOCUMENTS` in all."""
    number %= DOCUMENTS
    return make_person(9000 + number, face=list(FACES)[number % len(FACES)])


def document_of(person: Person) -> Document:
    return draw_document(person, KINDS_CYCLE[person.seed % len(KINDS_CYCLE)], seed=person.seed)


@cache
def accepted(person_seed: int, face: str) -> DocumentReference:
    """What the accepted photo of the front left, as in the funnel."""
    document = document_of(make_person(person_seed, face=face))
    photo = photograph(document.front, seed=person_seed)
    asked: Any = {"kind": KIND_OF_MODEL[document.kind], "side": Side.FRONT, "thresholds": document_thresholds()}
    return examine_photo(photo, **asked, typed=document.typed, today=TODAY).reference


def challenge_of(number: int, *, form: str = "") -> Challenge:
    draw = np.random.default_rng([number, 41])
    digits = "".join(str(digit) for digit in draw.choice(10, 3, replace=False))
    chosen = form or list(Form)[number % 2]
    first = float(draw.uniform(1.8, 2.2))
    second = first + float(draw.uniform(1.7, 2.0))
    third = second + float(draw.uniform(1.7, 2.0))
    return Challenge(
        digits=digits,
        form=Form(chosen),
        gesture=list(Gesture)[number // 2 % 3],
        shown_at=(round(first, 2), round(second, 2), round(third, 2)),
        gesture_at=round(third + float(draw.uniform(1.9, 2.1)), 2),
    )


def condition_of(number: int) -> tuple[str, str, str]:
    """Condition, size and file format, in proportions of their own that share no rhythm with faces and challenges."""
    draw = np.random.default_rng([number, 43])
    condition = str(draw.choice(CONDITIONS, p=[0.42, 0.16, 0.16, 0.1, 0.16]))
    size = str(draw.choice(["vga", "hd"], p=[0.9, 0.1]))
    return condition, size, str(draw.choice(["webm", "mp4", "mkv"], p=[0.6, 0.25, 0.15]))


@lru_cache(maxsize=2 * BONA_FIDE_PER_ROUND)
def bona_fide(number: int) -> Recording:
    """The recording of that number; the latest ones are kept for the claims that are made of them."""
    person = person_of(number)
    condition, size, form = condition_of(number)
    return make_bona_fide(
        person,
        challenge_of(number),
        document=document_of(person),
        seed=number,
        condition=condition,
        size=size,
        form=form,
        rate=FRAMES_A_SECOND,
    )


def make(job: Job) -> tuple[Recording, Person, dict[str, Any]]:
    """The recording, whose document it is judged with, and what was false about it."""
    if not job.species:
        recording = bona_fide(job.number)
        return recording, recording.person, {}
    if job.species in CLAIMS:
        recording = bona_fide(BONA_FIDE_PER_ROUND * job.number + CLAIMS[job.species])
        return _claimed(job, recording)
    number = 100_000 * (1 + list(SPECIES).index(job.species)) + job.number
    person = person_of(number)
    condition, size, form = condition_of(number)
    challenge = challenge_of(number, form="spoken" if job.species == "too_few_digits" else "")
    recording = make_attack(
        job.species,
        person,
        challenge,
        document=document_of(person),
        seed=number,
        condition=condition,
        size=size,
        form=form,
        rate=FRAMES_A_SECOND,
    )
    return recording, person, {}


def _claimed(job: Job, recording: Recording) -> tuple[Recording, Person, dict[str, Any]]:
    number, person, challenge = job.number, recording.person, recording.challenge
    if job.species in {"wrong_digits_written", "wrong_digits_spoken"}:
        asked = other_digits(challenge.digits, np.random.default_rng([number, 47]))
        return replace(recording, challenge=replace(challenge, digits=asked)), person, {"asked": asked}
    if job.species == "replayed":
        return replace(recording, earlier=recording.data), person, {}
    if job.species == "replayed_reencoded":
        return _sent_again(recording, number), person, {}
    if job.species == "no_sound":
        return replace(recording, data=_silenced(recording.data, recording.form)), person, {}
    return recording, impostor_of(person, number), {"impostor": person.face}


def _sent_again(recording: Recording, number: int) -> Recording:
    draw = np.random.default_rng([number, 53])
    with _opened(recording.data) as container:
        video = container.streams.video[0]
        width, height = video.width, video.height
    factor = float(draw.choice([0.6, 0.75, 0.85]))
    size = (round(width * factor / 2) * 2, round(height * factor / 2) * 2)
    form = "webm" if recording.form == "mp4" else "mp4"
    again = reencode(recording.data, form=form, size=size, rate=float(draw.choice([10, 12, 15])))
    return replace(recording, data=again, form=form, earlier=recording.data)


def _opened(data: bytes) -> Any:
    import av

    return av.open(io.BytesIO(data))


def _silenced(data: bytes, form: str) -> bytes:
    """The same pictures without the sound track."""
    import av

    out = io.BytesIO()
    with _opened(data) as source, av.open(out, "w", format={"mkv": "matroska"}.get(form, form)) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return out.getvalue()


def judge(recording: Recording, person: Person, known: Mapping[str, bytes]) -> VideoExamination:
    challenge = recording.challenge
    return examine_video(
        recording.data,
        challenge=ChallengeSpec(
            digits=challenge.digits,
            form=challenge.form,
            gesture=challenge.gesture,
            shown_at=challenge.shown_at,
        ),
        portrait=None,
        document=accepted(person.seed, person.face),
        known=lambda _signature: known,
        recorded=True,
        thresholds=video_thresholds(),
    )


def examine_job(job: Job, known: dict[str, bytes]) -> Row:
    """Make one recording and judge it against every earlier one. `known` grows by the signatures of bona fide recordings."""
    began = time.process_time()
    recording, person, notes = make(job)
    made = time.process_time() - began
    accepted(person.seed, person.face)  # its cost is the photo's
    # Everything submitted before; a claim other than a replay is a first submission of its recording.
    own = (
        f"video/bona_fide/{BONA_FIDE_PER_ROUND * job.number + CLAIMS[job.species]}" if job.species in CLAIMS else job.id
    )
    replay = recording.earlier is not None
    earlier = {name: value for name, value in known.items() if replay or name != own}
    if replay and own not in known:
        first = judge(bona_fide(BONA_FIDE_PER_ROUND * job.number + CLAIMS[job.species]), person, {})
        if first.signature is not None:
            earlier[own] = first.signature
    began = time.process_time()
    examination = judge(recording, person, earlier)
    seconds = time.process_time() - began
    if not job.species and examination.signature is not None:
        known[job.id] = examination.signature
    return {
        "id": job.id,
        "part": "videos",
        "species": job.species or "bona_fide",
        "condition": recording.condition,
        "form": recording.challenge.form,
        "gesture": recording.challenge.gesture,
        "face": person.face,
        "person": person.seed,
        "frames": recording.form,
        "outcome": str(examination.outcome),
        "accepted": all(finding.outcome is Outcome.PASS for finding in examination.findings),
        "findings": not_passed(examination),
        "scores": {f.code: round(f.score, 3) for f in examination.findings if f.score is not None},
        "seconds": round(seconds, 3),
        "made_in": round(made, 3),
        "duration": round(examination.duration, 2),
        "known": len(earlier),
        "signature": examination.signature.hex() if examination.signature and not job.species else "",
        **{name: value for name, value in notes.items() if isinstance(value, str)},
    }
