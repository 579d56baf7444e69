import io
import json

import pytest
from django.core.management import CommandError, call_command
from PIL import Image


def run(*arguments):
    out = io.StringIO()
    call_command("make_specimen", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_photos_and_typed_data_of_a_document_are_written(tmp_path):
    shown = run("document", "--kind", "permit", "--seed", "4", "--degradation", "glare", "--out", str(tmp_path))
    for side in ("front", "back"):
        with Image.open(shown["files"][side]) as photo:
            assert photo.size == (1600, 1200)
    typed = json.loads((tmp_path / "permit_4_glare1_typed.json").read_text(encoding="utf-8"))
    assert typed == shown["typed"]
    assert len(shown["mrz"]) == 3


def test_a_mistake_is_only_in_the_typed_data(tmp_path):
    right = run("document", "--seed", "4", "--flat", "--out", str(tmp_path))
    wrong = run("document", "--seed", "4", "--flat", "--mismatch", "birth_name", "--out", str(tmp_path))
    assert right["mrz"] == wrong["mrz"]
    assert right["typed"]["birth_name"] != wrong["typed"]["birth_name"]


def test_a_video_and_its_portrait_are_written(tmp_path):
    arguments = ("--digits", "905", "--shown-at", "0.3,1.0,1.7,2.5", "--format", "mp4", "--out", str(tmp_path))
    shown = run("video", "--seed", "2", "--species", "replayed", *arguments)
    files = {name: (tmp_path / path.rsplit("/", 1)[1]).read_bytes() for name, path in shown["files"].items()}
    assert files["video"][4:8] == b"ftyp"
    assert files["video"] == files["earlier"]
    assert shown["digits"] == "905"
    assert shown["species"] == "replayed"


def test_what_no_challenge_has_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="three digits"):
        run("video", "--digits", "12", "--out", str(tmp_path))
    with pytest.raises(CommandError, match="rising"):
        run("video", "--shown-at", "3,2,1", "--out", str(tmp_path))
