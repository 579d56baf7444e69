"""One person walks from the landing page to the camera: at every page, what it asks of the database and how it is written."""

import copy
import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from bench.server import Answer
from bench.walk import Person, walk
from identite.pages import PAGES
from identite.templatetags import progress

pytestmark = pytest.mark.django_db
MAX_QUERIES = 5
LOADERS = {"prepared": "identite.template_loader.Loader", "plain": "django.template.loaders.cached.Loader"}
# Drawn anew for every answer; the same one throughout a page.
CSRF = re.compile(rb'(name="csrfmiddlewaretoken" value=")(\w{64})(")')
ENDS = ["login", "password-forgotten", "password-sent", "enrollment:resume", "validity"]


class InProcess:
    """The test client where the walk expects a server. The person keeps her cookies herself."""

    def request(self, method, path, *, body=None, headers=None):
        headers = dict(headers or {})
        kind = headers.pop("Content-Type", "application/octet-stream")
        client = Client(raise_request_exception=True, headers={"Host": "localhost"})
        client.cookies.load(headers.pop("Cookie", ""))
        response = client.generic(method, path, body or b"", content_type=kind, headers=headers)
        cookies = tuple(morsel.OutputString() for morsel in response.cookies.values())
        named = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, named, response.content, cookies)


@pytest.fixture
def person(settings, django_capture_on_commit_callbacks):
    settings.MIDDLEWARE = ["bench.counter.CountQueries", *settings.MIDDLEWARE]
    return Person(InProcess())


def stops(person):
    """Every page that she meets, then those that lie beside the way."""
    seen = set()
    for start in ("/", reverse("registration:prerequisites")):
        for stop in walk(person, start):
            seen.add(urlsplit(stop.path).path)
            yield stop
    assert len(seen) > 20
    assert reverse("verification:front") in seen


def test_no_page_asks_more_than_five_questions_of_the_database(person):
    assert {stop.path: stop.queries for stop in stops(person) if stop.queries > MAX_QUERIES} == {}


def written(person, path, loader):
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["loaders"][0] = (LOADERS[loader], templates[0]["OPTIONS"]["loaders"][0][1])
    progress._side_bar.cache_clear()
    progress._stages.cache_clear()
    with override_settings(TEMPLATES=templates):
        answer = person.server.request("GET", path, headers=person.headers())
    assert len({token for _before, token, _after in CSRF.findall(answer.body)}) <= 1
    return answer.status, CSRF.sub(rb"\1\3", answer.body)


def test_every_page_is_the_same_with_and_without_prepared_templates(person, monkeypatch):
    paths = [reverse(f"page:{page.slug}") for page in PAGES] + [reverse(name) for name in ENDS] + ["/nulle-part/"]
    for path in [*(stop.path for stop in stops(person)), *paths]:
        with monkeypatch.context() as still:
            now = timezone.now()
            still.setattr(timezone, "now", lambda now=now: now)
            prepared, plain = (written(person, path, loader) for loader in LOADERS)
        assert prepared == plain, path
        assert prepared[1] or prepared[0] == 302, path
