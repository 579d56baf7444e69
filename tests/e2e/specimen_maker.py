"""The files of a person before her camera, written by the product's own specimen maker, which runs as a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
SECONDS = 240


def make(what: str, challenge: dict[str, Any], seed: int, folder: Path, *options: str) -> dict[str, Any]:
    """what: «camera» (for a browser's fake camera) or «video» (a file). challenge: as the sandbox announces it."""
    command = [sys.executable, "manage.py", "make_specimen", what, "--seed", str(seed), "--kind", "cnie"]
    command += ["--digits", challenge["digits"], "--form", challenge["form"], "--gesture", challenge["gesture"]]
    command += ["--shown-at", ",".join(map(str, challenge["schedule"])), "--out", str(folder), *options]
    made = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, timeout=SECONDS, check=False)
    if made.returncode:
        raise RuntimeError(made.stderr.decode(errors="replace")[-2000:])
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def environment() -> dict[str, str]:
    """Keys of its own: the maker reads nothing of the stack's."""
    keys = subprocess.run([sys.executable, "-m", "tools.secrets"], cwd=ROOT, capture_output=True, check=True).stdout
    own = dict(line.split("=", 1) for line in keys.decode().splitlines() if "=" in line)
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, **own, "SANDBOX": "1", "OMP_NUM_THREADS": "1"}
