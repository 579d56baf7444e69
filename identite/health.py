"""`/health/live`: the process answers. `/health/ready`: it can do its work (database, queue, room on the disk)."""

from celery.exceptions import OperationalError as QueueError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from identite import space
from identite.celery import app


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503 names what is missing, without any detail of the installation."""
    found = {"database": _database(), "queue": _queue(), "disk": not space.is_short()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _database() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _queue() -> bool:
    try:
        with app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=2)
        return True
    except (OperationalError, QueueError, OSError):
        return False
