"""Uploaded photos, before any check: known by their content, freed of their metadata, and shown by a process of its own.

This one, a web server's, decodes nothing: it walks over the file (`containers`) and has the pixels looked at elsewhere
(`decoder`), under limits of memory and time, a few at once.
"""

import hashlib
import json
import logging
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.capture import containers
from verification.capture.uploads import BadUpload
from verification.checks import limits

logger = logging.getLogger(__name__)

CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/jpeg"}
PREVIEW_SIDE = 1600  # pixels, longer side of what eyes are shown
# The same picture, sent or saved again: no part of the thumbnail differs more, and it is as sharp as before.
SAME_LEVEL = 8
SAME_SHARPNESS = 0.1

PROGRAM = Path(__file__).with_name("decoder.py")
# What the largest pictures within the limits need, measured: 720 MB (WebP, 40 million points) and 2 s.
DECODER_MEGABYTES = 900
DECODER_SECONDS = 10  # of a processor
DECODER_DEADLINE = 30  # seconds; on a machine that has much else to do
DECODERS = 2  # at once, in each web process
WAIT_SECONDS = 10  # for one of them; then the citizen is asked to send the photo again
_decoders = threading.BoundedSemaphore(DECODERS)


@dataclass(frozen=True)
class Picture:
    """data: the photo without metadata, as the checks get it. preview: upright JPEG for eyes. sha256: of the file as it was sent.

    signature: grey thumbnail and sharpness, to know a picture again (`is_same`).
    """

    data: bytes
    content_type: str
    preview: bytes
    sha256: str
    signature: bytes


def read_picture(data: bytes) -> Picture:
    """Read one uploaded photo. Raises BadUpload with the reason, whatever the bytes are."""
    if not data:
        raise BadUpload("empty")
    if len(data) > limits.PHOTO_MAX_BYTES:
        raise BadUpload("photo_too_large")
    photo = containers.take_apart(data)
    line, pictures = _decode(photo)
    preview, kept = pictures[: line["preview"]], pictures[line["preview"] :]
    if len(kept) != line["kept"]:
        raise BadUpload("photo_complex")
    return Picture(
        kept or photo.data,
        CONTENT_TYPES[photo.kind],
        preview,
        hashlib.sha256(data).hexdigest(),
        bytes.fromhex(line["signature"]),
    )


def is_same(one: bytes, other: bytes) -> bool:
    """Do two signatures belong to the same picture, whatever was done to its file? A new shot of the same scene differs."""
    if len(one) != len(other):
        return False
    size = len(one) - 4
    if max(abs(left - right) for left, right in zip(one[:size], other[:size], strict=True)) > SAME_LEVEL:
        return False
    first, second = (float(struct.unpack("<f", signature[size:])[0]) for signature in (one, other))
    return abs(first - second) <= SAME_SHARPNESS * max(first, second, 1.0)


def _decode(photo: containers.Photo) -> tuple[dict[str, Any], bytes]:
    """What `decoder.main` returns. Raises BadUpload: its reason, or that it could not come to an end within its limits."""
    order = {
        "kind": photo.kind,
        "orientation": photo.orientation,
        "side": PREVIEW_SIDE,
        "max_pixels": limits.PHOTO_MAX_PIXELS,
        "max_bytes": limits.PHOTO_MAX_BYTES,
        "megabytes": DECODER_MEGABYTES,
        "seconds": DECODER_SECONDS,
    }
    if not _decoders.acquire(timeout=WAIT_SECONDS):
        raise BadUpload("busy")
    try:
        # No variable of ours, as these hold keys; -I: nothing from a folder either.
        run = subprocess.run(  # noqa: S603  (no shell, and no word of the file in the arguments)
            [sys.executable, "-I", str(PROGRAM), json.dumps(order)],
            input=photo.data,
            capture_output=True,
            timeout=DECODER_DEADLINE,
            env={"MALLOC_ARENA_MAX": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadUpload("photo_complex") from error
    except OSError as error:
        logger.exception("no process for a photo")
        raise BadUpload("busy") from error
    finally:
        _decoders.release()
    head, _, pictures = run.stdout.partition(b"\n")
    if run.returncode != 0 or not head:
        logger.warning(
            "a photo's decoder ended with %s: %s", run.returncode, run.stderr[-200:].decode(errors="replace")
        )
        raise BadUpload("photo_complex")
    line: dict[str, Any] = json.loads(head)
    if "reason" in line:
        raise BadUpload(line["reason"])
    return line, pictures
