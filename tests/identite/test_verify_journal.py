"""Whatever is done to the journal is found and named: with the database alone, with its key, after a lawful erasure."""

import base64
import errno
from datetime import timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from identite import anchors, journal
from identite.anchors import anchor_journal, catch_up, write_anchor
from identite.checks import the_journal_can_be_sealed
from identite.cleaning import forget_journals
from identite.journal import Journal
from identite.journal_check import faults_of
from identite.quotas import Quota
from tests.enrollment.factories import AccountFactory

pytestmark = pytest.mark.django_db


def fill(entries: int = 4) -> UUID:
    """The chain of somebody to whom something has happened."""
    account = AccountFactory()
    for number in range(entries):
        journal.record(account, f"event_{number}", actor=account, reason="a reason", number=number)
    return account.pk


@pytest.fixture
def chain() -> UUID:
    return fill()


def run(*arguments: object) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("verify_journal", *map(str, arguments), stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue()
    return 0, output.getvalue()


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def reseal(chain: UUID, *, first: int, **changed: object) -> None:
    """What somebody with the key does: change an entry, and seal it and all that follow again."""
    previous = Journal.objects.filter(chain=chain, sequence=first - 1).values_list("seal", flat=True).first() or ""
    for entry in Journal.objects.filter(chain=chain, sequence__gte=first).order_by("sequence"):
        entry.previous = previous
        if entry.sequence == first:
            vars(entry).update(changed)
        entry.seal = previous = entry.compute_seal()
        values = {"previous": entry.previous, "seal": entry.seal, "sealed_with": entry.sealed_with}
        Journal.objects.filter(pk=entry.pk).update(**values, **(changed if entry.sequence == first else {}))


def unkey(chain: UUID) -> None:
    """As entries were before there were keys."""
    reseal(chain, first=1)
    previous = ""
    for entry in Journal.objects.filter(chain=chain).order_by("sequence"):
        entry.sealed_with, entry.previous = "", previous
        previous = entry.compute_seal()
        Journal.objects.filter(pk=entry.pk).update(sealed_with="", previous=entry.previous, seal=previous)


def test_a_whole_journal_has_no_fault(chain):
    code, said = run()
    assert (code, said.splitlines()[-1]) == (0, "1 files, 0 faults")
    assert "no anchor yet" in said
    catch_up()
    assert run()[1].splitlines()[-1] == "1 files, 0 faults"
    assert faults_of(chain) == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE identite_journal SET reason = 'another' WHERE sequence = 2", "entry 2 was changed"),
        ("UPDATE identite_journal SET actor_label = 'agent' WHERE sequence = 4", "entry 4 was changed"),
        ("UPDATE identite_journal SET \"after\" = 'x' WHERE sequence = 1", "entry 1 was changed"),
        ("DELETE FROM identite_journal WHERE sequence = 3", "entry 3 was removed"),
        ("DELETE FROM identite_journal WHERE sequence < 3", "entries 1 to 2 were removed"),
    ],
)
def test_every_change_inside_a_chain_is_named(chain, statement, named):
    sql(statement)
    code, said = run()
    assert code == 1
    assert f"{chain}: {named}" in said


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets no such value in")
@pytest.mark.parametrize("anchored", [False, True])
@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("at = 'garbage'", "cannot be read"),
        ("at = 7", "cannot be read"),
        ("at = '2026-13-45 10:00:00'", "cannot be read"),
        ("sequence = 'abc'", "cannot be read"),
        ("sequence = 2.5", "cannot be read"),
        ("chain = 'notauuid'", "cannot be read"),
        ("detail = CAST(x'ff' AS TEXT)", "cannot be read"),
        ("reason = CAST(x'ff' AS TEXT)", "cannot be read"),
        ("reason = x'ff'", "entry 2 was changed"),
        ("seal = x'ff'", "entry 2 was changed"),
        ("seal = 'é'", "entry 2 was changed"),
        ("previous = x'ff'", "entry 2 was changed"),
    ],
)
def test_an_entry_that_cannot_be_read_is_a_fault_like_another_and_the_later_ones_are_named(
    chain, value, named, anchored
):
    other = fill()
    if anchored:
        catch_up()
    for whose in (chain, other):  # before and after it, in either order of the chains
        sql(f"UPDATE identite_journal SET reason = 'another' WHERE sequence = 4 AND chain = '{whose.hex}'")  # noqa: S608
    sql("PRAGMA ignore_check_constraints = ON")
    sql(f"UPDATE identite_journal SET {value} WHERE sequence = 2 AND chain = '{chain.hex}'")  # noqa: S608
    sql("PRAGMA ignore_check_constraints = OFF")
    code, said = run()
    assert code == 1
    assert named in said
    assert f"{chain}: entry 4 was changed" in said
    assert f"{other}: entry 4 was changed" in said


