"""Anchors: what the journal looked like, kept outside its table. identite.journal_check compares.

An anchor is a file that lists the head of every chain that moved since the anchor before it, links to that one by its digest
and is sealed with the journal's key. So it costs what has happened since, however many chains there are.

    journal/00000001.jsonl    {"number": 1, "made_at": …}                      as Header
                              ["<chain>", <number>, "<seal>", "<date>"]        a line a head
                              {"seal": "…"}                                    over all lines above
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from identite import quotas, seals
from identite.crypto import same
from identite.journal import Journal
from identite.locks import hold
from identite.sweep import Whose, duty, everybody

FOLDER = "journal"
NAME = re.compile(r"(\d{8})\.jsonl")
# What one anchor reads: a file stays small, and a backlog becomes several of them.
ENTRIES = 20_000
# A slow transaction's entry may appear below numbers that were read already: so long they are read again.
UNSETTLED = timedelta(hours=1)
# The line in which those stand who write anchors.
WRITERS = UUID("6a6f7572-6e61-6c20-616e-63686f727321")
QUOTA = ("journal_anchor", "all")


# What the last line of a whole anchor looks like.
SEAL_LINE = re.compile(rb'\{"seal": "[0-9a-f]{64}"\}\n')


class BrokenAnchor(ValueError):
    """Not written with one of our keys, or changed since."""


class CutOffAnchor(BrokenAnchor):
    """Its seal is missing: whoever wrote it did not come to the end."""


@dataclass(frozen=True)
class Header:
    """through, listed, unkeyed_through: primary keys of entries. Those up to `listed` are in this anchor or an earlier one,
    up to `through` for good; those after `unkeyed_through` must have a keyed seal. behind: there was more to read.
    previous: digest of the file before.
    """

    number: int
    made_at: str
    previous: str
    through: int
    listed: int
    unkeyed_through: int
    behind: bool
    retention_years: int
    sealed_with: str


@dataclass(frozen=True)
class Head:
    chain: UUID
    sequence: int
    seal: str
    at: datetime


@dataclass(frozen=True)
class Anchor:
    header: Header
    heads: list[Head]
    digest: str


def pack(header: Header, heads: list[Head]) -> bytes:
    lines = [asdict(header), *([str(head.chain), head.sequence, head.seal, head.at.isoformat()] for head in heads)]
    body = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    mark = {"seal": seals.seal("journal-anchor", body, key=header.sealed_with)}
    return body + f"{json.dumps(mark)}\n".encode()


def unpack(data: bytes) -> Anchor:
    """Raises BrokenAnchor."""
    if not SEAL_LINE.fullmatch(data[data.rfind(b"\n", 0, -1) + 1 :]):
        raise CutOffAnchor("no seal at its end")
    try:
        *lines, mark = data.decode().splitlines(keepends=True)
        header = Header(**json.loads(lines[0]))
        sealed = seals.seal("journal-anchor", "".join(lines).encode(), key=header.sealed_with)
        if not same(json.loads(mark)["seal"], sealed):
            raise ValueError("another seal")
        heads = [
            Head(UUID(chain), sequence, seal, datetime.fromisoformat(at))
            for chain, sequence, seal, at in map(json.loads, lines[1:])
        ]
    except (ValueError, TypeError, KeyError, IndexError, seals.UnknownKey) as error:
        raise BrokenAnchor(str(error)) from error
    return Anchor(header, heads, hashlib.sha256(data).hexdigest())


def path_of(number: int) -> str:
    return f"{FOLDER}/{number:08}.jsonl"


def stored() -> dict[int, Callable[[], bytes]]:
    """Number → how to read it, of every anchor, in order."""
    try:
        names = storages["anchors"].listdir(FOLDER)[1]
    except FileNotFoundError:  # nothing was anchored yet
        return {}
    numbers = sorted(int(found[1]) for found in map(NAME.fullmatch, names) if found)
    return {number: lambda number=number: _read(number) for number in numbers}  # type: ignore[misc]  # bound now


def _read(number: int) -> bytes:
    with storages["anchors"].open(path_of(number), "rb") as file:
        return bytes(file.read())


def newest() -> Anchor | None:
    """The last whole one: the file after it may be cut off, by a full disk or a kill. Raises BrokenAnchor."""
    files = list(stored().values())
    try:
        return unpack(files[-1]()) if files else None
    except CutOffAnchor:
        return unpack(files[-2]()) if len(files) > 1 else None


@transaction.atomic
def write_anchor() -> Header | None:
    """Write the next anchor. None when nothing has happened since the last one. Raises BrokenAnchor when that is broken."""
    hold(WRITERS)
    last = newest()
    begin = last.header.through if last else 0
    rows = list(
        Journal.objects.filter(pk__gt=begin)
        .order_by("pk")
        .values_list("pk", "chain", "sequence", "seal", "at")[:ENTRIES]
    )
    found: dict[UUID, Head] = {}
    for _pk, chain, sequence, seal, at in rows:
        if chain not in found or found[chain].sequence < sequence:
            found[chain] = Head(chain, sequence, seal, at)
    heads = list(found.values())
    through, settled = begin, timezone.now() - UNSETTLED
    for pk, _chain, _sequence, _seal, at in rows:
        if at > settled:
            break
        through = pk
    if not rows or (last and last.heads == heads and last.header.through == through):
        return None
    unkeyed = Journal.objects.filter(sealed_with="")
    header = Header(
        number=last.header.number + 1 if last else 1,
        made_at=timezone.now().isoformat(),
        previous=last.digest if last else "",
        through=through,
        listed=rows[-1][0],
        unkeyed_through=last.header.unkeyed_through if last else unkeyed.aggregate(last=Max("pk"))["last"] or 0,
        behind=len(rows) == ENTRIES and through == rows[-1][0],
        retention_years=settings.JOURNAL_RETENTION_YEARS,
        sealed_with=seals.present_key(),
    )
    _save(path_of(header.number), pack(header, heads))
    return header


def _save(path: str, data: bytes) -> None:
    """What stands at that path already was cut off: `newest` has passed over it."""
    storage = storages["anchors"]
    if storage.exists(path):
        storage.delete(path)
    try:
        written = storage.save(path, ContentFile(data))
    except BaseException:
        storage.delete(path)
        raise
    if written != path:
        storage.delete(written)
        raise FileExistsError(path)


def catch_up() -> list[Header]:
    """Write anchors until nothing is left to list."""
    written: list[Header] = []
    while header := write_anchor():
        written.append(header)
        if not header.behind:
            break
    return written


@duty
def anchor_journal(whose: Whose = everybody) -> int:
    """Once in JOURNAL_ANCHOR_SECONDS, and one after the other while there is a backlog. It is about all chains or none."""
    if whose is not everybody or quotas.usage(*QUOTA).exceeded:
        return 0
    header = write_anchor()
    if (header and not header.behind) or (header is None and stored()):
        with contextlib.suppress(quotas.QuotaExceeded):  # another sweep was as fast
            quotas.take(*QUOTA)
    return int(header is not None)
