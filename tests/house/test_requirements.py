"""The compiled requirements pin everything, agree with each other and name nobody's machine."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?: *; *(?P<marker>[^\\]+?))? *\\$")


def entries(path: Path) -> list[str]:
    """One string a requirement, its hashes and comments included."""
    return [entry for entry in re.split(r"\n(?=\S)", path.read_text()) if not entry.startswith("#")]


def pins(path: Path) -> dict[tuple[str, str], str]:
    found = [PIN.match(entry.splitlines()[0]) for entry in entries(path)]
    return {(match["name"], match["marker"] or ""): match["version"] for match in found if match}


def test_there_is_a_file_for_each_use():
    assert {path.name for path in FILES} == {"base.txt", "bench.txt", "checks.txt", "dev.txt", "production.txt"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_requirement_is_pinned_and_has_hashes(path):
    for entry in entries(path):
        assert PIN.match(entry.splitlines()[0]), entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_names_a_host_an_index_or_a_folder(path):
    text = path.read_text()
    assert "://" not in text
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host| @ ", text)
    assert not re.search(r"(?m)^\s*(#.*\s)?/", text)


@pytest.mark.parametrize("name", ["base.txt", "checks.txt", "production.txt"])
def test_narrow_files_have_the_versions_of_the_widest(name):
    widest = pins(ROOT / "requirements" / "dev.txt")
    for requirement, version in pins(ROOT / "requirements" / name).items():
        assert widest[requirement] == version, requirement


def test_only_one_opencv_can_be_installed():
    for path in FILES:
        assert len([name for name, _ in pins(path) if name.startswith("opencv")]) <= 1


def test_the_web_server_does_not_load_the_engines_of_the_checks():
    base = {name for name, _ in pins(ROOT / "requirements" / "base.txt")}
    assert not base & {"onnxruntime", "opencv-python-headless", "dlib-bin", "av", "numpy"}
