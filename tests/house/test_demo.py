"""The embedded stack: where it listens, what it keeps, when it refuses."""

import argparse
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography import x509

from tools.certificate import certificate_for
from tools.demo import Plan, Program, environment_for, plan_from, port_is_free

ROOT = Path(__file__).resolve().parents[2]


def plan(tmp_path, **given):
    defaults = {"port": None, "host": None, "https": False, "public_url": None, "var": tmp_path}
    return plan_from(argparse.Namespace(**defaults | given))


def test_without_options_it_listens_on_this_machine_only(tmp_path):
    chosen = plan(tmp_path)
    assert (chosen.host, chosen.port, chosen.public_url) == ("127.0.0.1", 8000, "http://localhost:8000")


def test_a_public_address_opens_it_to_other_machines(tmp_path, monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS")
    chosen = plan(tmp_path, https=True, public_url="https://192.168.1.20:8443/")
    assert (chosen.host, chosen.port, chosen.public_url) == ("0.0.0.0", 8443, "https://192.168.1.20:8443")  # noqa: S104
    assert "192.168.1.20" in environment_for(chosen)["ALLOWED_HOSTS"].split(",")


def test_the_keys_are_made_once_and_readable_by_their_owner_only(tmp_path, monkeypatch):
    for name in ("DJANGO_SECRET_KEY", "DATA_KEYS", "DIGEST_KEY"):
        monkeypatch.delenv(name, raising=False)
    first, second = environment_for(plan(tmp_path)), environment_for(plan(tmp_path))
    assert first == second
    assert len(first["DJANGO_SECRET_KEY"]) >= 50
    assert stat.S_IMODE((tmp_path / "secret.env").stat().st_mode) == 0o600
    assert environment_for(plan(tmp_path / "other"))["DATA_KEYS"] != first["DATA_KEYS"]


def test_a_taken_port_is_refused_with_a_way_out(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not port_is_free("127.0.0.1", port)
        command = [sys.executable, "-m", "tools.demo", "--port", str(port), "--var", str(tmp_path)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert f"Port {port} is taken" in run.stdout
    assert f"PORT={port + 1}" in run.stdout


@pytest.mark.parametrize("host", ["192.168.1.20", "poste.example"])
def test_the_certificate_names_the_public_host_and_is_kept(tmp_path, host):
    paths = certificate_for(f"https://{host}:8443", tmp_path)
    certificate = x509.load_pem_x509_certificate(paths[0].read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert host in [str(name.value) for name in names]
    assert certificate_for(f"https://{host}:8443", tmp_path) == paths
    assert x509.load_pem_x509_certificate(paths[0].read_bytes()) == certificate


def test_another_public_host_gets_another_certificate(tmp_path):
    first = certificate_for("https://192.168.1.20:8443", tmp_path)[0].read_bytes()
    assert certificate_for("https://192.168.1.21:8443", tmp_path)[0].read_bytes() != first


def test_a_program_that_dies_starts_again_and_one_that_keeps_dying_does_not():
    program = Program("worker", [sys.executable, "-c", "raise SystemExit(3)"])
    program.start()
    answers = []
    for _ in range(6):
        program.process.wait(timeout=10)
        answers.append(program.keep_alive())
    assert answers == [True] * 5 + [False]


CHILD_OF_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def runs(pid: int) -> bool:
    """A process that has ended may stay listed (Z) until its new parent has noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_ending_a_program_ends_what_it_started():
    program = Program("web server", [sys.executable, "-c", CHILD_OF_A_CHILD])
    program.process = subprocess.Popen(program.command, stdout=subprocess.PIPE, start_new_session=True)
    with program.process.stdout as output:
        child = int(output.readline())
    assert runs(child)
    program.ask_to_end()
    program.wait_for_end(until=0)
    until = time.monotonic() + 5
    while runs(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not runs(child)


def test_the_plan_says_where_it_answers_on_this_machine(tmp_path):
    assert Plan("0.0.0.0", 8443, "https://x", tmp_path, https=True).local_url == "https://127.0.0.1:8443"  # noqa: S104
