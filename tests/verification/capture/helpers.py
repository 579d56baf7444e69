"""Small files of every kind, a browser with a pass, and what the worker does with a capture."""

import io
from typing import Any

import av
import numpy as np
from django.test import Client
from PIL import Image, ImageDraw

from identite import tokens
from verification import access
from verification.capture import reading, results, storing
from verification.capture.models import Capture, CaptureKind
from verification.checks.finding import Finding, Outcome
from verification.models import Verification

PASS = results.Result(findings=[Finding("document.decodable", Outcome.PASS)])
BLURRED = results.Result(findings=[Finding("document.sharpness", Outcome.FAIL, 3.0, 60.0)])


def picture(seed: int = 1, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture that differs for each seed."""
    noise = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), np.uint8)
    image = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    ImageDraw.Draw(image).text((20, 20), f"SPECIMEN {seed}", fill="black")
    return image


def photo(seed: int = 1, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture(seed).save(out, form, **options)
    return out.getvalue()


def video(container: str = "webm", codec: str = "vp8", seconds: float = 1.0, brightest: int = 255) -> bytes:
    """A film of moving noise, without sound: small, decodable, and nobody on it."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as film:
        stream = film.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        random = np.random.default_rng(5)
        for _ in range(int(10 * seconds)):
            frame = av.VideoFrame.from_ndarray(random.integers(0, brightest, (120, 160, 3), np.uint8), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return out.getvalue()


def bearer(verification: Verification, scope: str) -> Client:
    client = Client()
    client.cookies[access.COOKIE] = tokens.issue(scope, verification, seconds=3600)
    return client


def answer(capture: Capture, result: results.Result) -> bool:
    """What the worker does with a queued capture once its checks have run."""
    results.claim(capture.pk)
    return results.record_findings(capture.pk, result)


def accept_photos(verification: Verification) -> None:
    """Both photos sent and accepted."""
    for seed, kind in enumerate((CaptureKind.FRONT, CaptureKind.BACK)):
        capture = storing.confirm_photo(storing.store_photo(verification, kind, photo(100 + seed)))
        answer(capture, PASS)
    reading.forget(verification)
    storing.pass_document(verification)
