"""Uploaded videos, before any check: known by their first bytes. Decoding them is the worker's task."""

from verification.capture.uploads import BadUpload

EBML = b"\x1a\x45\xdf\xa3"
PHOTO_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif"}


def video_type(data: bytes) -> str:
    """The content type of a video container that browsers and phones write. Raises BadUpload for anything else."""
    if not data:
        raise BadUpload("empty")
    if data.startswith(EBML):
        # The kind of document stands within the first bytes; Chromium names H.264 in Matroska that way too.
        return "video/webm" if b"webm" in data[:64] else "video/x-matroska"
    if data[4:8] == b"ftyp":
        if data[8:12] in PHOTO_BRANDS:
            raise BadUpload("video_is_photo")
        return "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG")) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        raise BadUpload("video_is_photo")
    raise BadUpload("video_unknown")