def test_a_row_is_neither_changed_nor_deleted(chain):
    entry = Journal.objects.first()
    for change in (entry.save, entry.delete):
        with pytest.raises(journal.JournalIsAppendOnly):
            change()
    assert faults_of(chain) == []


# --- What the anchors tell ---


def test_removed_last_entries_are_named(chain):
    fill()
    catch_up()
    sql("DELETE FROM identite_journal WHERE sequence > 2 AND id <= (SELECT MIN(id) + 3 FROM identite_journal)")
    code, said = run()
    assert code == 1
    assert f"{chain}: entries 3 to 4 were removed (anchor 1 has seen them)" in said
    assert "2 files, 1 faults" in said
    assert len(faults_of(chain)) == 1


def test_a_removed_chain_is_named(chain):
    other = fill(2)
    catch_up()
    Journal.objects.filter(chain=chain).delete()
    code, said = run()
    assert code == 1
    assert f"{chain}: the whole chain was removed, entries 1 to 4 (anchor 1 has seen them)" in said
    assert str(other) not in said
    assert len(faults_of(chain)) == 1


def test_without_the_key_a_changed_entry_cannot_be_sealed_again(chain, settings):
    known = settings.JOURNAL_KEYS
    settings.JOURNAL_KEYS = [f"tests:{base64.b64encode(b'x' * 32).decode()}"]  # theirs, under the name of ours
    reseal(chain, first=2, reason="another")
    settings.JOURNAL_KEYS = known
    code, said = run()
    assert code == 1
    assert all(f"{chain}: entry {number} was changed" in said for number in (2, 3, 4))


def test_with_the_key_too_once_an_anchor_has_seen_it(chain):
    catch_up()
    journal.append(chain, "x", "later")
    reseal(chain, first=3, reason="another")
    assert faults_of(chain) != []
    catch_up()  # the forged head is anchored as well: the older anchor still tells
    code, said = run()
    assert code == 1
    assert f"{chain}: entries 1 to 4 were changed and sealed again" in said


def test_what_was_seen_twice_narrows_down_what_was_changed(chain, clock):
    catch_up()
    clock.pass_(hours=2)
    journal.append(chain, "x", "later")
    catch_up()
    reseal(chain, first=5, reason="another")
    assert faults_of(chain) == [
        f"{chain}: entry 5 was changed and sealed again, in part or all (anchor 2 has seen another seal)"
    ]


def test_an_anchor_lists_what_moved_since_the_one_before_it(clock):
    first, second = fill(), fill()
    write_anchor()
    clock.pass_(hours=2)
    assert write_anchor() is not None  # what was young then is settled now
    assert write_anchor() is None
    clock.pass_(hours=2)
    journal.append(second, "x", "later")
    write_anchor()
    numbers = anchors.stored()
    assert list(numbers) == [1, 2, 3]
    assert {head.chain for head in anchors.unpack(numbers[1]()).heads} == {first, second}
    assert [(head.chain, head.sequence) for head in anchors.unpack(numbers[3]()).heads] == [(second, 5)]


def test_a_backlog_becomes_several_anchors_of_one_size(monkeypatch, clock):
    monkeypatch.setattr(anchors, "ENTRIES", 3)
    chains = [fill(2) for _number in range(4)]
    clock.pass_(hours=2)
    with CaptureQueriesContext(connection) as asked:
        assert [header.behind for header in catch_up()] == [True, True, False]
    assert len([query for query in asked if "FROM" in query["sql"] and "identite_journal" in query["sql"]]) == 4
    assert run()[0] == 0
    Journal.objects.filter(chain=chains[0]).delete()
    assert len(faults_of(chains[0])) == 1


