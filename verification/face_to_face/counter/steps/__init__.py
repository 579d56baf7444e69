"""The meeting's pages, in their order. A decision may be taken early: whoever refuses need not go through all of them."""

from verification.face_to_face.counter.base import MeetingFunnel
from verification.face_to_face.counter.steps import (
    checklist,
    code,
    comparison,
    decision,
    document,
    identity,
    photos,
)

MEETING = MeetingFunnel(
    namespace="counter",
    steps=(
        code.STEP,
        identity.STEP,
        document.STEP,
        comparison.STEP,
        checklist.STEP,
        photos.STEP,
        decision.STEP,
    ),
)
