"""How a verification says what became of it: one signal, sent inside the transaction that made the change.

Arguments:

- `verification`: the row, fresh;
- `event`: «open», then the names of verification.transitions.ARROWS; «photo_checked»: one that was taken at a meeting;
- `reasons`: codes that say why; of «refuse» and «turn_away» those of verification.review.reasons.

Receivers are called in this order (verification.apps, then the rooms above): the review's desk, the letter, the
appointment, the enrollment. Each may read what the ones before it wrote. One that raises undoes the change.
"""

from django.dispatch import Signal

verification_changed = Signal()
