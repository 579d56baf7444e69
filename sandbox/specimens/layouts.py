"""What the documents are drawn with: a sheet measured in millimetres, its background, labels, portrait and MRZ."""

import random
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from sandbox.specimens.faces import FACES
from sandbox.specimens.people import Person

PIXELS_PER_MM = 16
FONTS = Path(__file__).parent / "assets" / "fonts"
REGULAR, BOLD, OCR_B = "DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf", "OCRB.otf"
INK = (28, 30, 42)
LABEL_INK = (70, 84, 120)
TINTS = {
    "cnie": ((214, 232, 240), (236, 224, 236), (150, 186, 206)),
    "cni": ((205, 224, 226), (222, 232, 224), (140, 178, 190)),
    "passport": ((238, 226, 214), (218, 230, 238), (204, 168, 160)),
    "permit": ((236, 222, 232), (222, 234, 226), (190, 160, 188)),
}
OCR_B_PITCH_MM = 2.54  # ten characters an inch, Doc 9303-3
OCR_B_LINE_MM = 4.25


@cache
def font(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), pixels)


def portrait_of(person: Person, draw: random.Random) -> Image.Image:
    """Head and shoulders on a plain light background, 7 × 9, as on an identity photograph."""
    face = FACES[person.face]
    light = draw.randint(205, 235)
    picture = Image.new("RGB", (600, 720), (light, light, min(255, light + 6)))
    layer = Image.fromarray(face.pixels())
    picture.paste(layer, mask=layer.getchannel("A"))
    middle, half = 300 + draw.randint(-6, 6), draw.randint(215, 240)
    height = half * 2 * 9 / 7
    top = 300 - 0.48 * height
    return picture.crop((middle - half, int(top), middle + half, int(top + height)))


@cache
def _background(width: int, height: int, tint: str) -> NDArray[np.uint8]:
    """Interlaced fine waves between two pale colours."""
    start, end, wave = (np.array(colour, np.float32) for colour in TINTS[tint])
    y, x = np.mgrid[:height, :width].astype(np.float32)
    across = (x / width)[..., None]
    ground = start * (1 - across) + end * across
    lines = np.zeros((height, width), np.float32)
    for number, (period, lean, swing) in enumerate(((9, 0.25, 26), (11, -0.35, 34), (13, 0.05, 44))):
        phase = (y + lean * x + swing * np.sin(x / (60 + 17 * number) + number)) * PIXELS_PER_MM / 16
        lines = np.maximum(lines, np.clip(np.cos(2 * np.pi * phase / period) * 3 - 2.2, 0, 1))
    opacity = (0.34 * lines)[..., None]
    return np.asarray(ground * (1 - opacity) + wave * opacity).astype(np.uint8)


