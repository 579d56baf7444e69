"""What holds for every file of the project."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {".py", ".html", ".txt", ".css", ".js", ".md", ".toml", ".yml", ".json", ".svg", ".sh", ""}
LEFT_OUT = {"var", "staticfiles", "node_modules", "build"}
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|root|home|farm|Users)/\w")


def sources() -> list[Path]:
    """Everything that is committed: hidden folders but `.ci` hold what tools wrote."""
    tops = [path for path in ROOT.iterdir() if path.name == ".ci" or not path.name.startswith(".")]
    files = [path for path in tops if path.is_file()]
    for top in tops:
        if top.is_dir() and top.name not in LEFT_OUT:
            files += [path for path in top.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [path for path in files if path.suffix in TEXTS]


def test_no_file_holds_a_path_of_somebodys_machine():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sources()
        for match in MACHINE_PATH.finditer(path.read_text(errors="replace"))
    ]
    assert found == []


def test_imports_between_rooms_go_one_way():
    # A process of its own: the linter reads the sources anew and prints what breaks the contract.
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "kept, 0 broken" in run.stdout