def test_the_sweep_anchors_once_a_day_and_at_once_while_there_is_a_backlog(monkeypatch, clock, settings):
    assert anchor_journal() == 0
    fill(2)
    assert [anchor_journal(), anchor_journal()] == [1, 0]
    fill(8)
    clock.pass_(seconds=settings.QUOTAS["journal_anchor"][1] + 1)
    monkeypatch.setattr(anchors, "ENTRIES", 4)
    assert [anchor_journal() for _sweep in range(4)] == [1, 1, 1, 0]
    assert run()[0] == 0


def test_one_persons_sweep_anchors_nothing(chain):
    assert anchor_journal(lambda rows: rows.filter(pk=None)) == 0
    assert Quota.objects.count() == 0


# --- Who touches the anchors ---


def replace(number: int, data: bytes) -> None:
    storages["anchors"].delete(anchors.path_of(number))
    storages["anchors"].save(anchors.path_of(number), ContentFile(data))


@pytest.fixture
def three(chain, clock):
    for _number in range(3):
        clock.pass_(hours=3)
        journal.append(chain, "x", "later")
        write_anchor()
    return anchors.stored()


def test_a_changed_anchor_is_named(three):
    data = three[2]()
    replace(2, data.replace(b'"number": 2', b'"number": 3'))
    assert "anchor 2 was changed" in run()[1]


def test_a_removed_anchor_and_a_doubled_one_are_named(three):
    first = three[1]()
    storages["anchors"].delete(anchors.path_of(2))
    assert "anchor 2 was removed" in run()[1]
    replace(2, first)
    assert "anchor 2 does not follow the one before it" in run()[1]


def test_an_exported_copy_tells_what_the_storage_lost(three, chain, tmp_path):
    call_command("anchor_journal", out=tmp_path, stdout=StringIO())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00000001.jsonl", "00000002.jsonl", "00000003.jsonl"]
    assert run("--anchors", tmp_path)[0] == 0
    storages["anchors"].delete(anchors.path_of(3))
    sql("DELETE FROM identite_journal WHERE sequence = 7")
    assert run()[0] == 0  # the last anchor and what it alone has seen
    code, said = run("--anchors", tmp_path)
    assert code == 1
    assert "anchor 3 was removed" in said
    assert f"{chain}: entry 7 was removed (anchor 3 has seen them)" in said
    (tmp_path / "00000001.jsonl").write_bytes(b"another")
    with pytest.raises(CommandError, match="nothing of it was overwritten"):
        call_command("anchor_journal", out=tmp_path, stdout=StringIO())


@pytest.mark.parametrize("kept", [0, 40, -1, -20, -80])
def test_an_anchor_that_was_cut_off_is_written_again(three, chain, clock, kept):
    whole = three[3]()
    replace(3, whole[:kept])
    assert "anchor 3 was changed" in run()[1]
    catch_up()
    assert list(anchors.stored()) == [1, 2, 3]
    assert run()[0] == 0
    assert anchors.unpack(anchors.stored()[3]()).heads == anchors.unpack(whole).heads


def test_an_anchor_that_was_changed_and_has_its_seal_is_not_written_over(three, chain):
    replace(3, three[3]().replace(b'"number": 3', b'"number": 4'))
    journal.append(chain, "x", "later")
    with pytest.raises(anchors.BrokenAnchor):
        write_anchor()
    assert b'"number": 4' in anchors.stored()[3]()


def test_a_full_disk_leaves_no_half_anchor(three, chain, monkeypatch):
    storage = storages["anchors"]
    real = storage._save

    def full(name, content):
        real(name, ContentFile(content.read()[:100]))
        raise OSError(errno.ENOSPC, "No space left on device")

    journal.append(chain, "x", "later")
    monkeypatch.setattr(storage, "_save", full)
    with pytest.raises(OSError, match="No space"):
        write_anchor()
    monkeypatch.undo()
    assert list(anchors.stored()) == [1, 2, 3]
    assert write_anchor().number == 4
    assert run()[0] == 0


def test_a_journal_that_goes_on_without_anchors_is_told(chain, clock):
    clock.pass_(days=3)
    journal.append(chain, "x", "later")
    code, said = run()
    assert code == 1
    assert "no anchor since" in said
    write_anchor()
    clock.pass_(days=1)
    journal.append(chain, "x", "later")
    assert run()[0] == 0


