"""Measure everything and print Markdown: python -m bench. One part alone: python -m bench scale|pages|offices|whole|checks|together"""

import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.table import Report
from tools.demo import environment_for, plan_from, prepare

PARTS = {"scale", "pages", "offices", "whole", "checks", "together"}
PLAIN_FIELDS = {"DJANGO_SETTINGS_MODULE": "bench.plain_settings"}


def machine() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    processor = names[0] if names else platform.machine()
    return f"{day}, {processor}, {os.cpu_count()} cores, Python {platform.python_version()}"


def measure_scale(report: Report) -> None:
    """In a process of its own, whose database is PostgreSQL."""
    if subprocess.run([sys.executable, "-m", "bench.scale"], check=False).returncode:
        report.fail("Scale: something above costs more at a million files than at a thousand")


def main() -> int:
    import argparse

    from bench.server import free_port, serving

    report, wanted = Report(), set(sys.argv[1:]) or PARTS
    if unknown := wanted - PARTS:
        sys.exit(f"Unknown: {', '.join(unknown)}. There are {', '.join(sorted(PARTS))}.")
    if "scale" in wanted:
        report.section("Scale", measure_scale)
    if wanted == {"scale"}:
        return 1 if report.failures else 0
    with tempfile.TemporaryDirectory(prefix="identite-bench-") as folder:
        port = free_port()
        given = argparse.Namespace(port=port, host=None, https=False, public_url=None, var=Path(folder))
        environment = environment_for(plan_from(given)) | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
        environment["OMP_NUM_THREADS"] = "1"  # before any engine is loaded
        os.environ.update(environment)
        prepare(plan_from(given))
        print(f"Measured {machine()}.")

        from bench import captures, offices, pages, passwords, rival, weight, whole

        if wanted & {"pages", "offices", "whole"}:
            with (
                serving(os.environ) as server,
                serving(os.environ | PLAIN_FIELDS) as plain,
            ):
                if "pages" in wanted:
                    report.section("Pages", partial(pages.measure, server=server, plain=plain))
                    report.section("The way to the camera", partial(pages.measure_whole, server=server))
                    report.section("Weight", partial(weight.measure, server=server))
                if "offices" in wanted:
                    report.section("Post offices", partial(offices.measure, server=server))
                if "whole" in wanted:
                    report.section("One whole enrollment", partial(whole.measure, server=server))
        if "together" in wanted:
            from bench import together  # drives the stack as the browser tests do

            report.section("Sixteen photos at once", together.measure)
        if "checks" in wanted:
            report.section("Passwords", passwords.measure)
            report.section("Captures", captures.measure)
            report.section("MRZ, against PassportEye", rival.measure)
    if report.failures:
        print("\nNot everything could be measured:\n" + "\n".join(f"- {failure}" for failure in report.failures))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