class Sheet:
    """One side of a document. Every measure is in millimetres from its top left corner."""

    def __init__(self, millimetres: tuple[float, float], *, tint: str, draw: random.Random) -> None:
        self.size = (round(millimetres[0] * PIXELS_PER_MM), round(millimetres[1] * PIXELS_PER_MM))
        self.picture = Image.fromarray(_background(*self.size, tint).copy())
        self.canvas = ImageDraw.Draw(self.picture)
        self.draw = draw
        self.boxes: dict[str, list[int]] = {}
        self._mrz_top = self.size[1]

    def _text(self, text: str, x: float, y: float, height: float, *, face: str, ink: tuple[int, int, int]) -> list[int]:
        """Write it, narrower where it would leave the sheet. Returns its box."""
        left, top = round(x * PIXELS_PER_MM), round(y * PIXELS_PER_MM)
        room = self.size[0] - left - 2 * PIXELS_PER_MM
        pixels = round(height * PIXELS_PER_MM)
        while font(face, pixels).getlength(text) > room and pixels > 14:
            pixels -= 2
        self.canvas.text((left, top), text, font=font(face, pixels), fill=ink)
        x0, y0, x1, y1 = self.canvas.textbbox((left, top), text, font=font(face, pixels))
        return [round(x0), round(y0), round(x1 - x0), round(y1 - y0)]

    def title(self, text: str, x: float, y: float, height: float, *, bold: bool = False) -> None:
        self._text(text, x, y, height, face=BOLD if bold else REGULAR, ink=(36, 52, 110))

    def value(self, name: str, text: str, x: float, y: float, height: float = 3.0) -> None:
        self.boxes[name] = self._text(text, x, y, height, face=BOLD, ink=INK)

    def field(self, name: str, label: str, text: str, x: float, y: float) -> None:
        """A small label above its value."""
        self._text(label, x, y, 1.7, face=REGULAR, ink=LABEL_INK)
        self.value(name, text, x, y + 2.1)

    def line(self, name: str, label: str, text: str, x: float, y: float) -> None:
        """A label and its value on one line."""
        box = self._text(label, x, y + 0.6, 2.4, face=REGULAR, ink=LABEL_INK)
        self.value(name, text, x + box[2] / PIXELS_PER_MM + 1.2, y, 3.2)

    def emblem(self, x: float, y: float, size: float, letters: str) -> None:
        """A plain badge with two letters, where the State puts its own."""
        box = [round(v * PIXELS_PER_MM) for v in (x, y, x + size, y + size * 0.7)]
        self.canvas.rounded_rectangle(box, radius=20, fill=(42, 66, 140))
        self._text(letters, x + size * 0.26, y + size * 0.12, size * 0.38, face=BOLD, ink=(240, 240, 250))

    def chip(self, x: float, y: float) -> None:
        box = [round(v * PIXELS_PER_MM) for v in (x, y, x + 11, y + 9)]
        self.canvas.rounded_rectangle(box, radius=24, fill=(196, 174, 108), outline=(120, 100, 50), width=3)
        for part in (1, 2):
            level = round(y * PIXELS_PER_MM + part * 3 * PIXELS_PER_MM)
            self.canvas.line([(box[0], level), (box[2], level)], fill=(120, 100, 50), width=3)

    def portrait(self, portrait: Image.Image, x: float, y: float, width: float, height: float) -> None:
        size = (round(width * PIXELS_PER_MM), round(height * PIXELS_PER_MM))
        place = (round(x * PIXELS_PER_MM), round(y * PIXELS_PER_MM))
        self.picture.paste(portrait.resize(size, Image.Resampling.LANCZOS), place)
        self.boxes["portrait"] = [*place, *size]

    def signature(self, x: float, y: float) -> None:
        """A quick pen stroke; nobody's signature."""
        points = []
        for step in range(60):
            across = x + step * 0.32
            swing = np.sin(step * self.draw.uniform(0.5, 0.9)) * (2.2 - step * 0.02) * self.draw.uniform(0.3, 1)
            points.append((across * PIXELS_PER_MM, (y + 2 + float(swing)) * PIXELS_PER_MM))
        self.canvas.line(points, fill=(30, 34, 90), width=4, joint="curve")

    def mrz(self, lines: list[str], top: float) -> None:
        """OCR-B at ten characters an inch, on a paler band down to the lower edge."""
        self._mrz_top = round((top - 1.6) * PIXELS_PER_MM)
        band = self.picture.crop((0, self._mrz_top, *self.size))
        self.picture.paste(Image.blend(band, Image.new("RGB", band.size, (250, 250, 250)), 0.55), (0, self._mrz_top))
        pitch = OCR_B_PITCH_MM * PIXELS_PER_MM
        letters = font(OCR_B, round(pitch / 0.7227))
        left = (self.size[0] - pitch * len(lines[0])) / 2
        for number, text in enumerate(lines):
            level = (top + number * OCR_B_LINE_MM) * PIXELS_PER_MM
            for place, character in enumerate(text):
                self.canvas.text((left + place * pitch, level), character, font=letters, fill=(20, 20, 24))
        height = round(((len(lines) - 1) * OCR_B_LINE_MM + 3.2) * PIXELS_PER_MM)
        self.boxes["mrz"] = [round(left), round(top * PIXELS_PER_MM), round(pitch * len(lines[0])), height]

    def finish(self) -> Image.Image:
        """SPECIMEN across everything but the MRZ, rounded as cards are by whoever photographs it."""
        layer = Image.new("L", self.size, 0)
        letters = font(BOLD, round(self.size[1] * 0.19))
        stamp = Image.new("L", (round(letters.getlength("SPECIMEN")) + 20, round(self.size[1] * 0.25)), 0)
        ImageDraw.Draw(stamp).text((10, 0), "SPECIMEN", font=letters, fill=64)
        stamp = stamp.rotate(22, expand=True, resample=Image.Resampling.BICUBIC)
        middle = (min(self._mrz_top, round(self.size[1] * 0.86)) - stamp.height) // 2
        layer.paste(stamp, ((self.size[0] - stamp.width) // 2, middle))
        layer.paste(0, (0, self._mrz_top, *self.size))
        self.picture.paste(Image.new("RGB", self.size, (190, 30, 50)), mask=layer.filter(ImageFilter.GaussianBlur(1)))
        small = font(BOLD, round(2.4 * PIXELS_PER_MM))
        ImageDraw.Draw(self.picture).text(
            (self.size[0] - 17 * PIXELS_PER_MM, 0.4 * PIXELS_PER_MM), "SPECIMEN", font=small, fill=(190, 30, 50)
        )
        return self.picture
