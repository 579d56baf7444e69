"""The task that checks one capture. It carries an id; everything heavy is imported and loaded in the worker alone."""

import logging
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from billiard.exceptions import SoftTimeLimitExceeded
from celery import Task, shared_task
from celery.signals import worker_process_init
from django.conf import settings

from verification.capture import practice, results
from verification.capture.models import Capture, Trial
from verification.checks.finding import Finding

logger = logging.getLogger(__name__)


class CheckTask(Task):
    autoretry_for = (ConnectionError, TimeoutError)
    retry_backoff = 5  # seconds, doubling, with jitter
    max_retries = 4


@worker_process_init.connect
def load_engines(**_signal: object) -> None:
    """A worker's new process is ready before it takes its first capture: nobody waits longer than others."""
    from verification.capture.examine import load_engines  # the engines

    load_engines()


@shared_task(
    base=CheckTask,
    bind=True,
    time_limit=settings.CHECK_TIME_LIMIT_SECONDS,
    soft_time_limit=settings.CHECK_TIME_LIMIT_SECONDS - 5,
)
def check_capture(self: Task, *, capture_id: str) -> None:
    """Decode one capture once, run every check of its kind, store the findings.

    Running it twice is harmless. A passing trouble is tried again; any other one goes to an agent as `error`.
    """
    capture = results.claim(capture_id)
    if capture is None:
        return
    try:
        with memory_limit(None if self.request.is_eager else settings.CHECK_MEMORY_BYTES):
            result = _examine(capture)
    except CheckTask.autoretry_for:
        results.release(capture_id)
        raise
    except SoftTimeLimitExceeded:
        results.record_error(capture_id, "time_limit")
    except MemoryError:
        results.record_error(capture_id, "memory_limit")
    except Exception as error:
        logger.exception("check of capture %s broke", capture_id)
        results.record_error(capture_id, type(error).__name__)
    else:
        results.record_findings(capture_id, result)


@shared_task(
    base=CheckTask,
    bind=True,
    time_limit=settings.CHECK_TIME_LIMIT_SECONDS,
    soft_time_limit=settings.CHECK_TIME_LIMIT_SECONDS - 5,
)
def check_trial(self: Task, *, trial_id: str) -> None:
    """Check one practice run and delete its clip, whatever the check does; only a passing trouble is tried again."""
    trial = practice.find(trial_id)
    if trial is None:
        return
    try:
        with memory_limit(None if self.request.is_eager else settings.CHECK_MEMORY_BYTES):
            findings = _examine_trial(trial)
    except CheckTask.autoretry_for:
        raise
    except (SoftTimeLimitExceeded, MemoryError):
        findings = []
    except Exception:
        logger.exception("check of trial %s broke", trial_id)
        findings = []
    practice.record(trial, findings)


def _examine_trial(trial: Trial) -> Sequence[Finding]:
    from verification.capture.examine import examine_trial  # the engines

    return examine_trial(trial)


def _examine(capture: Capture) -> results.Result:
    from verification.capture.examine import examine  # the engines

    return examine(capture)


@contextmanager
def memory_limit(size: int | None) -> Iterator[None]:
    """Let this process take `size` bytes of address space more than it has; past that it meets MemoryError, not the machine's end."""
    if size is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + size if pages else soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
