"""How slow this machine is at this hour, against the one on which the budgets in seconds were set."""

from bench.passwords import cost
from identite.hashers import Argon2Hasher

ARGON2_SECONDS = (
    0.0184  # of processor, ours (`bench.passwords`), when the budgets were set: 2 cores, nothing else running
)


def slowness() -> float:
    """2.0: twice as long for the same work. The same minute decides: neighbours of a virtual machine come and go."""
    return cost(Argon2Hasher()) / ARGON2_SECONDS
