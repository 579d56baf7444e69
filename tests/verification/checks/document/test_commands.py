import io
import json
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from sandbox.specimens.documents import typed_as_json
from tests.verification.checks.document.photos import document, jpeg, photo
from verification.checks.document.typed import typed_identity
from verification.checks.kinds import DocumentKind
from verification.findings.lookup import text_for

MAELYS = ["IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", "9007138F3002119FRA<<<<<<<<<<<6", "MARTIN<<MAELYS<GAELLE<MARIE<<<"]
BERTHIER = ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "9409923102854CORINNE<<<<<<<6512068F4"]


def parsed(monkeypatch: pytest.MonkeyPatch, text: str) -> list[dict[str, object]]:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    out = io.StringIO()
    call_command("parse_mrz", stdout=out)
    return json.loads(out.getvalue())


def test_records_are_answered_in_order_and_what_is_no_zone_in_its_place(monkeypatch):
    text = "\n".join([*MAELYS, "", "", "not a zone", "", *BERTHIER])
    first, second, third = parsed(monkeypatch, text)
    assert first["format"] == "TD1"
    assert first["lines"] == MAELYS
    assert first["fields"]["surname"] == "MARTIN"
    assert set(first["checks"].values()) == {True}
    assert list(second) == ["error"]
    assert third["format"] == "FRCNI"


@pytest.mark.parametrize("text", ["", "\n\n  \n"])
def test_no_record_gives_an_empty_list(monkeypatch, text):
    assert parsed(monkeypatch, text) == []


def test_line_ends_of_another_system_and_a_byte_order_mark_do_not_matter(monkeypatch):
    assert parsed(monkeypatch, "\ufeff" + "\r\n".join(BERTHIER) + "\r\n")[0]["format"] == "FRCNI"


def test_a_wrong_check_digit_is_told_not_mended(monkeypatch):
    (record,) = parsed(monkeypatch, "\n".join([BERTHIER[0], BERTHIER[1][:-1] + "5"]))
    assert record["checks"] == {"document_number": True, "birth_date": True, "composite": False}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "front.jpg").write_bytes(photo("cnie", "front"))
    (tmp_path / "back.jpg").write_bytes(photo("cnie", "back"))
    (tmp_path / "typed.json").write_text(json.dumps(typed_as_json(document("cnie").typed)))
    return tmp_path


def checked(*arguments: object) -> dict[str, object]:
    out = io.StringIO()
    call_command("check_document", *[str(argument) for argument in arguments], "--json", stdout=out)
    return json.loads(out.getvalue())


def test_both_sides_give_one_object_with_the_zone_and_the_findings(folder):
    answer = checked(
        folder / "front.jpg", "--back", folder / "back.jpg", "--kind", "cni", "--typed", folder / "typed.json"
    )
    assert set(answer) == {"mrz", "findings"}
    assert answer["mrz"]["lines"] == document("cnie").mrz
    assert set(answer["mrz"]) == {"format", "lines", "fields", "checks"}
    for finding in answer["findings"]:
        assert set(finding) == {"code", "outcome", "score", "threshold", "evidence"}
        assert finding["outcome"] == "pass", finding
        assert finding["evidence"]["side"] in {"front", "back"}
        assert str(text_for(finding["code"]).agent)
    assert "compare.issue_date" in {finding["code"] for finding in answer["findings"]}


def test_a_side_without_a_zone_gives_null(folder):
    assert checked(folder / "front.jpg")["mrz"] is None


def test_for_people_it_prints_lines(folder):
    out = io.StringIO()
    call_command("check_document", str(folder / "back.jpg"), stdout=out)
    assert out.getvalue().startswith(document("cnie").mrz[0])
    assert "document.mrz_check_digits" in out.getvalue()


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xd8\xff\xe0"])
def test_an_unreadable_photo_ends_with_code_2(tmp_path, content):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        checked(path)
    assert caught.value.returncode == 2
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "typed", ["", "[1]", '{"sex": "X"}', '{"birth_date": "yesterday"}', '{"document_kind": "car"}']
)
def test_typed_data_that_cannot_be_read_ends_with_code_2(folder, typed):
    (folder / "typed.json").write_text(typed)
    with pytest.raises(CommandError) as caught:
        checked(folder / "front.jpg", "--typed", folder / "typed.json")
    assert caught.value.returncode == 2


def test_a_missing_file_ends_with_code_2(tmp_path):
    with pytest.raises(CommandError) as caught:
        checked(tmp_path / "nothing.jpg")
    assert caught.value.returncode == 2


def test_the_names_of_the_pivot_identity_are_understood():
    typed = typed_identity(
        {
            "given_name": "Maëlys Gaëlle",
            "family_name": "Martin",
            "gender": "female",
            "birthdate": "1990-07-00",
            "birthplace": "75056",
            "issue_date": "12/03/2023",
        },
        kind=DocumentKind.PASSPORT,
    )
    assert (typed.first_names, typed.birth_name, typed.sex) == ("Maëlys Gaëlle", "Martin", "F")
    assert typed.birth_date == "1990-07-00"
    assert str(typed.issue_date) == "2023-03-12"
    assert typed.document_kind is DocumentKind.PASSPORT


def test_what_was_not_typed_is_not_compared(folder):
    (folder / "typed.json").write_text('{"birth_name": "Somebody"}')
    answer = checked(folder / "back.jpg", "--typed", folder / "typed.json")
    compared = {f["code"]: f["outcome"] for f in answer["findings"] if f["code"].startswith("compare.")}
    assert compared == {"compare.birth_name": "refer"}


def test_a_photo_of_nothing_is_an_answer_not_an_error(tmp_path):
    path = tmp_path / "table.jpg"
    path.write_bytes(jpeg(np.full((300, 400, 3), 120)))
    answer = checked(path, "--kind", "passport")
    assert answer["mrz"] is None
    assert "fail" in {finding["outcome"] for finding in answer["findings"]}


def test_typed_data_may_come_through_a_pipe(folder):
    reading, writing = os.pipe()
    os.write(writing, (folder / "typed.json").read_bytes())
    os.close(writing)
    try:
        answer = checked(folder / "back.jpg", "--typed", f"/dev/fd/{reading}")
    finally:
        os.close(reading)
    assert "compare.birth_date" in {finding["code"] for finding in answer["findings"]}


@pytest.mark.parametrize("birth", ["1990-13-07", "1990-02-30", "1990-00-32", "0000-00-00", "1990-07-32"])
def test_an_impossible_birth_is_named_and_ends_with_code_2(folder, birth):
    (folder / "typed.json").write_text(json.dumps({"birth_date": birth}))
    with pytest.raises(CommandError, match="birth_date") as caught:
        checked(folder / "front.jpg", "--typed", folder / "typed.json")
    assert caught.value.returncode == 2
    assert birth in str(caught.value)


@pytest.mark.parametrize("birth", ["1950-00-00", "1950-07-00", "1990-07-13"])
def test_a_birth_with_unknown_parts_is_none_of_these(birth):
    assert typed_identity({"birthdate": birth}, kind=None).birth_date == birth


def test_typed_data_without_a_birth_are_compared_as_far_as_they_go(tmp_path):
    values = typed_as_json(document("cni").typed)
    del values["birth_date"]
    (tmp_path / "typed.json").write_text(json.dumps(values))
    (tmp_path / "back.jpg").write_bytes(photo("cni", "back"))
    answer = checked(tmp_path / "back.jpg", "--kind", "cni", "--typed", tmp_path / "typed.json")
    codes = {finding["code"] for finding in answer["findings"]}
    assert "document.expired" in codes
    assert "compare.birth_date" not in codes
