"""What `make demo` starts answers, works and ends as one."""

import json
import os
import signal
import time
import urllib.request

import pytest


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
