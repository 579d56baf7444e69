"""What travels: cookies that only this host sets, HTTPS only in production, Django's own checks for a deployment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from identite import cookies
from tools.secrets import fresh_keys

ROOT = Path(__file__).resolve().parents[2]
PAGES = """
import django
django.setup()
from django.conf import settings
from django.test import Client
client = Client(headers={"Host": "identite.example"})
plain, secure = client.get("/"), client.get("/health/live", secure=True)
print(plain.status_code, plain.headers["Location"])
print(client.get("/health/live").status_code, secure.headers["Strict-Transport-Security"])
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.COOKIE_PREFIX)
"""


@pytest.fixture
def production(tmp_path):
    """Runs a command of Python with the settings of production."""
    given = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "identite.settings"}
    given |= {"PRODUCTION": "1", "PUBLIC_URL": "https://identite.example", "ALLOWED_HOSTS": "identite.example"}
    given |= {"BEHIND_TLS_PROXY": "1", "CELERY_BROKER_URL": "memory://", "STATIC_ROOT": str(tmp_path), **fresh_keys()}

    def run(*command: str) -> str:
        done = subprocess.run(  # noqa: S603  (this project's own command)
            [sys.executable, *command], cwd=ROOT, env=given, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_django_finds_nothing_to_say_about_the_deployment(production):
    assert "no issues" in production("manage.py", "check", "--deploy", "--fail-level", "WARNING")


def test_plain_http_is_sent_to_https_and_the_machine_itself_may_ask_for_its_health(production):
    moved, health, names = production("-W", "ignore::UserWarning", "-c", PAGES).splitlines()
    assert moved == "301 https://identite.example/"
    assert health == "200 max-age=31536000; includeSubDomains"
    assert names == "__Host-session __Host-csrftoken __Host-"


def test_over_https_no_neighbour_can_set_our_cookies(settings):
    settings.HTTPS, settings.COOKIE_PREFIX = True, "__Host-"
    response = HttpResponse()
    cookies.put(response, "registration", "token", seconds=60)
    (cookie,) = response.cookies.values()
    assert cookie.OutputString().startswith("__Host-registration=token; ")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    request = HttpRequest()
    request.COOKIES = {"registration": "planted", "__Host-registration": "token"}
    assert cookies.read(request, "registration") == "token"
    cookies.drop(response, "registration")
    (gone,) = response.cookies.values()
    assert (gone["max-age"], gone["secure"], gone["path"]) == (0, True, "/")


def test_without_tls_the_names_are_bare(client: Client, db):
    client.get("/connexion/")
    assert set(client.cookies) == {"csrftoken"}
