from django.conf import settings

from identite.sweep import Whose, duty, everybody
from sandbox import drawn, reviewer


@duty
def simulated_review(whose: Whose = everybody) -> int:
    return reviewer.review_due(whose) if settings.SIMULATED_REVIEWER else 0


@duty
def forget_specimens(whose: Whose = everybody) -> int:
    """What was drawn for testers is drawn again when somebody asks. Belongs to nobody."""
    return drawn.forget_old() if whose is everybody else 0
