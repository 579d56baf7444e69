"""What one password costs: ours, and Django's default."""

import resource
import time

from django.contrib.auth.hashers import Argon2PasswordHasher

from bench.table import Report, milliseconds
from identite.hashers import Argon2Hasher

RUNS = 8


def cost(hasher: Argon2PasswordHasher) -> float:
    """Processor seconds of one hash, the smallest of several: what is left is the work itself."""
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        hasher.encode("Une phrase de passe 1", hasher.salt())
        times.append(time.process_time() - began)
    return min(times)


def measure(report: Report) -> None:
    rows = [
        (
            f"{label}: t={hasher.time_cost}, {hasher.memory_cost // 1024} MiB, p={hasher.parallelism}",
            milliseconds(cost(hasher)),
        )
        for label, hasher in (("ours", Argon2Hasher()), ("Django's default", Argon2PasswordHasher()))
    ]
    report.table(["Argon2id", "CPU"], rows)
    print(f"\nPeak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")
