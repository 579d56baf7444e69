"""Bytes of a capture for eyes: the citizen's own preview, an agent's look at the evidence."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from identite import journal
from identite.locks import hold
from verification.capture.models import Capture, CaptureKind

# No file needs more digits, and Python refuses to read numbers of thousands of them.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
# A player asks for one video in many ranges: within this time they are one look.
LOOK = timedelta(minutes=10)
# What a slow client makes us hold. A file opens as a whole only: it is opened anew for each piece, one at a time.
PIECE_BYTES = 1_000_000
_opening = threading.Lock()


def serve(
    capture: Capture, which: str, request: HttpRequest, *, reader: journal.Actor | None = None, label: str = ""
) -> HttpResponseBase:
    """One file of a capture, for whoever the caller has let in. which: «file» (as checked) or «preview» (upright JPEG).

    reader, label: an agent who is none of the desk, as the journal calls her. Videos answer range requests, without which
    no browser seeks. A look by an agent is an entry of the journal: the first bytes of a file that leave, whichever they
    are, and again after ten minutes. Raises Http404 when there is no such file, or no longer.
    """
    if which not in ("file", "preview"):
        raise Http404
    stored = capture.file if which == "file" else capture.preview
    if not stored:
        raise Http404
    is_video = capture.kind == CaptureKind.VIDEO and which == "file"
    response = _ranged(stored, request.headers.get("Range", "")) if is_video else HttpResponse(_read(stored))
    response["Content-Type"] = capture.content_type if which == "file" else "image/jpeg"
    response["Cache-Control"] = "no-store, private"
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if reader is None and request.user.is_authenticated and request.user.is_staff:
        reader = request.user
    if reader is not None and response.status_code != 416:
        _journal_look(capture, which, reader, label)
    return response


@transaction.atomic
def _journal_look(capture: Capture, which: str, agent: journal.Actor, label: str) -> None:
    chain = capture.verification.journal_chain
    hold(chain)  # two ranges asked for at once are one look
    already = journal.Journal.objects.filter(
        chain=chain,
        event="evidence_read",
        actor_id=agent.pk,
        at__gt=timezone.now() - LOOK,
        detail__capture=str(capture.pk),
        detail__which=which,
    )
    if not already.exists():
        journal.record(
            capture.verification, "evidence_read", actor=agent, label=label, capture=str(capture.pk),
            kind=str(capture.kind), which=which,
        )  # fmt: skip


def _read(stored: FieldFile) -> bytes:
    with _opening, stored.storage.open(str(stored.name)) as opened:
        data: bytes = opened.read()
    return data


def _pieces(stored: FieldFile, first: bytes, start: int, stop: int) -> Iterator[bytes]:
    """Bytes `start` to `stop`, of which `first` are here: each is read when the client has taken those before."""
    second = start + len(first)
    yield first
    del first
    for begin in range(second, stop, PIECE_BYTES):
        yield _read(stored)[begin : min(begin + PIECE_BYTES, stop)]


def _ranged(stored: FieldFile, wanted: str) -> HttpResponseBase:
    """The whole, or the one range that was asked for (RFC 9110, 14.2)."""
    data = _read(stored)
    size = len(data)
    found = _RANGE.fullmatch(wanted.strip())
    start, stop, status = 0, size, 200
    if found is not None and found.group(0) != "bytes=-":
        begin, end = found.groups()
        start, status = int(begin) if begin else max(0, size - int(end)), 206
        stop = min(int(end) + 1, size) if begin and end else size
        if start >= size or stop <= start:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first = data[start : min(start + PIECE_BYTES, stop)]
    response = StreamingHttpResponse(_pieces(stored, first, start, stop), status=status)
    response["Content-Length"] = str(stop - start)
    response["Accept-Ranges"] = "bytes"
    if status == 206:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return response
