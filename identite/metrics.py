"""What a running service tells Prometheus: requests and tasks counted where they happen, gauges read when asked for.

Each process counts into files of its own below METRICS_DIR, in one folder a machine (process numbers repeat on the
next); `manage.py serve_metrics` adds them up. Rooms add gauges in their `metrics.py`. No label names a person.
"""

import time
from collections.abc import Callable, Iterator
from glob import glob
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import autodiscover_modules
from prometheus_client import CollectorRegistry, Histogram, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

TASK_SECONDS = Histogram(
    "identite_task_seconds",
    "Duration of a task, by name and how it ended",
    ["task", "state"],
    buckets=(0.01, 0.05, 0.2, 0.5, 1, 2, 4, 8, 15, 30, 60, 120),
)
_GAUGES: dict[str, tuple[str, Callable[[], float]]] = {}
_begun: dict[str, float] = {}


def gauge(name: str, meaning: str) -> Callable[[Callable[[], float]], Callable[[], float]]:
    """Register a function whose number is read from the database at each scrape."""

    def register(function: Callable[[], float]) -> Callable[[], float]:
        _GAUGES[f"identite_{name}"] = (meaning, function)
        return function

    return register


@task_prerun.connect
def _task_begins(task_id: str, **_signal: Any) -> None:
    _begun[task_id] = time.monotonic()


@task_postrun.connect
def _task_ends(task_id: str, task: Any, state: str | None = None, **_signal: Any) -> None:
    begun = _begun.pop(task_id, None)
    if begun is not None:
        TASK_SECONDS.labels(task.name, state or "unknown").observe(time.monotonic() - begun)


class Counted:
    """The counters of all processes, living and dead, of all machines that share METRICS_DIR."""

    def collect(self) -> Iterator[Metric]:
        yield from MultiProcessCollector.merge(glob(f"{settings.METRICS_DIR}/*/*.db"))


class Gauges:
    """What the rooms' functions say now. `identite_database_up` is 0 when the database does not answer."""

    def collect(self) -> Iterator[Metric]:
        up = 1.0
        try:
            for name, (meaning, function) in sorted(_GAUGES.items()):
                yield GaugeMetricFamily(name, meaning, value=function())
        except DatabaseError:
            up = 0.0
        finally:
            connection.close()  # each scrape has a thread, and so a connection, of its own
        yield GaugeMetricFamily("identite_database_up", "Does the database answer?", value=up)


def registry() -> CollectorRegistry:
    autodiscover_modules("metrics")
    collectors = CollectorRegistry(auto_describe=False)
    for collector in (Counted(), Gauges()):
        collectors.register(collector)
    return collectors
