"""The embedded stack: two web servers on one port, one worker and its beat over SQLite and a folder, started and ended together.

    python -m tools.demo [--port 8000] [--https] [--public-url URL] [--var var]

Everything it writes lies below --var: database, keys, files, queue, certificate. A variable of the environment wins
over what this command would choose: DATABASE_URL and CELERY_BROKER_URL make the same stack run on PostgreSQL and Redis.
"""

import argparse
import contextlib
import hashlib
import io
import os
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tools.certificate import certificate_for
from tools.secrets import fresh_keys

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60  # a server that does not answer by then will not
END_SECONDS = 15  # what a request or a check may still take when the stack ends
RESTARTS_PER_MINUTE = 5  # a process that dies more often than that is broken


@dataclass(frozen=True)
class Plan:
    """Where the stack listens and lives."""

    host: str
    port: int
    public_url: str
    var: Path
    https: bool = False

    @property
    def local_url(self) -> str:
        return f"{'https' if self.https else 'http'}://127.0.0.1:{self.port}"


@dataclass
class Program:
    """A process that is kept alive until the stack ends."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches this command alone, which then ends its programs in order.
        self.process = subprocess.Popen(self.command, cwd=ROOT, start_new_session=True)

    def keep_alive(self) -> bool:
        """Start the program again when it has died. Returns False when it dies again and again."""
        if self.process is None or self.process.poll() is None:
            return True
        now = time.monotonic()
        self.deaths = [moment for moment in self.deaths if now - moment < 60] + [now]
        if len(self.deaths) > RESTARTS_PER_MINUTE:
            return False
        say(f"The {self.name} ended with code {self.process.returncode}; it starts again.")
        self.end_children()
        self.start()
        return True

    def end_children(self) -> None:
        """What a killed parent left behind holds the port and the memory."""
        assert self.process is not None  # noqa: S101 (only called once started; tells the type checker)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_for_end(self, until: float) -> None:
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=max(0.1, until - time.monotonic()))
        self.end_children()
        self.process.wait()


def say(text: str) -> None:
    print(text, flush=True)


def plan_from(arguments: argparse.Namespace) -> Plan:
    """Who asks for a public address wants other machines to reach it; otherwise only this one does."""
    public = urlsplit(arguments.public_url) if arguments.public_url else None
    https = arguments.https or (public is not None and public.scheme == "https")
    port = arguments.port or (public.port if public else None) or (8443 if https else 8000)
    scheme = "https" if https else "http"
    public_url = arguments.public_url.rstrip("/") if arguments.public_url else f"{scheme}://localhost:{port}"
    local = urlsplit(public_url).hostname in {"localhost", "127.0.0.1", "::1"}
    host = arguments.host or ("127.0.0.1" if local else "0.0.0.0")  # noqa: S104 (asked for with the public address)
    return Plan(host=host, port=port, public_url=public_url, var=arguments.var.resolve(), https=https)


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def read_or_make_keys(path: Path) -> dict[str, str]:
    """The keys outlive the process: without them nothing that was stored can be read again."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    text = path.read_text()
    kept = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    # Also what a version made before this one did not know.
    if missing := {name: value for name, value in fresh_keys().items() if name not in kept}:
        with path.open("a") as file:
            file.write("" if text.endswith("\n") or not text else "\n")
            file.writelines(f"{name}={value}\n" for name, value in missing.items())
    return kept | missing


def keep_private(var: Path) -> None:
    """What is written below `var` from now on, by this process and all that it starts, is its owner's alone."""
    os.umask(0o077)
    var.mkdir(parents=True, exist_ok=True)
    var.chmod(0o700)


def environment_for(plan: Plan) -> dict[str, str]:
    hosts = dict.fromkeys(["localhost", "127.0.0.1", "[::1]", urlsplit(plan.public_url).hostname or "localhost"])
    chosen = {
        "DJANGO_SETTINGS_MODULE": "identite.settings",
        "SANDBOX": "1",
        "ALLOWED_HOSTS": ",".join(hosts),
        "PUBLIC_URL": plan.public_url,
        "VAR_DIR": str(plan.var),
        "STATIC_ROOT": str(plan.var / "static"),
        "OMP_NUM_THREADS": "1",  # the workers are the parallelism; an engine that takes every core slows them all
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker",  # as root: a demo in a container has no other user
        **read_or_make_keys(plan.var / "secret.env"),
    }
    return chosen | {name: os.environ[name] for name in chosen if os.environ.get(name)}


