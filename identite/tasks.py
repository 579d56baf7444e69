from celery import shared_task

from identite import sweep as sweeping


@shared_task(ignore_result=True)
def sweep() -> None:
    sweeping.sweep()
