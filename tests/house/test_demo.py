"""The embedded stack: where it listens, what it keeps, when it refuses."""

import argparse
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography import x509

from tools.certificate import certificate_for
from tools.demo import Plan, Program, environment_for, plan_from, port_is_free, programs_for

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
    for name in ("DJANGO_SECRET_KEY", "DATA_KEYS", "DIGEST_KEY", "JOURNAL_KEYS"):
        monkeypatch.delenv(name, raising=False)
    first, second = environment_for(plan(tmp_path)), environment_for(plan(tmp_path))
    assert first == second
    assert len(first["DJANGO_SECRET_KEY"]) >= 50
    assert stat.S_IMODE((tmp_path / "secret.env").stat().st_mode) == 0o600
    assert environment_for(plan(tmp_path / "other"))["DATA_KEYS"] != first["DATA_KEYS"]


def test_what_an_older_version_made_gets_the_key_it_lacks_and_keeps_the_others(tmp_path, monkeypatch):
    monkeypatch.delenv("JOURNAL_KEYS", raising=False)
    monkeypatch.delenv("DIGEST_KEY", raising=False)
    (tmp_path / "secret.env").write_text("DJANGO_SECRET_KEY=a\nDATA_KEYS=k:b\nDIGEST_KEY=c=d")
    first, second = environment_for(plan(tmp_path)), environment_for(plan(tmp_path))
    assert first == second
    assert (first["DIGEST_KEY"], len(first["JOURNAL_KEYS"].split(":")[1])) == ("c=d", 44)


@pytest.mark.parametrize(("wanted", "code"), [(["JOURNAL_KEYS"], 0), (["NONSENSE"], 1)])
def test_a_key_alone_is_made_by_its_name(wanted, code):
    command = [sys.executable, "-m", "tools.secrets", *wanted]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == code
    assert run.stdout.startswith("JOURNAL_KEYS=" if code == 0 else "")
    assert len(run.stdout.splitlines()) == 1 - code


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


def test_every_program_is_one_that_is_started_again(tmp_path):
    """A beat inside the worker is its child: when it dies, the worker lives on and nothing is swept."""
    commands = {program.name: program.command for program in programs_for(plan(tmp_path))}
    assert set(commands) >= {"worker", "beat"}
    assert not any("--beat" in command or "-B" in command for command in commands.values())


PREPARED = """
import os, sys
from pathlib import Path
from tools.demo import environment_for, keep_private, plan_from, prepare
import argparse
plan = plan_from(argparse.Namespace(port=None, host=None, https=False, public_url=None, var=Path(sys.argv[1])))
keep_private(plan.var)
os.environ.update(environment_for(plan))
prepare(plan)
from django.core.files.base import ContentFile
from django.core.files.storage import storages
os.umask(0o022)  # whatever a service was started with
storages["evidence"].save("x", ContentFile(b"portrait"))
"""


def test_what_the_stack_writes_is_its_owners_alone(tmp_path):
    var = tmp_path / "var"
    var.mkdir(mode=0o755)
    environment = {"PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", PREPARED, str(var)], cwd=ROOT, env=environment, check=True)
    # Styles and scripts are everybody's: Django gives them 0644, and the folder above keeps them in.
    written = [var, *(path for path in var.rglob("*") if "static" not in path.relative_to(var).parts)]
    assert {path.name for path in written} >= {"db.sqlite3", "secret.env", "evidence"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in written if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in written if path.is_file()} == {0o600}
