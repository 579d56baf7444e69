"""Files and parts of a body that are not what they say."""

import io
import struct
import zlib
from random import Random

from PIL import Image

File = tuple[str, str, bytes]
"""File name, content type, content."""


def picture(kind: str, width: int = 900, height: int = 600, **options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is that large, and has one line."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def _files() -> list[File]:
    jpeg, png, webp = (picture(kind) for kind in ("JPEG", "PNG", "WEBP"))
    box = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic"
    video = struct.pack(">I", 24) + b"ftypisom\0\0\2\0isomiso2"
    contents = [
        jpeg, jpeg[:200], jpeg[:-300], jpeg[:2] + b"\xff\xe1\xff\xff" + b"Exif\0\0MM\0*" + b"\xff" * 500 + jpeg[2:], jpeg + jpeg,
        png, png[:60], png.replace(b"IDAT", b"IDAX"), png_of(2**31 - 1, 2**31 - 1), png_of(0, 0), png_of(60_000, 1),
        webp, webp[:30], b"RIFF\xff\xff\xff\xffWEBPVP8X", picture("GIF"), picture("TIFF"), picture("BMP"),
        picture("JPEG", 1, 1), picture("PNG", 1, 5000), b"", b"\0", b"a" * 70_000, b"GIF89a" + b"\xff" * 10, b"%PDF-1.7\n",
        box, box + b"\xff" * 400, box + struct.pack(">I", 8) + b"meta", video, video + b"\xff" * 400,
        video + struct.pack(">I", 1) + b"mdat" + b"\xff" * 8, b"\x1aE\xdf\xa3" + b"\xff" * 300, b"OggS" + b"\0" * 200,
        b"PK\x03\x04" + b"\0" * 40, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"#EXTM3U\nfile:///etc/passwd\n",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        b"ffconcat version 1.0\nfile /etc/passwd\n", b"\xff\xd8\xff" + b"\xff" * 100,
    ]  # fmt: skip
    names = ("photo.jpg", "", "a.mp4", "../../x", "a\0.jpg", "é" * 300, "con.heic", ".", 'a"; name="b')
    kinds = ("image/jpeg", "", "video/mp4", "text/html", "image/" + "a" * 300, "é/é", "image/jpeg; charset=idna")
    return [(names[n % len(names)], kinds[n % len(kinds)], content) for n, content in enumerate(contents)]


FILES = _files()


def part(boundary: str, name: str, value: bytes | File, random: Random) -> bytes:
    """One part of a multipart body; one in seven is not well formed."""
    spoilt = random.randrange(14)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    more = ""
    content = value if isinstance(value, bytes) else value[2]
    if not isinstance(value, bytes):
        head += f'; filename="{value[0]}"' if spoilt != 1 else "; filename*=undefined''%ff"
        more = f"\r\nContent-Type: {value[1]}"
    if spoilt == 0:
        more += "\r\nContent-Transfer-Encoding: base64"
    if spoilt == 2:
        head, more = head.replace("form-data", "x" * 2000), "\r\n" + "A: " + "b" * 3000
    return f"{head}{more}\r\n\r\n".encode() + content + b"\r\n"
