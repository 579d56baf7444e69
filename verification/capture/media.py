"""Bytes of a capture for eyes: the citizen's own preview, an agent's look at the evidence."""

import re
from datetime import timedelta

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from identite import journal
from identite.locks import hold
from verification.capture.models import Capture, CaptureKind

# No file needs more digits, and Python refuses to read numbers of thousands of them.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
# A player asks for one video in many ranges: within this time they are one look.
LOOK = timedelta(minutes=10)


def serve(capture: Capture, which: str, request: HttpRequest) -> HttpResponse:
    """One file of a capture, for whoever the caller has let in. which: «file» (as checked) or «preview» (upright JPEG).

    Videos answer range requests, without which no browser seeks. A look by an agent is an entry of the journal: the first
    bytes of a file that leave, whichever they are, and again after ten minutes. Raises Http404 when there is no such file,
    or no longer.
    """
    if which not in ("file", "preview"):
        raise Http404
    stored = capture.file if which == "file" else capture.preview
    if not stored:
        raise Http404
    with stored.open("rb") as opened:
        data: bytes = opened.read()
    is_video = capture.kind == CaptureKind.VIDEO and which == "file"
    response = _ranged(data, request.headers.get("Range", "")) if is_video else HttpResponse(data)
    response["Content-Type"] = capture.content_type if which == "file" else "image/jpeg"
    response["Cache-Control"] = "no-store, private"
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if request.user.is_authenticated and request.user.is_staff and response.status_code != 416:
        _journal_look(capture, which, request.user)
    return response


@transaction.atomic
def _journal_look(capture: Capture, which: str, agent: journal.Actor) -> None:
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
            capture.verification, "evidence_read", actor=agent, capture=str(capture.pk), kind=str(capture.kind),
            which=which,
        )  # fmt: skip


def _ranged(data: bytes, wanted: str) -> HttpResponse:
    """The whole, or the one range that was asked for (RFC 9110, 14.2)."""
    size = len(data)
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or found.group(0) == "bytes=-":
        response = HttpResponse(data)
    else:
        begin, end = found.groups()
        start = int(begin) if begin else max(0, size - int(end))
        stop = min(int(end) + 1, size) if begin and end else size
        if start >= size or stop <= start:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{size}"
            return response
        response = HttpResponse(data[start:stop], status=206)
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response["Accept-Ranges"] = "bytes"
    return response
