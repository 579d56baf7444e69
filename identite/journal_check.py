"""Is the journal whole? Its entries in order, each against its seal, each chain against what the anchors saw of it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from identite import anchors, seals
from identite.anchors import Head, Header
from identite.crypto import same
from identite.journal import FORGOTTEN, Journal, years_before

CHUNK = 2000  # entries read at once


@dataclass(frozen=True)
class Seen:
    """A head, and the anchor that saw it."""

    head: Head
    anchor: int


class Heads:
    """All heads of all anchors, in a file aside: memory does not grow with the number of chains."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("")  # a file without a name, gone with the connection
        self._rows.execute(
            "CREATE TABLE head (chain TEXT, sequence INT, anchor INT, seal TEXT, at TEXT,"
            " PRIMARY KEY (chain, sequence, anchor)) WITHOUT ROWID"
        )

    def close(self) -> None:
        self._rows.close()

    def add(self, number: int, heads: list[Head]) -> None:
        rows = [(str(head.chain), head.sequence, number, head.seal, head.at.isoformat()) for head in heads]
        self._rows.executemany("INSERT INTO head VALUES (?, ?, ?, ?, ?)", rows)

    def take(self, chain: UUID) -> list[Seen]:
        """What was seen of a chain, in its order; it is gone from here then."""
        found = self._rows.execute(
            "SELECT sequence, seal, at, anchor FROM head WHERE chain = ? ORDER BY sequence, anchor", [str(chain)]
        ).fetchall()
        self._rows.execute("DELETE FROM head WHERE chain = ?", [str(chain)])
        return [Seen(Head(chain, row[0], row[1], datetime.fromisoformat(row[2])), row[3]) for row in found]

    def left(self) -> Iterator[tuple[str, int, int]]:
        """Chains that nobody took: identifier, last number seen, first anchor that saw it."""
        yield from self._rows.execute(
            "SELECT chain, MAX(sequence), MIN(anchor) FROM head AS one WHERE sequence ="
            " (SELECT MAX(sequence) FROM head AS other WHERE other.chain = one.chain) GROUP BY chain"
        )


