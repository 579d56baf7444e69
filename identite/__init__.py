"""The project, and what every room uses."""

from identite.celery import app as celery_app

__all__ = ["celery_app"]
