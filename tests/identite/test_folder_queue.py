"""The queue of the embedded stack: messages arrive whole and once, and what is none harms nobody."""

import multiprocessing
import os
import resource
import time
from collections import Counter
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Queue
from kombu.exceptions import OperationalError

TRANSPORT = "identite.folder_queue:Transport"
SECONDS = 60
GARBAGE = {
    "empty": b"",
    "half": b'{"body": "W1tdLCB7fSwge31d", "content-enc',
    "bytes": bytes(range(256)),
    "no object": b"[1, 2]",
    "no properties": b'{"body": ""}',
    "no base64": b'{"body": "%a", "properties": {"body_encoding": "base64", "delivery_tag": "1"}}',
    "unknown encoding": b'{"body": "x", "properties": {"body_encoding": "rot13", "delivery_tag": "1"}}',
    "deep": b"[" * 100_000,
    "no tag": b'{"body": "", "properties": {}}',
}


def connect(folder):
    return Connection("folder://", transport=TRANSPORT, transport_options={"folder": str(folder)})


@pytest.fixture
def queue(tmp_path):
    with connect(tmp_path) as connection:
        yield connection.SimpleQueue("checks")


def take(queue):
    message = queue.get_nowait()
    message.ack()
    return message.payload


def test_messages_come_in_the_order_in_which_they_were_sent(queue):
    for number in range(20):
        queue.put({"number": number})
    assert queue.qsize() == 20
    assert [take(queue)["number"] for _ in range(20)] == list(range(20))
    with pytest.raises(Empty):
        take(queue)


def test_what_is_still_being_written_is_not_seen(queue, tmp_path):
    (tmp_path / "checks" / "0-half.part").write_bytes(GARBAGE["half"])
    with pytest.raises(Empty):
        take(queue)


def test_what_a_dead_process_left_unfinished_is_deleted_later(tmp_path):
    (tmp_path / "checks").mkdir()
    old, new = (tmp_path / "checks" / name for name in ("0-old.part", "0-new.part"))
    for path in (old, new):
        path.write_bytes(b"{")
    os.utime(old, (0, 0))
    with connect(tmp_path) as connection:
        connection.SimpleQueue("checks")
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize("content", GARBAGE.values(), ids=list(GARBAGE))
def test_what_is_no_message_is_set_aside_and_told_once(content, queue, tmp_path, caplog):
    (tmp_path / "checks" / "0-bad.msg").write_bytes(content)
    queue.put({"number": 1})
    assert take(queue) == {"number": 1}
    with pytest.raises(Empty):
        take(queue)
    assert [path.read_bytes() for path in (tmp_path / "bad").iterdir()] == [content]
    assert caplog.text.count("0-bad.msg is no message") == 1


def test_what_was_not_acknowledged_is_there_again_when_its_consumer_ends(tmp_path):
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("checks")
        queue.put({"number": 1})
        queue.get_nowait()
    with connect(tmp_path) as connection:
        assert take(connection.SimpleQueue("checks")) == {"number": 1}


def produce(folder, number, count):
    with connect(folder) as connection:
        queue = connection.SimpleQueue("checks")
        for index in range(count):
            queue.put(f"{number}-{index}")


def consume(folder, number, total):
    """Until all is taken, or nothing has come for a while."""
    with connect(folder) as connection, (Path(folder) / f"taken-{number}").open("w") as taken:
        queue, until = connection.SimpleQueue("checks"), time.monotonic() + SECONDS
        while time.monotonic() < until and not (Path(folder) / "all-sent").exists() or queue.qsize():
            try:
                taken.write(f"{take(queue)}\n")
            except Empty:
                time.sleep(0.001)


def test_four_producers_and_four_consumers_lose_nothing_and_take_nothing_twice(tmp_path):
    processes, each = 4, 500
    start = multiprocessing.get_context("spawn").Process
    producers = [start(target=produce, args=(str(tmp_path), number, each)) for number in range(processes)]
    consumers = [start(target=consume, args=(str(tmp_path), number, each)) for number in range(processes)]
    for process in producers + consumers:
        process.start()
    for process in producers:
        process.join(SECONDS)
    (tmp_path / "all-sent").touch()
    for process in consumers:
        process.join(SECONDS)
    assert [process.exitcode for process in producers + consumers] == [0] * 2 * processes
    taken = Counter(line for path in tmp_path.glob("taken-*") for line in path.read_text().split())
    assert taken == {f"{number}-{index}": 1 for number in range(processes) for index in range(each)}
    assert not (tmp_path / "bad").exists()


def test_a_long_queue_of_one_kind_does_not_hold_up_the_others(tmp_path):
    taken = []
    with connect(tmp_path) as connection:
        for name, count in (("checks", 50), ("messages", 2), ("upkeep", 1)):
            queue = connection.SimpleQueue(name)
            for number in range(count):
                queue.put(f"{name} {number}")
        every = [Queue(name) for name in ("checks", "messages", "upkeep")]
        with connection.Consumer(every, callbacks=[lambda body, message: taken.append(body) or message.ack()]):
            for _ in range(5):
                connection.drain_events(timeout=1)
    assert sorted(taken) == ["checks 0", "checks 1", "messages 0", "messages 1", "upkeep 0"]


# --- A folder that takes nothing ---


def test_a_folder_that_cannot_be_used_is_a_broker_that_is_away(tmp_path):
    place = tmp_path / "queue"
    place.write_text("a file where the folder should be")
    with pytest.raises(OperationalError), connect(place) as connection:
        connection.SimpleQueue("checks")


def test_on_a_full_disk_nothing_half_written_is_left(queue, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        with pytest.raises(OperationalError):
            queue.put({"number": 1})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "checks").iterdir()) == []
    queue.put({"number": 2})
    assert take(queue) == {"number": 2}