@dataclass
class JournalCheck:
    """One run over the whole journal, or over one chain of it. The counts stand once `faults` has been read to its end.

    exported: a folder with copies of anchors; what the storage has must be the same, and what it lacks is read there.
    """

    chain: UUID | None = None
    exported: Path | None = None
    files: int = 0
    unkeyed: int = 0
    headers: list[Header] = field(default_factory=list)
    _first_keyed: datetime | None = None
    _newest: datetime | None = None
    _unreadable: list[int] = field(default_factory=list)

    def faults(self) -> Iterator[str]:
        """What is wrong, a sentence each, as it is found."""
        with closing(Heads()) as heads:
            yield from self._read_anchors(heads)
            rows = Journal.objects.filter(chain=self.chain) if self.chain else Journal.objects.all()
            for chain, entries in groupby(self._read(rows), key=attrgetter("chain")):
                self.files += 1
                yield from self._chain(list(entries), heads.take(chain))
            yield from (f"row {pk} was changed: it cannot be read" for pk in self._unreadable)
            for gone, last, number in heads.left():
                yield f"{gone}: the whole chain was removed, entries 1 to {last} (anchor {number} has seen them)"
        if not self.chain:
            yield from self._age()

    def _read(self, rows: QuerySet[Journal]) -> Iterator[Journal]:
        """In their order. What holds no number or date where one belongs (SQLite lets it in) is noted, and left out."""
        pks = rows.order_by("chain", "sequence").values_list("pk", flat=True).iterator(chunk_size=CHUNK)
        while chunk := list(islice(pks, CHUNK)):
            some = Journal.objects.filter(pk__in=chunk).order_by("chain", "sequence")
            try:
                entries = list(some)
            except Exception:  # noqa: BLE001  (each kind of column fails in its own way)
                entries = [entry for pk in chunk for entry in self._read_one(pk)]
            for entry in entries:
                if isinstance(entry.sequence, int) and isinstance(entry.at, datetime):
                    yield entry
                else:
                    self._unreadable.append(entry.pk)

    def _read_one(self, pk: int) -> list[Journal]:
        row = Journal.objects.filter(pk=pk)
        try:
            return list(row)
        except Exception:  # noqa: BLE001  (each kind of column fails in its own way)
            if row.exists():  # raises when it is the database that is gone
                self._unreadable.append(pk)
            return []

    # --- The anchors ---

    def _read_anchors(self, heads: Heads) -> Iterator[str]:
        present, copies = anchors.stored(), self._copies()
        digest = ""
        for number in range(1, max([0, *present, *copies]) + 1):
            here, copy = (files[number]() if number in files else None for files in (present, copies))
            if here is None:
                yield f"anchor {number} was removed"
            elif copy is not None and copy != here:
                yield f"anchor {number} is not the one that was exported"
            data = copy or here
            if data is None:
                digest = ""
                continue
            try:
                anchor = anchors.unpack(data)
            except anchors.BrokenAnchor:
                yield f"anchor {number} was changed, or its key is missing"
                digest = ""
                continue
            if anchor.header.number != number or (digest or number == 1) and anchor.header.previous != digest:
                yield f"anchor {number} does not follow the one before it"
            digest = anchor.digest
            self.headers.append(anchor.header)
            heads.add(number, [head for head in anchor.heads if self.chain in (None, head.chain)])

    def _copies(self) -> dict[int, Callable[[], bytes]]:
        found = sorted(self.exported.iterdir()) if self.exported else []
        named = ((anchors.NAME.fullmatch(path.name), path) for path in found)
        return {int(match[1]): path.read_bytes for match, path in named if match}

    def _age(self) -> Iterator[str]:
        """Anchors that are not made, or were taken away from the end, are missed as soon as entries go on without them."""
        made = [parse_datetime(header.made_at) for header in self.headers[-1:]]
        since = made[0] if made else self._first_keyed
        most = timedelta(seconds=2 * settings.QUOTAS["journal_anchor"][1])
        if since and self._newest and self._newest - since > most:
            yield f"no anchor since {since:%Y-%m-%d %H:%M}: the sweep does not write them, or they were removed"

    # --- A chain ---

    def _chain(self, entries: list[Journal], seen: list[Seen]) -> Iterator[str]:
        chain, first = entries[0].chain, entries[0]
        erased = first if first.event == FORGOTTEN and first.sealed_with else None
        expected, previous = (first.sequence, first.previous) if erased else (1, "")
        covered, keyed = seen[-1].head.sequence if seen else 0, False
        for entry in entries:
            if entry.sequence != expected:
                yield f"{chain}: {_entries(expected, entry.sequence - 1)} removed"
            elif entry.previous != previous:
                yield f"{chain}: entry {entry.sequence} does not follow the entry before it"
            yield from self._seal(entry, keyed=keyed, covered=covered)
            expected, previous, keyed = entry.sequence + 1, entry.seal, keyed or bool(entry.sealed_with)
        yield from self._against_anchors(entries, seen, erased)

    def _seal(self, entry: Journal, *, keyed: bool, covered: int) -> Iterator[str]:
        self._newest = max(self._newest or entry.at, entry.at)
        name = f"{entry.chain}: entry {entry.sequence}"
        try:
            if not same(entry.seal, entry.compute_seal()):
                yield f"{name} was changed"
        except seals.UnknownKey:
            yield f"{name} is sealed with the key {entry.sealed_with}, which JOURNAL_KEYS lacks"
        except (
            TypeError,
            ValueError,
            AttributeError,
            RecursionError,
        ):  # bytes or the like where there was text: never sealed so
            yield f"{name} was changed"
        if entry.sealed_with:
            self._first_keyed = min(self._first_keyed or entry.at, entry.at)
            return
        self.unkeyed += 1
        last = self.headers[-1] if self.headers else None
        late = last is not None and (
            entry.pk > last.unkeyed_through or (last.listed >= last.unkeyed_through and entry.sequence > covered)
        )
        if keyed or late:
            yield f"{name} has no keyed seal, and is younger than they are"

    def _against_anchors(self, entries: list[Journal], seen: list[Seen], erased: Journal | None) -> Iterator[str]:
        chain, last = entries[0].chain, entries[-1].sequence
        present = {entry.sequence: entry.seal for entry in entries}
        good = changed = early = 0
        beyond: Seen | None = None
        for one in seen:
            head = one.head
            if erased and head.sequence < erased.sequence:
                early = early or (head.sequence if head.at >= years_before(erased.at, self._retention_years()) else 0)
            elif head.sequence > last:
                beyond = one
            elif present.get(head.sequence) == head.seal:
                good = head.sequence
            elif head.sequence in present and not changed:
                changed = head.sequence
                yield (
                    f"{chain}: {_entries(good + 1, changed)} changed and sealed again, in part or all"
                    f" (anchor {one.anchor} has seen another seal)"
                )
        if early:
            yield f"{chain}: {_entries(1, early)} erased before the time"
        if beyond:
            yield f"{chain}: {_entries(last + 1, beyond.head.sequence)} removed (anchor {beyond.anchor} has seen them)"

    def _retention_years(self) -> int:
        """The shortest that was ever in force: what went earlier was not erased by rule."""
        return min(header.retention_years for header in self.headers)


def _entries(first: int, last: int) -> str:
    return f"entry {first} was" if first == last else f"entries {first} to {last} were"


def faults_of(chain: UUID) -> list[str]:
    """What is wrong with one chain, a sentence each; empty when it is whole."""
    return list(JournalCheck(chain).faults())
