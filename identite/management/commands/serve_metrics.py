"""Answer Prometheus on a port of its own, which no visitor of the pages reaches."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Serve the figures of all processes at /metrics until it is ended. Wants METRICS=1 for them as for itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; this machine only by default")
        parser.add_argument("--port", type=int, default=9100)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if not settings.METRICS:
            raise CommandError("METRICS is off: set METRICS=1 for the web server, the workers and this command.")
        from prometheus_client import start_http_server

        from identite.metrics import registry  # the package is there only where METRICS may be on

        server, thread = start_http_server(port, addr=host, registry=registry())
        signal.signal(signal.SIGTERM, lambda *_: server.shutdown())
        self.stdout.write(f"http://{host}:{port}/metrics")
        self.stdout.flush()
        thread.join()
        server.server_close()
