"""What every test may ask for."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.utils import timezone

from identite import anchors
from tests.clock import Clock


@pytest.fixture(autouse=True)
def _no_anchors_of_another_journal() -> Iterator[None]:
    """The database forgets after each test; so do the files that remember it."""
    yield
    for number in anchors.stored():
        storages["anchors"].delete(anchors.path_of(number))


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
