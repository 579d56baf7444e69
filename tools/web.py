"""The web server: granian with the bounds of this project.

    python -m tools.web [--host 127.0.0.1] [--port 8000] [--workers 2] [--certificate FILE --key FILE]

Each worker has a socket of its own on the one port, so that the others go on when one dies.
"""

import argparse
import os
import resource
import sys
from pathlib import Path

HEAD_MILLISECONDS = 10_000  # in which the head of a request is here as a whole; an idle connection ends after it, too
HEAD_BYTES = 32_768
CONNECTIONS = 2048  # per worker; more wait with the kernel
OPEN_FILES = 2 * CONNECTIONS
RESPAWN_SECONDS = 0.2
END_SECONDS = 10  # what a request may still take when the server ends


def command(
    *, host: str, port: int, workers: int, certificate: Path | None = None, key: Path | None = None
) -> list[str]:
    words = [sys.executable, "-m", "granian", "--interface", "asginl", "--http", "1", "--no-ws"]
    words += ["--host", host, "--port", str(port), "--workers", str(workers)]
    words += ["--respawn-failed-workers", "--respawn-interval", str(RESPAWN_SECONDS)]
    words += ["--workers-kill-timeout", str(END_SECONDS), "--log-level", "warning"]
    words += ["--http1-header-read-timeout", str(HEAD_MILLISECONDS), "--http1-buffer-size", str(HEAD_BYTES)]
    words += ["--backlog", str(CONNECTIONS), "--backpressure", str(CONNECTIONS)]
    if certificate and key:
        words += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)]
    return [*words, "identite.asgi:application"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.web")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    words = command(**vars(parser.parse_args()))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    os.execv(words[0], words)  # noqa: S606 (the server is this process: it gets the signals itself)


if __name__ == "__main__":
    main()