def fingerprint(paths: Iterator[Path]) -> str:
    """Changes when a file is added, removed or written."""
    total = hashlib.sha256()
    for path in sorted(paths):
        status = path.stat()
        total.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def static_files() -> Iterator[Path]:
    folders = [ROOT / "static", *ROOT.glob("*/static")]
    return (path for folder in folders for path in folder.rglob("*") if path.is_file())


def prepare(plan: Plan) -> str:
    """Bring database, static files and demo people up to date, in this process. Returns who can log in with what."""
    import django
    from django.core.management import call_command, get_commands
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    stamp, wanted = plan.var / "static.stamp", fingerprint(static_files())
    if not stamp.exists() or stamp.read_text() != wanted:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(wanted)
    output = io.StringIO()
    if "load_demo" in get_commands():
        call_command("load_demo", stdout=output)
    connections.close_all()  # this process only watches from now on
    return textwrap.dedent(output.getvalue()).strip()


def programs_for(plan: Plan) -> list[Program]:
    python = sys.executable
    # Two of one process each: whichever of the four is killed, another one answers.
    web = [python, "-m", "tools.web", "--host", plan.host, "--port", str(plan.port), "--workers", "1"]
    if plan.https:
        certificate, key = certificate_for(plan.public_url, plan.var / "tls")
        web += ["--certificate", str(certificate), "--key", str(key)]
    celery = [python, "-m", "celery", "--app", "identite", "--quiet"]
    worker = [*celery, "worker", "--pool", "prefork", "--loglevel", "warning"]
    worker += ["--concurrency", os.environ.get("WORKER_CONCURRENCY", "2")]
    # Not inside the worker, which would not start it again when it dies: then nothing is swept any more.
    beat = [*celery, "beat", "--pidfile=", "--loglevel", "warning"]
    programs = {"web server": web, "second web server": web, "worker": worker, "beat": beat}
    return [Program(name, command) for name, command in programs.items()]


def answers(plan: Plan) -> bool:
    context = ssl.create_default_context() if plan.https else None
    if context is not None:  # its own certificate, on its own loopback
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(f"{plan.local_url}/health/live", timeout=2, context=context):  # noqa: S310 (http)
            return True
    except urllib.error.HTTPError:
        return False
    except OSError:
        return False


def wait_until_ready(plan: Plan, programs: list[Program]) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if answers(plan):
            return True
        if any(program.process is not None and program.process.poll() is not None for program in programs):
            return False
        time.sleep(0.05)
    return False


def welcome(plan: Plan, logins: str) -> str:
    from django.urls import reverse

    addresses = {
        "Service": "/",
        "Agents": reverse("admin:index"),
        "Counter": reverse("counter:today"),
        "Testers": "/sandbox/",
    }
    lines = [f"{name:<9} {plan.public_url}{path}" for name, path in addresses.items()]
    lines += ["", *logins.splitlines(), ""] if logins else [""]
    lines += [f"Ctrl-C ends it; what was entered stays in {plan.var}"]
    return "\n" + "\n".join(f"  {line}".rstrip() for line in lines)


def run(plan: Plan, logins: str) -> int:
    """Start the programs, keep them alive, end them at Ctrl-C or SIGTERM. Returns the exit code."""
    ending = False

    def end(signum: int, frame: object) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    programs = programs_for(plan)
    broken = False
    try:
        for program in programs:
            program.start()
        if not wait_until_ready(plan, programs):
            if not ending:
                say("The stack did not start; the lines above say why.")
            return 0 if ending else 1
        say(welcome(plan, logins))
        while not ending and not broken:
            time.sleep(0.2)
            broken = not all(program.keep_alive() for program in programs)
        say("A program keeps dying; the stack ends." if broken else "\nThe stack ends …")
        return 1 if broken else 0
    finally:
        for program in programs:
            program.ask_to_end()
        until = time.monotonic() + END_SECONDS
        for program in programs:
            program.wait_for_end(until)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--port", type=int, help="where to listen; 8000, or the port of --public-url")
    parser.add_argument("--host", help="address to listen on; this machine only, unless --public-url names another")
    parser.add_argument("--https", action="store_true", help="serve TLS with a certificate made here")
    parser.add_argument("--public-url", help="how browsers reach it, for example https://192.168.1.20:8443")
    parser.add_argument("--var", type=Path, default=Path(os.environ.get("VAR_DIR") or ROOT / "var"))
    plan = plan_from(parser.parse_args())
    if not port_is_free(plan.host, plan.port):
        say(f"Port {plan.port} is taken by another program. Choose another: make demo PORT={plan.port + 1}")
        return 2
    keep_private(plan.var)
    os.environ.update(environment_for(plan))
    logins = prepare(plan)
    return run(plan, logins)


if __name__ == "__main__":
    sys.exit(main())
