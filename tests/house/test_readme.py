"""What the README says of the settings is what the settings say."""

import re
from pathlib import Path

import pytest
from django.conf import settings

README = (settings.BASE_DIR / "README.md").read_text()
SETTINGS = (settings.BASE_DIR / "identite" / "settings.py").read_text()
VARIABLES = sorted(set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z0-9_]+)\"", SETTINGS)))
NUMBER = re.compile(r"env\.(?:int|float)\(\s*\"([A-Z0-9_]+)\",\s*default=([\d_.* ]+),?\s*\)")
ROW = re.compile(r"^\| (`[A-Z0-9_`, ]+`) \| ([\d., ]+) \|", re.MULTILINE)


def rows() -> dict[str, float]:
    """Variable → default, of every row of a table whose second column has one number for each variable."""
    found: dict[str, float] = {}
    for names, numbers in ROW.findall(README):
        names, numbers = re.findall(r"`(\w+)`", names), numbers.split(", ")
        numbers = numbers * len(names) if len(numbers) == 1 else numbers
        found |= {name: float(number) for name, number in zip(names, numbers, strict=True)}
    return found


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_is_told(name):
    assert f"`{name}`" in README


def test_the_numbers_told_are_the_defaults():
    told = rows()
    defaults = {name: eval(text, {}) for name, text in NUMBER.findall(SETTINGS)}  # noqa: S307  (products of numbers)
    assert len(defaults) > 45
    wrong = {name: (told[name], value) for name, value in defaults.items() if name in told and told[name] != value}
    assert wrong == {}
    assert set(told) <= set(VARIABLES) | {"WORKER_CONCURRENCY"}


def test_every_file_that_the_readme_names_is_there():
    for name in re.findall(r"`((?:docs|tools|identite|enrollment|requirements)/[\w./-]+\.\w+)`", README):
        assert Path(settings.BASE_DIR / name).exists(), name
