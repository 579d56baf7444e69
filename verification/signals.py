"""How verification answers the room above it: one signal, sent inside the transaction that made the change.

Arguments: `verification` (the row, fresh) and `event`, one of the names of verification.transitions.ARROWS, or
`letter_notified`, `letter_accepted`, `letter_neglected`.
"""

from django.dispatch import Signal

verification_changed = Signal()
