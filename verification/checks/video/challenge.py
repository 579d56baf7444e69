"""What the server asked one recording to show."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How the three digits are given."""

    SPOKEN = "spoken"
    WRITTEN = "written"


class Gesture(StrEnum):
    """Left and right are the person's own. A stored recording is not mirrored (the preview on the screen may be):

    her own left is on the picture's right, and a head turned to her left moves the nose to the picture's right.
    """

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    SHOW_DOCUMENT = "show_document"


@dataclass(frozen=True, kw_only=True)
class ChallengeSpec:
    """digits: three of 0-9. form: None takes whichever is recognised (command line only: the funnel always knows).

    shown_at: seconds from the start of the recording at which each digit appeared, or None.
    Raises ValueError when the digits are not three digits or `shown_at` does not have one rising time a digit.
    """

    digits: str
    form: Form | None
    gesture: Gesture
    shown_at: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.digits) != 3 or not (self.digits.isascii() and self.digits.isdigit()):
            raise ValueError("a challenge has three digits")
        if self.shown_at is not None and (
            len(self.shown_at) != len(self.digits)
            or list(self.shown_at) != sorted(self.shown_at)
            or self.shown_at[0] < 0
        ):
            raise ValueError("shown_at has one rising time for each digit")
