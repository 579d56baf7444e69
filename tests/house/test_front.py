"""deploy/nginx.conf: what production lets in, tried with a real nginx before a web server that says what it got, and before ours."""

import contextlib
import http.client
import http.server
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.urls import get_resolver

from tools.certificate import certificate_for
from tools.secrets import fresh_keys
from tools.services import need, program

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = (ROOT / "deploy" / "nginx.conf").read_text()
START_SECONDS = 60
SLOW, HALF = 50, 400
HOST = "localhost"
ANYBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the certificate is made here
ANYBODY.check_hostname, ANYBODY.verify_mode = False, ssl.CERT_NONE


def views(resolver, before=""):
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from views(entry, address)
        else:
            yield f"/{address}", getattr(entry.callback, "view_class", None)


def test_large_bodies_go_where_files_are_taken_and_nowhere_else():
    (written,) = re.findall(r"location ~ (\^/\(courrier\S+)", CONFIGURATION)
    taking = {address for address, view in views(get_resolver()) if getattr(view, "upload_max_bytes", 0)}
    assert taking
    assert {address for address, _ in views(get_resolver()) if re.match(written, address)} == taking


# --- nginx ---


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_for(port, process):
    until = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)


@contextlib.contextmanager
def ended(process):
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextlib.contextmanager
def front(folder, web):
    """nginx before the web server on that port, with the paths and ports of the containers replaced. Yields (http, https)."""
    need("nginx")
    certificate, key = certificate_for(f"https://{HOST}", folder / "tls")
    plain, secure, health = free_port(), free_port(), free_port()
    (folder / "static").mkdir(exist_ok=True)
    (folder / "static" / "page.0123456789ab.css").write_text("p {}")
    (folder / "front").symlink_to(ROOT / "deploy" / "pages")
    replaced = {
        " /tmp/": f" {folder}/",  # first: the others may stand below it
        "/etc/nginx/tls/fullchain.pem": certificate,
        "/etc/nginx/tls/privkey.pem": key,
        "listen 8080": f"listen 127.0.0.1:{plain}",
        "listen 8443": f"listen {secure}",
        "127.0.0.1:8081": f"127.0.0.1:{health}",
        "web:8000": f"127.0.0.1:{web}",
        "root /srv": f"root {folder}",
    }
    text = CONFIGURATION
    for container, here in replaced.items():
        assert container in text
        text = text.replace(container, str(here))
    if os.geteuid() == 0:
        text = f"user root;\n{text}"  # the folders of this test are root's own
    (folder / "nginx.conf").write_text(text)
    command = [program("nginx"), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with ended(subprocess.Popen(command)) as process:
        wait_for(secure, process)
        yield plain, secure


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the head that it got."""

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *args):
        pass


def exchange(port, method, path, *, body=None, headers=None, source="127.0.0.1"):
    """(status, headers, body) over TLS."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=ANYBODY, source_address=(source, 0))
    with contextlib.closing(connection):
        connection.request(method, path, body=body, headers={"Host": HOST, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    """(port of the front's HTTP, of its HTTPS) before a server that tells what it got."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with front(tmp_path_factory.mktemp("echo"), server.server_port) as ports:
        yield ports
    server.shutdown()
    server.server_close()


@pytest.mark.services
def test_the_web_server_hears_the_client_s_address_from_the_front_alone(echo):
    _, secure = echo
    lies = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "other.example",
        "Forwarded": "for=10.0.0.1",
        "X_Forwarded_For": "10.0.0.1",
    }
    status, _, body = exchange(secure, "GET", "/", headers=lies, source="127.0.0.9")
    heard = [(name, value) for name, value in json.loads(body) if "forwarded" in name]
    assert status == 200
    assert sorted(heard) == [("x-forwarded-for", "127.0.0.9"), ("x-forwarded-proto", "https")]


@pytest.mark.services
@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/connexion/", 60_000, 200),
        ("/connexion/", 70_000, 413),
        ("/courrier/front/autre/", 70_000, 413),
        ("/courrier/front/", 15_000_000, 200),
        ("/courrier/video/", 46 * 1024 * 1024, 413),
    ],
)
def test_bodies_are_as_large_as_their_page_takes(echo, path, size, status):
    _, secure = echo
    found, _, body = exchange(secure, "POST", path, body=bytes(size))
    assert found == status
    assert status == 200 or "<h1>Cet envoi est trop volumineux</h1>" in body.decode()


@pytest.mark.services
def test_plain_http_is_sent_to_https(echo):
    plain, _ = echo
    connection = http.client.HTTPConnection("127.0.0.1", plain, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/connexion/?a=1", headers={"Host": HOST})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/connexion/?a=1")


@pytest.mark.services
def test_static_files_are_the_front_s_and_their_names_change_with_them(echo):
    _, secure = echo
    status, headers, body = exchange(secure, "GET", "/static/page.0123456789ab.css")
    assert (status, body) == (200, b"p {}")
    assert "immutable" in headers["Cache-Control"]
    assert exchange(secure, "GET", "/static/other.css")[0] == 404


@pytest.mark.services
def test_no_line_of_the_front_has_a_link(tmp_path, capfd):
    """A web server that is away and a visitor who is too fast would be logged with the whole address."""
    with front(tmp_path, free_port()) as (_, secure):
        connection = http.client.HTTPSConnection("127.0.0.1", secure, timeout=30, context=ANYBODY)
        answers = set()
        with contextlib.closing(connection):  # one for all: a slow machine is too fast a visitor as well
            for _time in range(600):
                connection.request("GET", "/courrier/ouvrir/living-link/", headers={"Host": HOST})
                answer = connection.getresponse()
                answer.read()
                answers.add(answer.status)
    assert answers >= {429, 502}
    assert "living-link" not in "".join(capfd.readouterr())


@pytest.mark.services
def test_a_web_server_that_is_away_has_a_page(tmp_path):
    with front(tmp_path, free_port()) as (_, secure):
        status, _, body = exchange(secure, "GET", "/")
    assert status == 502
    assert "<h1>Le service est momentanément indisponible</h1>" in body.decode()


# --- nginx and our web server ---


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Port of the front's HTTPS, before the web server with one thread in each of two processes."""
    web, folder = free_port(), tmp_path_factory.mktemp("service")
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "ALLOWED_HOSTS": HOST, "LOG_LEVEL": "ERROR"}
    environment |= fresh_keys() | {"WEB_THREADS": "1", "BEHIND_TLS_PROXY": "1", "TRUSTED_PROXIES": "1"}
    command = [sys.executable, "-m", "tools.web", "--port", str(web)]
    with ended(subprocess.Popen(command, cwd=ROOT, env=environment)) as process:
        wait_for(web, process)
        with front(folder, web) as (_, secure):
            yield secure


def tls(port, start):
    """A connection from this machine that has sent `start`."""
    connection = ANYBODY.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=60))
    connection.sendall(start)
    return connection


def rest_of(connection):
    with contextlib.suppress(OSError):
        return b"".join(iter(lambda: connection.recv(65_536), b""))
    return b""


@pytest.mark.services
def test_slow_bodies_and_half_heads_hold_nobody_up_and_end(service):
    body = f"POST /connexion/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\nx".encode()
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(tls(service, body)) for _ in range(SLOW)]
        half = [stack.enter_context(tls(service, b"GET / HTTP/1.1\r\nHost: loc")) for _ in range(HALF)]
        assert exchange(service, "GET", "/health/live")[0] == 200
        # More of one address are sent away; others are answered.
        crowd = [stack.enter_context(tls(service, body)) for _ in range(SLOW)]
        assert exchange(service, "GET", "/health/live", source="127.0.0.9")[0] == 200
        answers = [rest_of(connection).split(b" ")[1:2] for connection in slow + crowd]
        assert answers.count([b"408"]) >= SLOW
        assert answers.count([b"429"]) > 0
        for connection in half:
            rest_of(connection)  # ends: the front closed it
