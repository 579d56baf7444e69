"""Run a command beside a PostgreSQL and a Redis of its own, then end both and delete what they wrote.

    python3 tools/services.py COMMAND [ARGUMENT …]

The command finds them in SERVICES_DATABASE_URL and SERVICES_REDIS_URL. Where both variables are set already (a machine
that offers the servers), nothing is started. Programs that are missing are installed with the system's packages when
this runs as root on Debian.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ["postgresql", "redis-server"]
POSTGRES_FOLDERS = "/usr/lib/postgresql/*/bin"  # where Debian puts them, outside PATH
START_SECONDS = 30
SUPERUSER = "postgres"


def program(name: str) -> str | None:
    """Path of a server's program, the newest version first."""
    versions = sorted(
        Path("/").glob(POSTGRES_FOLDERS.lstrip("/")), key=lambda path: float(path.parent.name), reverse=True
    )
    return shutil.which(name) or next((found for path in versions if (found := shutil.which(name, path=path))), None)


def apt_get(*words: str) -> None:
    """Install what can be had; what is still missing afterwards is said by the caller."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    null = subprocess.DEVNULL
    subprocess.run(["apt-get", "-qq", *words], env=environment, check=False, stdin=null, stdout=null)


def need(*names: str) -> None:
    """Make sure that the programs exist. Ends this command with a clear sentence where they cannot be had."""
    if all(map(program, names)):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(PACKAGES)} …", flush=True)
        apt_get("update")
        apt_get("install", "-y", "--no-install-recommends", *PACKAGES)
    missing = [name for name in names if not program(name)]
    if missing:
        cure = "Install PostgreSQL and Redis, or set SERVICES_DATABASE_URL and SERVICES_REDIS_URL."
        sys.exit(f"Not found: {', '.join(missing)}. {cure}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes], name: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    sys.exit(f"{name} did not start; the lines above say why.")


@contextlib.contextmanager
def running(name: str, command: list[str], port: int, user: str | None = None) -> Iterator[None]:
    # A session of its own, so that Ctrl-C reaches the servers only after the tests have ended.
    server = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, user=user)
    try:
        wait_for(port, server, name)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL: end now, politely
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A cluster of its own below `folder`. Yields the URL of its empty database."""
    data, port = folder / "postgresql", free_port()
    user = SUPERUSER if os.geteuid() == 0 else None  # it refuses to run as root
    data.mkdir()
    if user:
        entry = pwd.getpwnam(user)
        os.chown(data, entry.pw_uid, entry.pw_gid)
    initialise = [
        program("initdb") or "",
        "--pgdata",
        str(data),
        "--username",
        SUPERUSER,
        "--auth",
        "trust",
        "--encoding",
        "UTF8",
    ]
    subprocess.run(
        [*initialise, "--locale", "C.UTF-8", "--no-sync"], check=True, user=user, cwd=data, stdout=subprocess.DEVNULL
    )
    # What is deleted at the end need not survive a power cut.
    options = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
    options |= {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "log_min_messages": "fatal"}
    command = [program("postgres") or "", "-D", str(data), "-p", str(port)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with running("PostgreSQL", command, port, user):
        yield f"postgres://{SUPERUSER}@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    data, port = folder / "redis", free_port()
    data.mkdir()
    command = [program("redis-server") or "", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(data)]
    with running("Redis", [*command, "--save", "", "--appendonly", "no", "--loglevel", "warning"], port):
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """Yields the variables that name the servers."""
    given = {name: os.environ.get(name, "") for name in ("SERVICES_DATABASE_URL", "SERVICES_REDIS_URL")}
    if all(given.values()):
        yield given
        return
    need("initdb", "postgres", "redis-server")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="identite-services-")))
        folder.chmod(0o755)  # the database's user passes through
        yield {
            "SERVICES_DATABASE_URL": stack.enter_context(postgresql(folder)),
            "SERVICES_REDIS_URL": stack.enter_context(redis(folder)),
        }


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # A polite request to end reaches the `finally` clauses above.
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(143))
    with services() as variables:
        return subprocess.run(sys.argv[1:], env=os.environ | variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
