"""What a document photo and a face video cost: the checks of the worker over specimens, on one thread.

The specimens are drawn here; the checks run in a process of their own, as in a worker, so that its peak memory is the
checks' alone. `python -m bench.captures FOLDER` is that process.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from bench.table import Report

if TYPE_CHECKING:
    from sandbox.specimens.documents import Kind

PHOTOS = 6
CHALLENGES: tuple[tuple[str, str], ...] = (
    ("spoken", "turn_left"),
    ("spoken", "show_document"),
    ("written", "turn_right"),
    ("written", "show_document"),
)
VIDEO_SECONDS = 10
BUDGETS = {"photo": 1.0, "video": 4.0}
MEMORY_BUDGET_MB = 700
KINDS: tuple["Kind", ...] = ("cnie", "cni", "passport", "permit")


def draw(folder: Path) -> None:
    """12 megapixel photos of several kinds and 720p videos of about ten seconds, with what the checks are told."""
    from sandbox.specimens.documents import draw_document, typed_as_json
    from sandbox.specimens.people import make_person
    from sandbox.specimens.photograph import photograph
    from sandbox.specimens.video import Challenge, make_bona_fide
    from verification.checks.kinds import KIND_OF_MODEL
    from verification.checks.video.challenge import Form, Gesture

    jobs: list[dict[str, Any]] = []
    for number in range(PHOTOS):
        kind = KINDS[number % len(KINDS)]
        document = draw_document(make_person(number), kind, seed=number)
        side = document.back if document.mrz_side == "back" and document.back is not None else document.front
        front, back = folder / f"{number}-front.jpg", folder / f"{number}-back.jpg"
        front.write_bytes(photograph(document.front, seed=number, size="12MP"))
        job = {"photo": front.name, "kind": KIND_OF_MODEL[kind], "typed": f"{number}.json"}
        if side is not document.front:
            back.write_bytes(photograph(side, seed=number, size="12MP"))
            job["back"] = back.name
        (folder / job["typed"]).write_text(json.dumps(typed_as_json(document.typed)))
        jobs.append(job)
    for number in range(len(CHALLENGES)):
        person = make_person(number)
        document = draw_document(person, "cnie", seed=number)
        form, gesture = CHALLENGES[number]
        challenge = Challenge(form=Form(form), gesture=Gesture(gesture))
        recording = make_bona_fide(person, challenge, document=document, seed=number, size="hd")
        (folder / f"{number}.webm").write_bytes(recording.data)
        (folder / f"{number}-portrait.jpg").write_bytes(photograph(document.front, seed=number))
        jobs.append(
            {
                "video": f"{number}.webm",
                "digits": challenge.digits,
                "form": form,
                "gesture": challenge.gesture,
                "shown_at": list(challenge.shown_at),
                "portrait": f"{number}-portrait.jpg",
            }
        )
    (folder / "jobs.json").write_text(json.dumps(jobs))


def photo_check(folder: Path, job: dict[str, Any]) -> Callable[[], object]:
    from django.core.management import call_command

    arguments = [str(folder / job["photo"]), "--kind", job["kind"], "--typed", str(folder / job["typed"]), "--json"]
    if "back" in job:
        arguments += ["--back", str(folder / job["back"])]
    return lambda: call_command("check_document", *arguments, stdout=io.StringIO())


def video_check(folder: Path, job: dict[str, Any]) -> Callable[[], object]:
    """The document was examined before: its portrait is handed over as the worker hands it over."""
    import numpy as np
    from PIL import Image

    from verification.checks.video.challenge import ChallengeSpec, Form, Gesture
    from verification.checks.video.examination import examine_video
    from verification.checks.video.reference import reference_of
    from verification.checks.video.thresholds import VideoThresholds

    data = (folder / job["video"]).read_bytes()
    reference = reference_of(np.asarray(Image.open(folder / job["portrait"]).convert("RGB")))
    challenge = ChallengeSpec(
        digits=job["digits"], form=Form(job["form"]), gesture=Gesture(job["gesture"]), shown_at=tuple(job["shown_at"])
    )
    return lambda: examine_video(
        data,
        challenge=challenge,
        portrait=None,
        document=reference,
        known=lambda _signature: {},
        recorded=True,
        thresholds=VideoThresholds(),
    )


def peak_megabytes() -> float:
    """Of this process alone: what getrusage tells also knows the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000


def run_jobs(folder: Path) -> list[dict[str, Any]]:
    """Processor seconds of every job; the first of each sort runs once before, to load the engines."""
    import django

    django.setup()
    results: list[dict[str, Any]] = []
    warm: set[str] = set()
    for job in json.loads((folder / "jobs.json").read_text()):
        sort = "photo" if "photo" in job else "video"
        check = photo_check(folder, job) if sort == "photo" else video_check(folder, job)
        if sort not in warm:
            check()
            warm.add(sort)
        began = time.process_time()
        check()
        pictures = 2 if "back" in job else 1
        results.append({"sort": sort, "seconds": (time.process_time() - began) / pictures})
        results[-1]["peak"] = peak_megabytes()
    return results


def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="identite-bench-") as name:
        draw(Path(name))
        command = [sys.executable, "-m", "bench.captures", name]
        run = subprocess.run(
            command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
        )
    if run.returncode:
        raise RuntimeError(run.stderr.strip().splitlines()[-1] if run.stderr.strip() else "the checks ended")
    results = json.loads(run.stdout.splitlines()[-1])
    rows = []
    for sort, label in (
        ("photo", "document photo, 12 megapixels"),
        ("video", f"face video, about {VIDEO_SECONDS} s, 720p"),
    ):
        seconds = [result["seconds"] for result in results if result["sort"] == sort]
        rows.append((label, len(seconds), f"{mean(seconds):.2f} s", f"{max(seconds):.2f} s", f"{BUDGETS[sort]:.1f} s"))
    report.table(["All checks of one", "n", "CPU, mean", "CPU, worst", "budget"], rows)
    peak = max(result["peak"] for result in results)
    print(f"\nPeak memory of the worker: {peak:.0f} MB (budget {MEMORY_BUDGET_MB} MB).")


if __name__ == "__main__":
    print(json.dumps(run_jobs(Path(sys.argv[1]))))
