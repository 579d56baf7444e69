"""What `make demo` starts answers, works and ends as one."""

import contextlib
import json
import os
import re
import signal
import time
import urllib.request

import httpx
import pytest

from tests.e2e import told
from tests.e2e.citizen import Citizen


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.headers, answer.read()


def test_the_web_server_is_alive_and_ready(stack):
    assert get(f"{stack.base_url}/health/live")[0] == 200
    status, _, body = get(f"{stack.base_url}/health/ready")
    assert status == 200
    assert all(json.loads(body).values())


def test_the_landing_page_asks_no_other_host_and_wants_no_index(stack):
    _, headers, body = get(f"{stack.base_url}/")
    assert b"noindex" in body or "noindex" in headers.get("X-Robots-Tag", "")
    assert b'src="http' not in body
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_a_killed_worker_is_started_again(stack):
    if stack.process is None:
        pytest.fail("This test ends the worker of a stack that it started itself: run it without --base-url.")
    parent = stack.worker_processes()[0]
    os.kill(parent, signal.SIGKILL)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        alive = stack.worker_processes()
        if alive and alive[0] != parent:
            break
        time.sleep(0.2)
    assert alive
    assert alive[0] != parent


def test_a_form_without_its_token_leaves_no_link_in_the_log(stack):
    """The end of the run reads the whole log for whatever its citizens typed and were sent (conftest.py)."""
    if stack.var is None:
        pytest.fail("This test reads the log of a stack that it started itself: run it without --base-url.")
    with contextlib.closing(Citizen(stack.base_url)) as citizen:
        citizen.enrol_until("letter-sent")
        link = citizen.letter_link()
        assert httpx.post(link, headers={"Cookie": "session=x"}).status_code == 403
        assert httpx.get(f"{link}more/").status_code == 404
        said = told.by([citizen.who], citizen.sandbox)
    log = stack.log()
    assert re.search(r"Forbidden .*/courrier/ouvrir/…", log)
    assert "Not Found: /courrier/ouvrir/…/more/" in log
    assert told.in_log(log, said) == []
    for line in (link, f"Key (email)=({citizen.email})", f"{citizen.who.first_name} a deux comptes"):
        assert told.in_log(f"{log}\n{line}", said) == [line]
