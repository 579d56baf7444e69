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
from dataclasses import dataclass
from pathlib import Path

PACKAGES = {"initdb": "postgresql", "postgres": "postgresql", "redis-server": "redis-server", "nginx": "nginx-light"}
POSTGRES_FOLDERS = "/usr/lib/postgresql/*/bin"  # where Debian puts them, outside PATH
START_SECONDS = 30
END_SECONDS = 30  # what the command may still take once it is asked to end
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
    packages = sorted({PACKAGES[name] for name in names if not program(name)})
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(packages)} …", flush=True)
        apt_get("update")
        apt_get("install", "-y", "--no-install-recommends", *packages)
    missing = [name for name in names if not program(name)]
    if missing:
        cure = "Install PostgreSQL, Redis and nginx; SERVICES_DATABASE_URL and SERVICES_REDIS_URL may name servers."
        sys.exit(f"Not found: {', '.join(missing)}. {cure}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A server's program that may be ended and started again, on the same port and data."""

    name: str
    command: list[str]
    port: int
    url: str
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers. What an ended one has left behind may refuse its successor for a moment."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                # A session of its own, so that Ctrl-C reaches the servers only after the tests have ended.
                self.process = subprocess.Popen(
                    self.command, start_new_session=True, stdout=subprocess.DEVNULL, user=self.user
                )
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        sys.exit(f"{self.name} did not start; the lines above say why.")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """how: SIGINT ends PostgreSQL now and politely."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def postgresql(folder: Path, **more: str) -> Iterator[Server]:
    """A cluster of its own below `folder`, with an empty database. more: its options, beside those below."""
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
    for name, value in (options | more).items():
        command += ["-c", f"{name}={value}"]
    url = f"postgres://{SUPERUSER}@127.0.0.1:{port}/postgres"
    with running(Server("PostgreSQL", command, port, url, user)) as server:
        yield server


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[Server]:
    data, port = folder / "redis", free_port()
    data.mkdir()
    command = [program("redis-server") or "", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(data)]
    command += ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    with running(Server("Redis", command, port, f"redis://127.0.0.1:{port}/0")) as server:
        yield server


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
            "SERVICES_DATABASE_URL": stack.enter_context(postgresql(folder)).url,
            "SERVICES_REDIS_URL": stack.enter_context(redis(folder)).url,
        }


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run it with everything that it starts, and end all of that with us. Returns its exit code."""
    # A group of its own is asked to end as a whole: a program in it that started others ends those in order.
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        return process.wait()
    finally:
        end_group(process)


def end_group(leader: subprocess.Popen[bytes]) -> None:
    """SIGTERM to whatever is left of the group, and SIGKILL to what is still there later."""
    for how, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, 1)):
        until = time.monotonic() + seconds
        try:
            os.killpg(leader.pid, how)
            while time.monotonic() < until:
                leader.poll()  # the leader itself is there until it is read
                os.killpg(leader.pid, 0)
                time.sleep(0.05)
        except ProcessLookupError:
            return


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # A request to end reaches the `finally` clauses above.
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(143))
    with services() as variables:
        return run(sys.argv[1:], os.environ | variables)


if __name__ == "__main__":
    sys.exit(main())
