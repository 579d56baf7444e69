"""What every test may ask for."""

import pytest
from django.apps import apps
from django.utils import timezone

from tests.clock import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time passes when the test says so: `clock.pass_(hours=30)`."""
    moved = Clock(timezone.now)
    monkeypatch.setattr(timezone, "now", moved.now)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.default == moved.true_time:  # a column that kept the function itself
                monkeypatch.setitem(vars(field), "_get_default", moved.now)
    return moved
