"""Make or update a virtual environment from compiled requirements. Runs on any bare Python 3.11 or newer.

    python3 tools/environment.py FOLDER FILE [FILE …]

A stamp in the environment remembers the digest of each file that was installed: when nothing has changed the command
ends at once.
"""

import hashlib
import json
import subprocess
import sys
import venv
from pathlib import Path

STAMP = "requirements.json"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (this file is what an older Python is asked to run)
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Name another: make PYTHON=python3.11")
        return 2
    folder, files = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]
    python = folder / "bin" / "python"
    stamp = folder / STAMP
    wanted = {path.name: digest(path) for path in files} | {"python": sys.version.split()[0]}
    installed = json.loads(stamp.read_text()) if stamp.exists() and python.exists() else {}
    if wanted.items() <= installed.items():
        return 0
    if not installed or installed["python"] != wanted["python"]:
        print(f"Making the environment {folder} with Python {wanted['python']} …", flush=True)
        venv.create(folder, with_pip=True, clear=bool(installed))
        installed = {}
    print(f"Installing {', '.join(path.name for path in files)}: a few minutes the first time …", flush=True)
    # Everything is named with its hash in the files, so that nothing is left to resolve.
    command: list[str | Path] = [python, "-m", "pip", "install", "-qq", "--require-hashes", "--no-deps"]
    for path in files:
        command += ["--requirement", path]
    if subprocess.run(command, check=False).returncode:
        print("The packages could not be installed; the lines above say why.")
        return 1
    # What was installed from a file that is older than today's still stands, under a digest that no longer matches.
    stamp.write_text(json.dumps(installed | wanted, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
