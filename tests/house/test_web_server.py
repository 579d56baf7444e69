"""The web server as it is started: slow clients and killed processes beside people who read pages."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tools.secrets import fresh_keys

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
THREADS = 1
HEAD = b"POST /connexion/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def page(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=20) as answer:
        return answer.status


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers(pid):
    """The server's processes that answer; the one that only counts shared memory is none."""
    return [child for child in children(pid) if b"tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """(port, pid of the parent) of two workers with one thread each, whose bodies may be silent for two seconds."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    environment |= fresh_keys() | {"WEB_THREADS": str(THREADS), "BODY_GRACE_SECONDS": "2", "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen([sys.executable, "-m", "tools.web", "--port", str(port)], cwd=ROOT, env=environment)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                page(port)
                break
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def connections(port, count, start):
    found = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(count)]
    for connection in found:
        connection.sendall(start)
    return found


def rest_of(connection):
    with contextlib.suppress(ConnectionResetError):
        return b"".join(iter(lambda: connection.recv(65_536), b""))
    return b""


def test_slow_bodies_and_half_heads_hold_nobody_up_and_end(server):
    port, _ = server
    slow = connections(port, 50, HEAD % 1000 + b"\r\nx")
    half = connections(port, 100, b"GET / HTTP/1.1\r\nHost: 127")
    assert page(port) == 200
    assert all(b" 408 " in rest_of(connection) for connection in slow)
    for connection in half:
        rest_of(connection)  # ends: the server closed it
    for connection in slow + half:
        connection.close()


def test_a_body_above_the_limit_is_refused_whether_it_is_sent_or_not(server):
    port, _ = server
    (connection,) = connections(port, 1, HEAD % 46_000_000 + b"\r\n")
    assert b" 413 " in rest_of(connection)
    connection.close()


def test_a_head_above_the_limit_is_refused(server):
    port, _ = server
    (connection,) = connections(port, 1, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 100_000)
    assert rest_of(connection).split(b" ")[1:2] in ([b"431"], [])
    connection.close()
    assert page(port) == 200


def test_a_handshake_of_a_web_socket_is_a_page_like_any_other(server):
    port, _ = server
    start = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    start += b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    (connection,) = connections(port, 1, start)
    assert b" 200 " in connection.recv(65_536).partition(b"\r\n")[0]
    connection.close()


def test_one_killed_process_leaves_another_that_answers_and_comes_back(server):
    port, parent = server
    until = time.monotonic() + START_SECONDS
    while len(workers(parent)) < 2:
        time.sleep(0.1)
    killed = workers(parent)[0]
    os.kill(killed, signal.SIGKILL)
    answered = 0
    while len(set(workers(parent)) - {killed}) < 2:
        with contextlib.suppress(ConnectionResetError, urllib.error.URLError):  # what it had taken and not answered
            answered += page(port) == 200
        assert time.monotonic() < until
    assert answered > 0
    assert page(port) == 200
