"""Captures out of the way: purged on their date, or replaced by another one. Files, and what was read from them, go."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from identite import journal
from identite.locks import locked
from verification.capture import transitions
from verification.capture.models import PHOTOS, Capture

# Read from the pictures: goes with them.
CONTENTS = ("read", "face", "reference", "signature")


def purge(capture: Capture) -> None:
    """Delete the pictures and everything read from them; digest, findings' codes and a video's signature stay."""
    with transaction.atomic():
        capture = locked(capture, "verification")  # its files may have other names by now, under another key
        if capture.purged_at is not None:
            return
        delete_files(capture)
        capture.file, capture.preview = "", ""
        _forget_contents(capture)
        capture.purged_at = timezone.now()
        capture.save(update_fields=["file", "preview", *CONTENTS, "purged_at"])
        capture.findings.update(evidence={})
        journal.record(capture, "evidence_purged", kind=str(capture.kind), sha256=capture.sha256)


def replace(capture: Capture, *, actor: journal.Actor | None = None, label: str = "citizen") -> None:
    """Out of the way. Its files go too, as nobody has a use for them any more; its challenge is free for another file."""
    replaced = transitions.move(capture, "replace", actor=actor, label=label)
    replaced.challenge = None
    replaced.purged_at = timezone.now()
    files = Capture(file=replaced.file.name, preview=replaced.preview.name)
    replaced.file, replaced.preview = "", ""
    _forget_contents(replaced)
    replaced.save(update_fields=["challenge", "purged_at", "file", "preview", *CONTENTS])
    transaction.on_commit(partial(delete_files, files))


def _forget_contents(capture: Capture) -> None:
    capture.read, capture.face, capture.reference = {}, None, None
    if capture.kind in PHOTOS:  # a photo's signature is a small picture; a video's stays, to know a replay
        capture.signature = None


def delete_files(capture: Capture) -> None:
    for stored in (capture.file, capture.preview):
        if stored.name:
            stored.storage.delete(stored.name)
