"""A citizen's browser, logged in."""

from collections.abc import Callable

import pytest
from django.test import Client

from enrollment.models import Account

Login = Callable[[Account], Client]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def login(db: None) -> Login:
    """A browser of this account; asked twice, a second browser."""

    def browser(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend=BACKEND)
        return client

    return browser
