"""What cannot be read is refused with a page of ours: its headers, its language, one line in the log."""

import io
import json
import logging
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from enrollment.models import Account
from identite import errors, logs
from identite.http import readable_types
from identite.urls import handler400, handler403, handler404, handler500  # noqa: F401 (of the addresses below)
from identite.urls import urlpatterns as real
from tests.enrollment.factories import AccountFactory

pytestmark = pytest.mark.django_db
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Language": "fr",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
FORM = "application/x-www-form-urlencoded"
LOGIN, NOWHERE = "/connexion/", "/nulle-part/"
TOO_MANY = "&".join(f"a{number}=1" for number in range(300)).encode()


def breaks(_request):
    raise RuntimeError("broken")


def overflows(_request):
    raise OverflowError("a fault of ours")


def forbids(_request):
    raise PermissionDenied("secret reason")


def too_large(request):
    return errors.too_large(request)


urlpatterns = [
    *real,
    path("breaks/", breaks),
    path("forbids/", forbids),
    path("overflows/", overflows),
    path("large/", too_large),
]


@pytest.fixture
def visitor():
    """A browser with cookies, so that forms are looked into."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies.load({"csrftoken": "a" * 32, "session": "b" * 32, "registration": "c"})
    return client


def expect_our_page(answer, status):
    assert answer.status_code == status
    assert HEADERS.items() <= answer.headers.items()
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="fr">' in answer.content.decode()
    assert f"Erreur {status}" in answer.content.decode()


def test_a_number_that_no_column_holds_is_refused(visitor):
    agent = AccountFactory(agent=True)
    client = Client(raise_request_exception=False)
    client.force_login(agent, backend=settings.AUTHENTICATION_BACKENDS[-1])
    answer = client.post(f"/gestion/enrollment/account/{agent.pk}/change/", {"groups": "9" * 400})
    assert answer.status_code < 500, "PostgreSQL knows such numbers, and says that it is no choice"
    assert Account.objects.get(pk=agent.pk).is_staff


@pytest.mark.urls(__name__)
def test_a_number_of_ours_that_is_too_large_is_a_fault_of_ours(visitor):
    assert visitor.get("/overflows/").status_code == 500


def serve(method, address, kind):
    """As the server would: the request is not even made yet when its type is looked at."""
    environ = {
        "CONTENT_LENGTH": "3",
        "CONTENT_TYPE": kind,
        "HTTP_COOKIE": f"csrftoken={'a' * 32}; session={'b' * 32}",
        "HTTP_HOST": "localhost",
        "PATH_INFO": address,
        "QUERY_STRING": "next=%ff",
        "REQUEST_METHOD": method,
        "wsgi.input": io.BytesIO(b"a=1"),
    }
    setup_testing_defaults(environ)
    started = []
    request_started.disconnect(close_old_connections)  # the test's own, in its transaction
    try:
        body = readable_types(WSGIHandler())(environ, lambda *line: started.append(line))
    finally:
        request_started.connect(close_old_connections)
    [(status, headers)] = started
    return HttpResponse(b"".join(body), status=int(status.partition(" ")[0]), headers=dict(headers))


@pytest.mark.parametrize("address", [LOGIN, NOWHERE])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "parameter",
    [
        *(f"charset={name}" for name in ("utf-16", "idna", "base64", "undefined", "rot13", "latin-1", "utf-8-sig")),
        *('charset="utf-16"', "Charset =idna", "charset=utf-8; charset=idna", "charset=utf-8charset=idna"),
        *(f"{name}*=idna''%ff" for name in ("charset", "boundary", "a")),
    ],
)
def test_another_encoding_is_refused(method, address, parameter):
    for kind in (FORM, "multipart/form-data; boundary=x", "text/plain"):
        expect_our_page(serve(method, address, f"{kind}; {parameter}"), 400)


@pytest.mark.parametrize("parameter", ["charset=utf-8", 'Charset="UTF8"', "charset=utf-8; boundary=x", "boundary=x"])
def test_our_own_encoding_is_not(parameter):
    assert serve("GET", "/", f"{FORM}; {parameter}").status_code == 200


@pytest.mark.parametrize("address", [LOGIN, NOWHERE])
@pytest.mark.parametrize(("body", "status"), [(TOO_MANY, 400), (b"a" * 3_000_000, 413)])
def test_too_much_is_refused(visitor, address, body, status):
    found = visitor.post(address, body, content_type=FORM)
    expect_our_page(
        found, 404 if address == NOWHERE and status == 400 else status
    )  # a size is refused wherever it goes


def test_a_broken_body_is_refused(visitor):
    expect_our_page(visitor.post(LOGIN, b"nothing", content_type="multipart/form-data"), 400)
    expect_our_page(visitor.post(LOGIN, b"--x\r\nContent-", content_type="multipart/form-data; boundary=x"), 403)


@pytest.mark.parametrize("redirected", [True, False])
def test_a_host_that_is_not_ours_is_refused(visitor, settings, redirected):
    settings.SECURE_SSL_REDIRECT = redirected
    visitor = Client(raise_request_exception=False)
    expect_our_page(visitor.get(LOGIN, headers={"host": "evil.example"}), 400)


@pytest.mark.parametrize(
    ("address", "status"), [("/breaks/", 500), ("/forbids/", 403), ("/large/", 413), (NOWHERE, 404)]
)
def test_every_page_of_an_error_has_its_headers(visitor, settings, address, status):
    settings.ROOT_URLCONF = __name__
    expect_our_page(visitor.get(address), status)


class Moments:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def written():
    """(lines written so far, a clock): Django's loggers, through our filter and format."""
    clock, stream = Moments(), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Refusals(clock=clock))
    handler.setFormatter(logs.JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()], clock
    root.removeHandler(handler)


def test_a_refusal_is_one_line_without_traceback(visitor, written):
    lines, _clock = written
    visitor.get(LOGIN, headers={"host": "evil.example/" + "x" * 5000})
    visitor.post(LOGIN, TOO_MANY, content_type=FORM)
    visitor.post(LOGIN, b"a" * 3_000_000, content_type=FORM)
    assert [line["logger"].rpartition(".")[2] for line in lines()] == [
        "DisallowedHost",
        "TooManyFieldsSent",
        "RequestDataTooBig",
    ]
    assert all("exception" not in line for line in lines())
    assert all(len(line["event"]) <= logs.REFUSAL_CHARACTERS for line in lines())


def test_a_flood_of_refusals_is_a_line_a_second(visitor, written):
    lines, clock = written
    for _number in range(50):
        visitor.get(NOWHERE)
    assert [line["event"] for line in lines()] == ["Not Found: /nulle-part/"]
    clock.now += 1
    visitor.get(NOWHERE)
    assert lines()[1]["event"] == "Not Found: /nulle-part/ (and 49 alike before)"
    visitor.post(LOGIN, TOO_MANY, content_type=FORM)
    assert len(lines()) == 3, "another kind does not wait for this one"


def test_our_own_failures_are_logged_whole(visitor, written, settings):
    settings.ROOT_URLCONF = __name__
    lines, _clock = written
    for _number in range(3):
        visitor.get("/breaks/")
    assert ["RuntimeError: broken" in line["exception"] for line in lines()] == [True] * 3


def test_the_console_is_filtered(settings):
    assert "refusals" in settings.LOGGING["handlers"]["console"]["filters"]
    assert settings.LOGGING["filters"]["refusals"] == {"()": "identite.logs.Refusals"}
