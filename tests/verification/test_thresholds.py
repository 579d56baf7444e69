"""A threshold stands once: the environment changes it by its name, and the page about it is printed from it."""

import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from verification.checks.document.thresholds import DocumentThresholds
from verification.checks.video.thresholds import VideoThresholds
from verification.management.commands.print_thresholds import page
from verification.thresholds import document_thresholds, thresholds_are_known, video_thresholds

ALL = [*DocumentThresholds.described(), *VideoThresholds.described()]


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_threshold_says_what_it_means_and_on_which_side_it_accepts(one):
    assert one.name.endswith(("_min", "_max"))
    assert len(one.meaning.split()) >= 2
    assert type(one.default) in (int, float)


def test_the_page_about_them_is_what_is_printed(settings, capsys):
    call_command("print_thresholds")
    printed = capsys.readouterr().out
    assert printed == page() == (settings.BASE_DIR / "docs" / "thresholds.md").read_text()
    assert printed.count("\n| `") == len(ALL) > 40


def test_without_a_variable_nothing_is_changed(settings):
    settings.CHECKS_DOCUMENT = settings.CHECKS_VIDEO = {}
    assert document_thresholds() == DocumentThresholds()
    assert video_thresholds() == VideoThresholds()
    assert thresholds_are_known(None) == []


def test_a_variable_changes_one_and_keeps_its_type(settings):
    settings.CHECKS_VIDEO = {"side_max": "1080", "alive_min": "3"}
    changed = video_thresholds()
    assert (changed.side_max, changed.alive_min) == (1080, 3.0)
    assert type(changed.side_max) is int
    assert changed.replay_min == VideoThresholds().replay_min


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sharpnes_min": "12"}, "there is no threshold sharpnes_min"),
        ({"sharpness_min": "much"}, "sharpness_min is of type float, not 'much'"),
        ({"sharpness_min": "nan"}, "sharpness_min is a finite number"),
    ],
)
def test_what_names_no_threshold_or_is_no_number_stops_the_start(settings, values, said):
    settings.CHECKS_DOCUMENT = values
    with pytest.raises(ValueError, match=said):
        document_thresholds()
    (error,) = thresholds_are_known(None)
    assert said in error.msg


@pytest.mark.parametrize(
    ("variable", "starts"), [("DOCUMENT_SHARPNESS_MIN", True), ("VIDEO_SHARPNESS_MIN", False), ("DOCUMENT_ROOT", True)]
)
def test_variables_are_read_when_the_project_starts(settings, variable, starts):
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", variable: "12.5"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode == 0) is starts, run.stderr
    assert starts or "there is no threshold sharpness_min" in run.stderr
