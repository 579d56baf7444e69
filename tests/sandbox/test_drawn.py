"""Specimens are drawn by the worker, one after another, kept, and forgotten in time."""

import os
import time

import pytest
from django.urls import reverse

from sandbox import drawn, painter, specimen_names, specimens, tasks
from sandbox.drawn import Specimen
from sandbox.specimens.encode import FORMATS

pytestmark = pytest.mark.django_db
DESCRIPTION = reverse("sandbox:specimens-json")
QUERY = {"seed": 7, "kind": "passport"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SPECIMENS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def queued(monkeypatch):
    """The worker is away; how often it was told."""
    told: list[str] = []
    monkeypatch.setattr(tasks.draw, "apply_async", lambda *, kwargs: told.append("draw"))
    return told


def specimen(number):
    return Specimen("description", {"seed": number, "kind": "cnie", "expired": False})


def files(folder, ending):
    return sorted(path.name for path in folder.glob(f"*{ending}"))


def test_until_it_is_drawn_the_address_says_where_and_when_to_look(client, queued):
    waiting = client.get(DESCRIPTION, QUERY)
    assert waiting.status_code == 202
    assert waiting.headers["Location"] == f"{DESCRIPTION}?seed=7&kind=passport"
    assert int(waiting.headers["Retry-After"]) >= 1
    tasks.draw()
    assert client.get(waiting.headers["Location"]).json()["typed"]["document_number"]


def test_however_often_it_is_asked_for_the_worker_is_told_once(client, queued, folder):
    for _ in range(5):
        client.get(DESCRIPTION, QUERY)
    assert queued == ["draw"]
    (wanted,) = folder.glob("*.wanted")
    long_ago = time.time() - drawn.LOST_SECONDS - 1
    os.utime(wanted, (long_ago, long_ago))
    client.get(DESCRIPTION, QUERY)  # nobody drew it: the worker died, or the queue was away
    assert queued == ["draw", "draw"]


def test_it_is_drawn_once_and_kept(client, monkeypatch):
    first = client.get(DESCRIPTION, QUERY).json()
    monkeypatch.setattr(painter, "paint", lambda specimen: pytest.fail("drawn again"))
    assert client.get(DESCRIPTION, QUERY).json() == first


def test_a_photo_and_a_page_for_people_show_what_was_drawn(client):
    page = client.get(reverse("sandbox:specimens"), {**QUERY, "strength": 1}).content.decode()
    assert "en cours de dessin" not in page
    address = client.get(DESCRIPTION, QUERY).json()["photos"]["front"]
    assert address in page.replace("&amp;", "&")
    assert client.get(address).content[:2] == b"\xff\xd8"


def test_the_page_for_people_waits_without_a_script_too(client, queued):
    page = client.get(reverse("sandbox:specimens"), QUERY).content.decode()
    assert "en cours de dessin" in page
    assert "Actualiser" in page
    assert client.get(reverse("sandbox:specimens-state"), QUERY).json() == {"state": "waiting"}
    browser = {"Accept": "text/html,*/*"}
    waiting = client.get(reverse("sandbox:specimen-photo", args=["front"]), QUERY, headers=browser)
    assert (waiting.status_code, "Actualiser" in waiting.content.decode()) == (202, True)


def test_what_cannot_be_drawn_is_refused_with_the_reason(client, monkeypatch):
    back = client.get(reverse("sandbox:specimen-photo", args=["back"]), QUERY)
    assert (back.status_code, back.content) == (400, b"a passport has no back")

    def broken(specimen):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(painter, "paint", broken)
    answer = client.get(DESCRIPTION, {"seed": 8, "kind": "cnie"})
    assert (answer.status_code, answer.content) == (400, b"it could not be drawn: RuntimeError")


@pytest.mark.parametrize("passing", [OSError(28, "No space left on device"), MemoryError()])
def test_what_could_not_be_drawn_for_want_of_room_is_drawn_when_asked_for_again(client, monkeypatch, passing):
    def full(specimen):
        raise passing

    with monkeypatch.context() as patch:
        patch.setattr(painter, "paint", full)
        assert client.get(DESCRIPTION, QUERY).status_code == 202
    assert client.get(DESCRIPTION, QUERY).json()["typed"]["document_number"]


def test_a_hundred_that_wait_are_enough(client, queued):
    for number in range(drawn.WANTED_MAX):
        assert drawn.want(specimen(number), f"run {number % 10}")
    answer = client.get(DESCRIPTION, QUERY)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


def test_who_wants_very_many_keeps_nobody_else_from_the_next_turn(client, queued, folder):
    def ask(run, seed):
        return client.get(DESCRIPTION, {"seed": seed, "kind": "cnie"}, headers={"X-Test-Run": run}).status_code

    answers = [ask("greedy", seed) for seed in range(30)]
    assert answers == [202] * drawn.WANTED_OF_ONE + [503] * (30 - drawn.WANTED_OF_ONE)
    assert ask("modest", 900) == 202
    for _turn in range(2):
        tasks.draw()
    assert (ask("greedy", 0), ask("modest", 900)) == (200, 200)
    assert ask("greedy", 1) == 202
    tasks.draw()
    assert ask("greedy", 1) == 200  # its own are drawn in their order


# --- The worker ---


def test_one_process_draws_and_the_next_turn_takes_what_is_left(queued, folder):
    for number in (1, 2):
        drawn.want(specimen(number))
    with drawn.alone() as alone:
        assert alone
        tasks.draw()  # another process: whoever draws goes on afterwards
    assert files(folder, ".drawn") == []
    tasks.draw()
    assert (len(files(folder, ".drawn")), queued) == (1, ["draw"])
    tasks.draw()
    assert (len(files(folder, ".drawn")), files(folder, ".wanted"), queued) == (2, [], ["draw"])


def test_one_that_takes_its_worker_along_goes_to_the_end_of_the_line(monkeypatch, queued, folder):
    class WorkerDied(BaseException):
        pass

    def dies(specimen):
        raise WorkerDied

    for number in (1, 2):
        drawn.want(specimen(number))
        time.sleep(0.02)
    with monkeypatch.context() as patch:
        patch.setattr(painter, "paint", dies)
        with pytest.raises(WorkerDied):
            tasks.draw()
    tasks.draw()
    assert files(folder, ".drawn") == [f"{specimen(2).key}.drawn"]
    assert files(folder, ".wanted") == [f"{specimen(1).key}.wanted"]


def test_the_sweep_forgets_what_is_old_and_what_is_too_much(folder, monkeypatch):
    for number, age in ((1, drawn.KEPT_SECONDS + 1), (2, 60), (3, 30), (4, 0)):
        path = folder / f"{number}.drawn"
        path.write_bytes(b"x" * 1000)
        then = time.time() - age
        os.utime(path, (then, then))
    assert drawn.forget_old() == 1
    assert files(folder, ".drawn") == ["2.drawn", "3.drawn", "4.drawn"]
    monkeypatch.setattr(drawn, "KEPT_BYTES", 2500)
    assert drawn.forget_old() == 1
    assert files(folder, ".drawn") == ["3.drawn", "4.drawn"]


def test_the_names_of_the_forms_are_those_that_are_drawn():
    assert specimen_names.KINDS == specimens.KINDS
    assert tuple(specimens.DEGRADATIONS) == specimen_names.DEGRADATIONS
    assert tuple(specimens.SPECIES) == specimen_names.SPECIES
    assert set(specimen_names.TYPES) <= set(FORMATS)
