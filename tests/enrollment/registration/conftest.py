"""A visitor is a browser: cookies and nothing else."""

from collections.abc import Callable

import pytest
from django.test import Client

from enrollment.models import Registration
from enrollment.registration import cookie
from identite import tokens
from notifications.models import Message

Visitor = Callable[[Registration], Client]


@pytest.fixture
def visitor(db: None) -> Visitor:
    """A browser that has begun the given registration; asked twice, a second browser."""

    def browser(registration: Registration) -> Client:
        client = Client()
        client.cookies[cookie.COOKIE] = tokens.issue(cookie.PURPOSE, registration, seconds=3600)
        return client

    return browser


@pytest.fixture
def last_message(db: None) -> Callable[[], Message]:
    return lambda: Message.objects.order_by("-created_at")[0]
