from dataclasses import replace

import numpy as np
import pytest

from sandbox.specimens.documents import draw_document
from sandbox.specimens.people import make_person
from sandbox.specimens.scene import Script
from tests.verification.checks.video import clips
from verification.checks.document_reference import DocumentReference
from verification.checks.finding import Finding, Outcome
from verification.checks.video.shown_document import check_document
from verification.checks.video.track import follow_person

LIMITS = clips.LIMITS


def judged(document: DocumentReference | None, shown: np.ndarray | None) -> Finding:
    script = Script(held=[clips.held(shown, 2.0, 5.0)] if shown is not None else [])
    samples = clips.samples(clips.pictures(6.0, script=script))
    return check_document(samples, follow_person(samples, LIMITS), document, LIMITS)


def front(seed: int = 3) -> np.ndarray:
    return np.asarray(clips.document(seed).front.convert("RGB"))


def without_portrait(document: DocumentReference) -> DocumentReference:
    return replace(document, portrait=None)


def test_the_accepted_document_is_recognised_by_its_portrait():
    finding = judged(clips.reference(), front())
    assert (finding.code, finding.outcome) == ("video.document", Outcome.PASS)
    assert finding.evidence["portrait_distance"] <= LIMITS.same_person_max
    x, y, width, height = finding.evidence["box"]
    assert 180 < x < 300
    assert 200 < y < 340
    assert width > height > 150


def test_the_accepted_document_is_recognised_by_its_words_when_there_is_no_portrait():
    finding = judged(without_portrait(clips.reference()), front())
    assert finding.outcome is Outcome.PASS
    assert len(finding.evidence["words"]) >= 2


def test_another_document_of_the_same_kind_is_not_the_accepted_one():
    stranger = draw_document(make_person(8, face=clips.NAME), "cnie", seed=8)
    # The same portrait would be the same person: here only what is printed beside it can tell.
    finding = judged(without_portrait(clips.reference()), np.asarray(stranger.front.convert("RGB")))
    assert finding.outcome is Outcome.REFER


def test_a_document_with_the_portrait_of_somebody_else_is_named():
    far = np.array(clips.reference().portrait)
    far[0] += 0.9
    finding = judged(replace(clips.reference(), portrait=far, words=()), front())
    assert (finding.code, finding.outcome) == ("video.other_document", Outcome.REFER)


def test_without_a_document_in_the_picture_a_new_try_is_asked():
    finding = judged(clips.reference(), None)
    assert (finding.code, finding.outcome) == ("video.document_unseen", Outcome.FAIL)


def test_without_an_accepted_photo_an_agent_looks():
    finding = judged(None, front())
    assert (finding.code, finding.outcome) == ("video.no_document", Outcome.REFER)


@pytest.mark.parametrize("crop", [None, b"", b"no picture"])
def test_a_photo_that_left_nothing_to_compare_is_for_an_agent(crop):
    finding = judged(DocumentReference(crop=crop), front())
    assert (finding.code, finding.outcome) == ("video.no_document", Outcome.REFER)


@pytest.mark.parametrize(
    ("shown", "code", "outcome"),
    [
        (True, "video.document", Outcome.PASS),
        (False, "video.document_unseen", Outcome.FAIL),
    ],
)
def test_when_only_the_portrait_is_known_the_small_face_on_the_card_is_looked_for(shown, code, outcome):
    finding = judged(DocumentReference(portrait=clips.reference().portrait), front() if shown else None)
    assert (finding.code, finding.outcome) == (code, outcome)
