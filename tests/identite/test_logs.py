"""What is logged opens no door and names nobody, whoever logs it."""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import get_resolver, reverse

from enrollment.models import Account
from identite import logs, tokens
from tests.enrollment.factories import AccountFactory
from tests.verification.factories import make_verification
from verification.letter import mails

TOKEN = "kR7xw-_3QeYbV0m1TzJt5Hc9UoGq2LsNd4PfAi6XwZE"  # noqa: S105 (the shape of one)
SECRET = [route for route in logs.routes(get_resolver().url_patterns) if "<secret:" in route]
# Parameters of addresses that anybody may know.
HARMLESS = {"/courrier/preuve/<str:code>.pdf", "/sandbox/specimens/photo/<str:side>/"}


@pytest.fixture(params=[logs.JsonFormatter, logs.PlainFormatter])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the service writes meanwhile, as production and the demo write it."""
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(request.param())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def test_every_word_in_an_address_is_a_secret_or_known_to_be_none():
    free = re.compile(r"<(?:str|path|slug):\w+>")
    ours = [route for route in logs.routes(get_resolver().url_patterns) if not route.startswith("/gestion/")]
    assert site.urls
    assert {route for route in ours if free.search(route)} == HARMLESS
    assert len(SECRET) == 5


@pytest.mark.parametrize("name", ["django.request", "django.server", "_granian", "celery.worker", "anybody"])
@pytest.mark.parametrize("route", SECRET)
def test_a_path_with_a_secret_is_masked_in_whatever_is_logged(written, route, name):
    path = re.sub(r"<\w+:\w+>", TOKEN, route)
    short = path[: path.index(TOKEN) + 30]
    logger = logging.getLogger(name)
    logger.warning("Forbidden (%s): %s", "CSRF token missing.", path)
    logger.warning("Not Found: %(path)s", {"path": f"https://example.org{short}"})
    logger.warning('"GET /connexion/?next=%s HTTP/1.1" 302', path.upper().replace("/", "%2F"))
    try:
        raise RuntimeError(path)
    except RuntimeError:
        logger.exception("broken")
    assert written.getvalue().count(logs.MASK) >= 4
    assert TOKEN[:10].lower() not in written.getvalue().lower()
    assert route.partition("<")[0] in written.getvalue()  # which page it was is still told


@pytest.mark.parametrize(
    "text",
    [
        "Key (email)=(jeanne.martin@example.org) already exists",
        "Key (mobile)=(+33639980042) already exists",
        "number 0639980042 refused",
        f"cookie {TOKEN} unknown",
        f"{{'token': '{TOKEN}'}}",
    ],
)
def test_tokens_addresses_and_numbers_are_masked_wherever_they_stand(written, text):
    logging.getLogger("django.db").error(text)
    assert logs.MASK in written.getvalue()
    assert not re.search(r"jeanne|martin|39980042|kR7xw", written.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        "message 4f0f5f2e-8f56-4a70-9f53-6a2f0d1a7c11 not sent: SMTPServerDisconnected",
        "Task notifications.tasks.deliver[d0f19779-4635-4de1-abf8-f3080433eb30] succeeded in 0.009942202000047473s: None",
        "Not Found: /courrier/means/nowhere",
    ],
)
def test_what_says_nothing_of_anybody_stays(written, text):
    logging.getLogger("celery").info(text)
    assert text in written.getvalue()


def test_an_address_is_looked_for_no_further_back_than_one_can_be_long():
    """So a long text is read in time that grows with its length alone: 32 kB of «a.a.a.» took ten seconds."""
    assert logs.mask("a." * 300 + "a@example.org") == ("a." * 300 + "a")[:-254] + logs.MASK


def test_no_logger_writes_past_the_mask():
    """Every other handler hangs on the root, where ours is the only one of the settings."""
    loggers = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    own = {one.name: one.handlers for one in loggers if any(type(h) is not logging.NullHandler for h in one.handlers)}
    assert own == {}
    assert [one.name for one in loggers if not one.propagate and not one.handlers] == []


# --- What Django logs by itself ---


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def links() -> dict[str, str]:
    """A living address of every page with a secret, by its name."""
    verification, account = make_verification(), AccountFactory()
    letter = mails.link(verification.letter).rstrip("/").rpartition("/")[2]
    return {
        reverse(name, args=[secret]): secret
        for name, secret in {
            "verification:open": letter,
            "verification:not-me": letter,
            "verification:handoff-open": tokens.issue("handoff", verification, seconds=60),
            "password-reset": tokens.issue("password-reset", account, seconds=60),
            "registration:phone-link": tokens.issue("registration-phone", account, seconds=60),
        }.items()
    }


@pytest.mark.django_db
def test_a_form_without_its_token_does_not_log_the_link(visitor, written):
    for link, secret in links().items():
        assert visitor.post(link).status_code == 403
        assert secret[-43:] not in written.getvalue()
    assert "Forbidden" in written.getvalue()
    assert "/courrier/ouvrir/" in written.getvalue()


@pytest.mark.django_db
def test_a_page_that_breaks_and_one_that_is_missing_do_not_log_the_link(visitor, written, monkeypatch):
    def broken(*arguments: Any, **more: Any) -> Account:
        raise RuntimeError(f"{arguments} {more}")

    for link, secret in links().items():
        assert visitor.get(f"{link}more/").status_code == 404
        with monkeypatch.context() as patched:
            patched.setattr("identite.crypto.hmac.new", broken)
            assert visitor.get(link).status_code == 500
        assert secret[-43:] not in written.getvalue()
    assert written.getvalue().count("Not Found") == len(SECRET)
    assert "RuntimeError" in written.getvalue()


@pytest.mark.django_db
def test_no_label_of_the_metrics_has_a_link(visitor):
    from prometheus_client import REGISTRY, generate_latest

    for link in links():
        visitor.get(link)
    counted = generate_latest(REGISTRY).decode()
    assert not [secret for secret in links().values() if secret in counted]
