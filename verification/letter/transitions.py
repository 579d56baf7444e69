"""Every change of state of a registered letter. Nothing else writes `state`."""

from identite.transitions import Arrow
from verification.letter.models import LetterState

ARROWS: dict[str, Arrow] = {
    "notify": Arrow({LetterState.SENDING}, LetterState.NOTIFIED),
    "bounce": Arrow({LetterState.SENDING}, LetterState.BOUNCED),
    "accept": Arrow({LetterState.NOTIFIED}, LetterState.ACCEPTED),
    "refuse": Arrow({LetterState.NOTIFIED}, LetterState.REFUSED),
    "neglect": Arrow({LetterState.NOTIFIED, LetterState.SENDING}, LetterState.NEGLECTED),
}
