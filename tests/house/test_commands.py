"""Commands that only read files run where nothing was set up; every other one wants its keys."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"


def manage(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """With an environment that knows nothing but the machine."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=kept, input=given, capture_output=True, text=True, check=False)


def test_a_zone_is_parsed_without_any_set_up():
    answer = manage("parse_mrz", given=ZONE)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)[0]["format"] == "TD3"


@pytest.mark.parametrize("command", ["migrate", "verify_journal", "load_demo"])
def test_what_keeps_anything_wants_its_keys(command):
    answer = manage(command)
    assert answer.returncode != 0
    assert "DJANGO_SECRET_KEY" in answer.stderr
