from django.conf import settings

from identite.sweep import duty
from sandbox import reviewer


@duty
def simulated_review() -> int:
    return reviewer.review_due() if settings.SIMULATED_REVIEWER else 0