def test_a_folder_that_is_none_is_told(chain, tmp_path):
    with pytest.raises(CommandError, match="is no folder"):
        run("--anchors", tmp_path / "nowhere")


# --- Keys ---


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(name.encode() * 16).decode()}"


def test_a_new_key_seals_and_the_old_one_still_verifies(chain, settings):
    catch_up()
    settings.JOURNAL_KEYS = [key("k2"), *settings.JOURNAL_KEYS]
    journal.append(chain, "x", "later")
    catch_up()
    assert set(Journal.objects.values_list("sealed_with", flat=True)) == {"tests", "k2"}
    assert run()[0] == 0
    settings.JOURNAL_KEYS = [key("k2")]
    code, said = run()
    assert code == 1
    assert "entry 1 is sealed with the key tests, which JOURNAL_KEYS lacks" in said


@pytest.mark.parametrize("wrong", [[], ["k1"], ["k1:c2hvcnQ="], ["k1:no base64"], [key("k" * 17)]])
def test_a_key_that_is_none_is_refused_at_the_start(settings, wrong):
    settings.JOURNAL_KEYS = wrong
    (error,) = the_journal_can_be_sealed(None)
    assert error.id == "identite.E005"
    assert "tools.secrets" in error.hint


# --- Before there were keys ---


def test_entries_of_before_there_were_keys_still_verify_and_are_told(chain):
    unkey(chain)
    assert run()[0] == 0
    catch_up()
    journal.append(chain, "x", "later")
    code, said = run()
    assert code == 0
    last = Journal.objects.get(chain=chain, sequence=4).pk
    assert f"4 entries, none later than row {last}, were sealed before there were keys" in said


def test_nothing_new_goes_without_a_key(chain):
    """Somebody without the key writes as the old version did."""
    old = fill(2)
    unkey(old)
    catch_up()
    unkey(chain)
    assert any("entries 1 to 4 were changed and sealed again" in fault for fault in faults_of(chain))
    forged = Journal(chain=uuid4(), sequence=1, at=timezone.now(), event="logged_in", subject="x", actor_label="agent")
    forged.seal = forged.compute_seal()
    forged.save()
    assert any("no keyed seal" in fault for fault in faults_of(forged.chain))
    Journal.objects.filter(pk=forged.pk).update(id=-1)  # below every number that was read
    assert any("no keyed seal" in fault for fault in faults_of(forged.chain))
    assert faults_of(old) == []


def test_an_entry_after_keyed_ones_wants_a_key_even_without_an_anchor(chain):
    entry = Journal.objects.get(chain=chain, sequence=4)
    entry.sealed_with = ""
    Journal.objects.filter(pk=entry.pk).update(sealed_with="", seal=entry.compute_seal())
    assert faults_of(chain) == [f"{chain}: entry 4 has no keyed seal, and is younger than they are"]


# --- Erasure on its date ---


def age(chain: UUID, **since) -> None:
    reseal(chain, first=1)
    for entry in Journal.objects.filter(chain=chain).order_by("sequence"):
        reseal(chain, first=entry.sequence, at=entry.at - timedelta(**since))


def test_what_was_erased_on_its_date_was_not_removed(settings):
    old, young = fill(), fill(2)
    age(old, days=366 * settings.JOURNAL_RETENTION_YEARS + 2)
    catch_up()
    assert forget_journals() == 4
    (mark,) = Journal.objects.filter(chain=old)
    assert (mark.event, mark.sequence, mark.actor_label, mark.detail) == ("journal_forgotten", 5, "system", {})
    assert run()[0] == 0
    catch_up()
    assert run()[0] == 0
    journal.append(old, "x", "logged_in")  # she comes back
    assert run()[0] == 0
    Journal.objects.filter(chain=old).delete()
    assert "the whole chain was removed" in run()[1]
    assert faults_of(young) == []


def test_erasing_early_is_named_even_with_the_key(chain):
    catch_up()
    journal.forget(chain)
    code, said = run()
    assert code == 1
    assert f"{chain}: entries 1 to 4 were erased before the time" in said
