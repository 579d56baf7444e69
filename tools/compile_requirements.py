"""Compile requirements/*.txt from pyproject.toml, with the hash of every file and the name of no host.

The widest set is compiled first and holds the versions of all narrower ones, so that any two files can be installed
into one environment. `--upgrade` takes the newest versions; without it what is already chosen stays.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
EXTRAS = ("checks", "evaluation", "mail", "metrics", "s3")
# File → what it takes from pyproject.toml beside the base dependencies; the widest first.
FILES = {
    "dev.txt": [*(f"--extra={extra}" for extra in EXTRAS), "--group=dev", "--group=browser"],
    "base.txt": [],
    "checks.txt": ["--extra=checks", "--extra=evaluation", "--extra=mail", "--extra=metrics"],
    "production.txt": ["--extra=mail", "--extra=metrics", "--extra=s3"],
}
OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
]


def compile_file(name: str, *options: str) -> None:
    command = ["uv", "pip", "compile", *options, *OPTIONS, "--output-file", f"requirements/{name}"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    FOLDER.mkdir(exist_ok=True)
    widest, *others = FILES
    compile_file(widest, "pyproject.toml", *FILES[widest], *upgrade)
    for name in others:
        compile_file(name, "pyproject.toml", *FILES[name], "--constraint", f"requirements/{widest}", "--upgrade")
    # The rival that the bench measures against has an environment of its own: it needs older packages than we do.
    compile_file("bench.txt", "--group", "bench", *upgrade)
    for name in (*FILES, "bench.txt"):
        print(f"requirements/{name}")


if __name__ == "__main__":
    main()
