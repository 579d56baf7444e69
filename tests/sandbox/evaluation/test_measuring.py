import json
from types import SimpleNamespace

import pytest
from PIL import Image

from sandbox.evaluation import documents, faces, videos
from sandbox.evaluation.rows import Rows
from sandbox.specimens import make_document, make_person, make_photo
from sandbox.specimens.attacks import SPECIES
from sandbox.specimens.grid import READABLE_UP_TO, Cell, cells
from sandbox.specimens.layouts import portrait_of
from sandbox.specimens.photograph import DEGRADATIONS


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """A folder laid out as other people's material, of specimens."""
    folder = tmp_path_factory.mktemp("material")
    (folder / "mrz").mkdir()
    (folder / "faces").mkdir()
    document = make_document(make_person(3), "cni")
    (folder / "mrz" / "a.jpg").write_bytes(make_photo(document, "front", seed=3))
    (folder / "mrz" / "truth.json").write_text(json.dumps({"a.jpg": ["FRCNI", document.mrz]}))
    import random

    for name in ("one", "two"):
        portrait_of(make_person(1, face="collins"), random.Random(name)).save(folder / "faces" / f"{name}.png")
    Image.new("RGB", (300, 300), "grey").save(folder / "faces" / "nobody.png")
    (folder / "faces" / "pairs.csv").write_text("file_x,file_y,Decision\none.png,two.png,Yes\none.png,nobody.png,No\n")
    return folder


def test_a_photo_of_the_folder_is_read_against_its_truth(material):
    ((name, (form, lines)),) = documents.real_files(material).items()
    row = documents.examine_real(material, name, form, lines)
    assert row["exact"]
    assert row["characters"] == 1.0
    wrong = documents.examine_real(material, name, form, [lines[0], lines[1].replace("0", "1")])
    assert not wrong["exact"]
    assert 0.5 < wrong["characters"] < 1.0


def test_pairs_of_the_folder_are_compared(material):
    same, nobody = faces.compare_real(material)
    assert same["same"]
    assert same["distance"] < 0.4
    assert nobody["distance"] is None


def test_a_folder_without_a_part_has_none_of_it(tmp_path):
    assert documents.real_files(tmp_path) == {}
    assert list(faces.compare_real(tmp_path)) == []


def test_a_cell_is_examined_with_right_data_and_with_a_mistake():
    row = documents.examine_cell(Cell("passport", "", 1, 3))
    assert row["exact"]
    assert row["readable"]
    assert not row["mistake_confirmed"]
    assert row["mistake"] in {"birth_name", "first_names", "birth_date", "document_number", "sex"}


def test_the_side_without_a_zone_is_examined_with_a_mistake_in_a_value_printed_there():
    assert documents.examine_print(Cell("passport", "", 1, 3)) is None
    front = documents.examine_print(Cell("cnie", "", 1, 3))
    assert front["kind"] == "cnie front"
    assert front["outcome"] == "pass", front["findings"]
    assert front["comparisons"] == len(front["compared"]) >= 5
    assert (front["mistake_confirmed"], front["mistake_seen"]) == (False, True)
    back = documents.examine_print(Cell("cni", "", 1, 3))
    assert back["kind"] == "cni back"
    assert back["mistake"] in {"issue_date", "expiry_date"}
    assert (back["mistake_confirmed"], back["mistake_seen"]) == (False, True)


def test_the_grid_has_every_kind_and_degradation_and_says_which_are_readable():
    grid = list(cells(500))
    assert len(grid) >= 500
    assert len({cell.seed for cell in grid}) == len(grid)
    assert set(READABLE_UP_TO) == {"", *DEGRADATIONS}
    assert {(cell.kind, cell.degradation, cell.strength) for cell in grid if cell.degradation} == {
        (kind, name, strength)
        for kind in ("cnie", "cni", "passport", "permit")
        for name in DEGRADATIONS
        for strength in (1, 2, 3)
    }
    assert not Cell("cni", "glare", 3, 0).is_readable
    assert Cell("cni", "rotation", 3, 0).is_readable


def test_a_run_cut_short_has_something_of_everything():
    plan = list(videos.jobs(200, 50))
    assert len(plan) == 200 + 50 * len(SPECIES) - 25 * len(videos.HALF)
    assert len(set(plan)) == len(plan)
    first = plan[: 4 + len(SPECIES)]
    assert {job.species for job in first} == {"", *SPECIES}


def test_claims_that_are_false_are_made_of_bona_fide_recordings():
    recording, person, notes = videos.make(videos.Job("wrong_digits_written", 0))
    assert recording.challenge.digits == notes["asked"]
    assert recording.challenge.form == "written"
    silent, _, _ = videos.make(videos.Job("no_sound", 0))
    with videos._opened(silent.data) as container:
        assert not container.streams.audio
        assert sum(1 for _ in container.decode(video=0)) > 90
    other, person, notes = videos.make(videos.Job("other_person", 0))
    assert notes["impostor"] == other.person.face != person.face


def test_a_bona_fide_recording_is_judged_and_remembered(tmp_path):
    known: dict[str, bytes] = {}
    row = videos.examine_job(videos.Job("", 0), known)
    assert list(known) == [row["id"]]
    rows = Rows(tmp_path / "rows.jsonl")
    rows.add(row)
    assert row["accepted"], row["findings"]


def test_documents_and_videos_are_judged_by_the_limits_of_the_settings(material, settings, monkeypatch):
    settings.CHECKS_DOCUMENT = {**settings.CHECKS_DOCUMENT, "reading_min": "0.77"}
    settings.CHECKS_VIDEO = {**settings.CHECKS_VIDEO, "alive_min": "1.23"}
    seen = []

    def noted(*_data, thresholds, **_asked):
        seen.append(thresholds)
        raise LookupError

    for module, name in ((documents, "examine_photo"), (videos, "examine_photo"), (videos, "examine_video")):
        monkeypatch.setattr(module, name, noted)
    ((name, (form, lines)),) = documents.real_files(material).items()
    videos.accepted.cache_clear()
    person = videos.person_of(0)
    for run in (
        lambda: documents.examine_real(material, name, form, lines),
        lambda: documents.examine_cell(Cell("passport", "", 1, 3)),
        lambda: videos.accepted(person.seed, person.face),
    ):
        with pytest.raises(LookupError):
            run()
    monkeypatch.setattr(videos, "accepted", lambda *_person: None)
    recording = SimpleNamespace(data=b"", challenge=videos.challenge_of(0))
    with pytest.raises(LookupError):
        videos.judge(recording, person, {})
    assert [limits.reading_min for limits in seen[:3]] == [0.77] * 3
    assert seen[3].alive_min == 1.23
