import json

import numpy as np
import pytest

from sandbox.evaluation.faces import distinct_people
from sandbox.evaluation.markdown import markdown
from sandbox.evaluation.plots import plot
from sandbox.evaluation.report import figures
from sandbox.evaluation.rows import Rows

ABOUT = {"date": "2026-11-21", "machine": "a machine", "versions": {"checks": "1"}}


def video(number, species="bona_fide", *, outcome="pass", face="one", findings=()):
    return {
        "id": f"video/{species}/{number}",
        "part": "videos",
        "species": species,
        "condition": "",
        "gesture": "turn_left",
        "form": "spoken",
        "face": face,
        "person": number,
        "outcome": outcome,
        "accepted": outcome == "pass",
        "findings": list(findings),
        "seconds": 3.0,
        "duration": 10.0,
    }


def photo(number, *, exact, degradation="", strength=1, readable=True, confirmed=False):
    return {
        "id": f"grid/cni/{degradation or 'clean'}/{number}",
        "part": "grid",
        "kind": "cni",
        "degradation": degradation,
        "strength": strength,
        "readable": readable,
        "face": "one",
        "seconds": 0.5,
        "found": True,
        "exact": exact,
        "digits": exact,
        "outcome": "pass" if exact else "refer",
        "findings": [] if exact else ["document.mrz_check_digits:refer"],
        "mistake_confirmed": confirmed,
        "mistake_seen": exact,
    }


def printed(number, *, compared, degradation="", confirmed=False):
    return {
        "id": f"print/cnie/{degradation or 'clean'}/{number}",
        "part": "print",
        "kind": "cnie front",
        "degradation": degradation,
        "strength": 3 if degradation else 1,
        "readable": not degradation,
        "face": "one",
        "seconds": 0.7,
        "outcome": "pass" if compared == 5 else "refer",
        "findings": [] if compared == 5 else ["compare.birth_name:refer"],
        "compared": ["compare.x"] * compared,
        "comparisons": 5,
        "mistake": "birth_name",
        "mistake_confirmed": confirmed,
        "mistake_seen": compared == 5,
    }


@pytest.fixture
def rows(tmp_path):
    rows = Rows(tmp_path / "rows.jsonl")
    for number in range(8):
        rows.add(
            video(
                number,
                face=f"face {number % 4}",
                outcome="fail" if number == 3 else "pass",
                findings=["video.frontal:fail"] * (number == 3),
            )
        )
    for number in range(10):
        rows.add(
            video(
                number, "still_image", outcome="refer", face=f"face {number % 5}", findings=["video.still_image:refer"]
            )
        )
        rows.add(video(number, "wrong_digits_spoken", outcome="pass" if number < 4 else "fail", face="face 1"))
    for number in range(4):
        rows.add(photo(number, exact=number != 0))
        rows.add(
            photo(10 + number, exact=False, degradation="glare", strength=3, readable=False, confirmed=number == 2)
        )
    for number, (same, distance) in enumerate([(True, 0.3), (True, 0.7), (False, 0.55), (False, 0.9), (False, None)]):
        rows.add(printed(number, compared=5 if number else 4))
        rows.add(printed(10 + number, compared=1, degradation="blur", confirmed=number == 4))
        rows.add({"id": f"pair/{number}", "part": "pairs", "same": same, "distance": distance, "seconds": 0.1})
    return rows


def test_bona_fide_errors_count_refusals_and_referrals(rows):
    honest = figures(rows, None)["videos"]["bona_fide"]
    assert (honest["n"], honest["bpcer"], honest["refused"], honest["referred"]) == (8, 0.125, 1, 0)
    assert honest["faces"] == 4
    assert honest["why"] == {"video.frontal:fail": 1}


def test_attacks_come_worst_first_with_their_bounds_over_recordings_and_faces(rows):
    species = figures(rows, None)["videos"]["species"]
    assert list(species) == ["wrong_digits_spoken", "still_image"]
    assert species["wrong_digits_spoken"]["apcer"] == 0.4
    assert species["wrong_digits_spoken"]["bound_95"] is None
    assert species["still_image"]["bound_95"] == 0.3
    assert species["still_image"]["bound_95_faces"] == 0.6
    assert species["still_image"]["referred"] == 10


def test_zones_are_counted_by_readability_and_wrong_confirmations_named(rows):
    grid = figures(rows, None)["grid"]
    assert grid["readable"]["exact"] == 0.75
    assert grid["unreadable"]["exact"] == 0.0
    assert grid["mistakes_confirmed"] == 1
    assert grid["mistakes_confirmed_in"] == ["grid/cni/glare/12"]


def test_printed_values_are_counted_by_side_and_condition(rows):
    part = figures(rows, None)["print"]
    assert part["by_side"]["cnie front"]["clean"]["confirmed"] == 0.96
    assert (part["by_side"]["cnie front"]["readable"]["passed"], part["by_side"]["cnie front"]["other"]["passed"]) == (
        4,
        0,
    )
    assert part["conditions"]["blur 3"]["cnie front"]["confirmed"] == 0.2
    assert (part["mistakes_confirmed"], part["mistakes"]) == (1, 10)
    assert part["mistakes_confirmed_in"] == ["print/cnie/blur/14"]
    assert part["clean_findings"] == {"compare.birth_name:refer": 1}
    assert "**1 of 10 mistakes were confirmed**" in markdown({"print": part}, ABOUT)


def test_face_errors_are_given_at_each_distance(rows):
    part = figures(rows, None)["faces"]
    assert part["thresholds"]["0.60"] == {"frr": 0.5, "far": 0.5}
    assert part["thresholds"]["0.50"] == {"frr": 0.5, "far": 0.0}
    assert part["no_face"] == 1
    assert part["zones"]["same_person"] == [1, 0, 1]


def test_people_are_distinct_when_all_of_them_are_apart():
    distances = np.array([[0, 0.7, 0.7, 0.2], [0.7, 0, 0.5, 0.7], [0.7, 0.5, 0, 0.7], [0.2, 0.7, 0.7, 0]])
    assert distinct_people(distances, 0.6) == 2
    assert distinct_people(np.ones((5, 5)), 0.6) == 5
    assert distinct_people(np.zeros((5, 5)), 0.6) == 1


def test_an_evaluation_that_was_stopped_goes_on_with_the_rows_it_has(rows):
    again = Rows(rows.path)
    assert again.rows == rows.rows
    assert "video/still_image/3" in again
    assert "video/still_image/99" not in again


def test_the_report_has_every_table_and_says_what_it_does_not_show(rows):
    text = markdown(figures(rows, (["a", "b"], np.array([[0, 0.8], [0.8, 0]]))), ABOUT)
    assert "| wrong_digits_spoken | 10 | 1 | 10 | 6 | 0 | 4 | 40 % | – | – |" in text
    assert "**1 of 8 mistakes were confirmed**" in text
    assert "**2 people**" in text
    assert "Real people" in text
    assert "8 of 500 generated photos and 8 of 200 bona fide recordings" in text
    assert json.loads(json.dumps(figures(rows, None)))


def test_plots_are_drawn_of_what_was_measured(rows, tmp_path):
    pytest.importorskip("matplotlib")
    names = {path.name for path in plot(figures(rows, None), rows, tmp_path)}
    assert names == {"faces.png", "grid.png", "attacks.png", "cpu.png"}
