"""One running service for the scenarios: its processes, its folder, its database."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

Launch = Callable[..., Browser]
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90


@dataclass(frozen=True)
class Stack:
    """base_url: without a slash at its end. var: the stack's own folder, None when somebody else started it."""

    base_url: str
    var: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    def log(self) -> str:
        return "" if self.var is None else (self.var / "stack.log").read_text(errors="replace")

    def worker_processes(self) -> list[int]:
        """Process ids of the worker, its parent first. Raises RuntimeError when the stack was not started here."""
        if self.process is None:
            raise RuntimeError("The stack was started by somebody else.")
        parents = [pid for pid in children(self.process.pid) if " worker " in command_line(pid)]
        return parents + [child for pid in parents for child in children(pid)]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return sorted(int(child) for task in tasks.glob("*/children") for child in task.read_text().split())


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class OwnDatabase:
    """An empty PostgreSQL database, made for one stack and dropped after it."""

    def __init__(self, server_url: str, name: str) -> None:
        self.server_url, self.name = server_url, name
        self.url = urlsplit(server_url)._replace(path=f"/{name}").geturl()

    def __enter__(self) -> str:
        self.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{self.name}"')
        return self.url

    def __exit__(self, *error: object) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement.encode())


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_stack(var: Path, environment: dict[str, str]) -> Stack:
    url = f"http://localhost:{(port := free_port())}"
    command = [sys.executable, "-m", "tools.demo", "--port", str(port), "--var", str(var)]
    with (var / "stack.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    stack = Stack(url, var, process)
    until = time.monotonic() + START_SECONDS
    while not ready(url):
        if process.poll() is not None or time.monotonic() > until:
            end(process)
            pytest.exit(f"The stack did not start:\n{stack.log()}", returncode=3)
        time.sleep(0.1)
    return stack
