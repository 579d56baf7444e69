"""PassportEye on the same photographs in the same run.

It lives in an environment of its own below var/ (requirements/bench.txt, installed here and nowhere else), and needs
the program `tesseract`, which is installed with the system's packages where this runs as root on Debian.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.table import Report

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "var" / "passporteye"
PHOTOS = 8
# Runs in the rival's environment. Prints for each file the lines it read and the processor time, Tesseract's included.
SCRIPT = """
import json, resource, sys, warnings
warnings.filterwarnings("ignore")
from passporteye import read_mrz

def spent():
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, kinds))

found = []
for path in sys.argv[1:]:
    began = spent()
    try:
        mrz = read_mrz(path)
        lines = mrz.aux["text"].split("\\n") if mrz is not None else []
    except Exception as error:
        lines = [repr(error)]
    found.append({"lines": [line.replace(" ", "") for line in lines if line.strip()], "seconds": spent() - began})
print(json.dumps(found))
"""


def prepare() -> Path:
    """Python of the rival's environment. Raises RuntimeError with what is missing."""
    if shutil.which("tesseract") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "tesseract-ocr"]):
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    if shutil.which("tesseract") is None:
        raise RuntimeError("the program tesseract is missing (Debian: apt-get install tesseract-ocr)")
    install = [sys.executable, "tools/environment.py", str(ENVIRONMENT), "requirements/bench.txt"]
    if subprocess.run(install, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
        raise RuntimeError("the packages of requirements/bench.txt could not be installed")
    return ENVIRONMENT / "bin" / "python"


def specimens(folder: Path) -> list[tuple[Path, list[str]]]:
    """Photographs of 5 megapixels, the kinds in turn, with the lines that are on them."""
    from bench.captures import KINDS
    from sandbox.specimens.documents import draw_document
    from sandbox.specimens.people import make_person
    from sandbox.specimens.photograph import photograph

    found = []
    for number in range(PHOTOS):
        document = draw_document(make_person(100 + number), KINDS[number % len(KINDS)], seed=100 + number)
        side = document.back if document.mrz_side == "back" and document.back is not None else document.front
        path = folder / f"{number}.jpg"
        path.write_bytes(photograph(side, seed=100 + number, size="5MP"))
        found.append((path, document.mrz))
    return found


def ours(paths: list[Path]) -> list[dict[str, Any]]:
    """The whole check of each photograph, of which reading the MRZ is one part."""
    import io

    from django.core.management import call_command

    found = []
    for path in [paths[0], *paths]:  # the first one twice: it loads the engines
        output = io.StringIO()
        began = time.process_time()
        call_command("check_document", str(path), "--json", stdout=output)
        mrz = json.loads(output.getvalue())["mrz"]
        found.append({"lines": mrz["lines"] if mrz else [], "seconds": time.process_time() - began})
    return found[1:]


def measure(report: Report) -> None:
    python = prepare()
    with tempfile.TemporaryDirectory(prefix="identite-bench-") as name:
        truth = specimens(Path(name))
        paths = [path for path, _ in truth]
        run = subprocess.run([python, "-c", SCRIPT, *paths], capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(f"PassportEye ended: {run.stderr.strip().splitlines()[-1]}")
        readings = {"PassportEye": json.loads(run.stdout.splitlines()[-1]), "ours, all checks": ours(paths)}
    rows = []
    for label, found in readings.items():
        right = sum(result["lines"] == lines for result, (_, lines) in zip(found, truth, strict=True))
        seconds = sum(result["seconds"] for result in found) / len(found)
        rows.append((label, f"{right} of {len(truth)}", f"{seconds:.2f} s"))
    report.table(["5 megapixel photographs of drawn specimens", "MRZ exact", "CPU each"], rows)
