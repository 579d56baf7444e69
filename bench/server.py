"""A web server of one process and one thread, whose processor time is read from the kernel."""

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
SILENT_SECONDS = 3
MIN_REQUESTS = 10


@dataclass(frozen=True)
class Answer:
    """headers: by their names in lower case; `cookies` are the values of every Set-Cookie."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()


@dataclass
class Server:
    """port: on loopback. pid: of the server's parent process."""

    port: int
    pid: int
    connection: http.client.HTTPConnection = field(init=False)
    last: float = 0.0

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def request(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One exchange over the one connection that is kept open. Redirects are not followed."""
        if time.monotonic() - self.last > SILENT_SECONDS:
            self.connection.close()  # the server has closed it by now; the request opens another
        self.connection.request(method, path, body=body, headers={"Host": "localhost", **(headers or {})})
        response = self.connection.getresponse()
        self.last = time.monotonic()
        cookies = tuple(value for name, value in response.getheaders() if name.lower() == "set-cookie")
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read(), cookies)

    def cpu_seconds(self) -> float:
        """User and system time of all its processes since they began."""
        return sum(cpu_seconds(pid) for pid in [self.pid, *children(self.pid)])

    def cost_of(self, path: str, headers: Mapping[str, str], *, seconds: float) -> float:
        """Processor seconds of one GET, the mean over about `seconds`. Raises RuntimeError unless all answer alike."""
        wanted = self.request("GET", path, headers=headers).status
        began, until, count = self.cpu_seconds(), time.monotonic() + seconds, 0
        while time.monotonic() < until or count < MIN_REQUESTS:
            if self.request("GET", path, headers=headers).status != wanted:
                raise RuntimeError(f"{path} did not always answer {wanted}")
            count += 1
        return (self.cpu_seconds() - began) / count


def cpu_seconds(pid: int) -> float:
    """Of the threads that live, to the nanosecond: their servers begin and end none while they are measured."""
    spent = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            spent += int(thread.read_text().split()[0])
    return spent / 1e9


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return [int(child) for task in tasks.glob("*/children") for child in task.read_text().split()]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[Server]:
    """The web server as in production, but one worker of one thread, so that nothing runs beside what is measured."""
    port = free_port()
    command = [sys.executable, "-m", "tools.web", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, cwd=ROOT, env={**environment, "WEB_THREADS": "1"})
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                server = Server(port, process.pid)
                server.request("GET", "/bench/hello")
                break
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("The web server does not answer")
            time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
