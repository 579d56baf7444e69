"""A verification whose letter was opened, its owner's browser, and a worker that is away."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.verification.capture.helpers import bearer
from tests.verification.factories import make_verification
from verification import access
from verification.capture.tasks import check_capture
from verification.models import Verification


@pytest.fixture
def verification(db: None) -> Verification:
    """Screens 22 to 25a are done: a CNI is going to be shown."""
    row = make_verification()
    now = timezone.now()
    row.confirmed_at, row.means, row.overview_seen_at = now, "visual", now
    row.shown_kind, row.conditions_read_at = "cni", now
    row.save()
    return row


@pytest.fixture
def browser(verification: Verification) -> Client:
    return bearer(verification, access.LETTER)


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The worker is away: what is queued stays queued. Gives the ids that were put in the queue."""
    queued: list[str] = []
    monkeypatch.setattr(check_capture, "apply_async", lambda *, kwargs: queued.append(kwargs["capture_id"]))
    return queued


@pytest.fixture
def send(browser: Client) -> Callable[..., Any]:
    """Post to a step as its page does."""

    def post(step: str, action: str, data: bytes | None = None, name: str = "photo.jpg", **more: Any) -> Any:
        values: dict[str, Any] = {"action": action, **more}
        if data is not None:
            values["file"] = SimpleUploadedFile(name, data)
        return browser.post(reverse(f"verification:{step}"), values)

    return post
