"""Write specimen files and print, as JSON, what they show.

python manage.py make_specimen document --kind cnie --seed 7 --degradation glare --strength 2 --out DIR
python manage.py make_specimen video --seed 7 --digits 472 --form spoken --gesture turn_left --out DIR
python manage.py make_specimen video --seed 7 --species still_image --format mp4 --out DIR
python manage.py make_specimen camera --seed 7 --digits 472 --gesture show_document --out DIR
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sandbox.specimens import (
    CONDITIONS,
    DEGRADATIONS,
    KINDS,
    SPECIES,
    Challenge,
    Document,
    Person,
    make_document,
    make_fake_camera,
    make_person,
    make_photo,
    make_video,
    mismatch,
    typed_as_json,
)
from sandbox.specimens.documents import MISMATCHES
from sandbox.specimens.encode import FORMATS
from sandbox.specimens.faces import FACES
from sandbox.specimens.photograph import BACKGROUNDS, SIZES
from sandbox.specimens.video import LOOKS
from verification.checks.video.challenge import Form, Gesture


class Command(BaseCommand):
    help = "Write photos of specimen documents, specimen face videos, or the files of a browser's fake camera."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        document = commands.add_parser("document", help="photos of a document, front and back, and its typed data")
        self._common(document)
        document.add_argument("--degradation", choices=DEGRADATIONS, default="")
        document.add_argument("--strength", type=int, choices=(1, 2, 3), default=1)
        document.add_argument("--background", choices=BACKGROUNDS, default="")
        document.add_argument("--size", choices=tuple(SIZES), default="2MP")
        document.add_argument("--mismatch", choices=MISMATCHES, help="one mistake in the typed data")
        document.add_argument("--flat", action="store_true", help="the drawing itself (PNG), as from a scanner")

        video = commands.add_parser("video", help="a face video, bona fide or an attack")
        self._common(video)
        self._challenge(video)
        video.add_argument("--species", choices=tuple(SPECIES), default="")
        video.add_argument("--condition", choices=[name for name in CONDITIONS if name], default="")
        video.add_argument("--size", choices=tuple(LOOKS), default="vga")
        video.add_argument("--format", choices=tuple(FORMATS), default="webm")

        camera = commands.add_parser("camera", help="Y4M and WAV for Chromium's fake camera")
        self._common(camera)
        self._challenge(camera)
        camera.add_argument("--wrong-digits", help="says or writes these instead")
        camera.add_argument("--wrong-gesture", choices=(*map(str, Gesture), "none"), help="does this instead")
        camera.add_argument("--impostor", choices=tuple(FACES), help="this face instead of the person's")
        camera.add_argument("--silent", action="store_true")
        camera.add_argument("--size", choices=("vga", "hd"), default="vga")
        camera.add_argument("--rate", type=int, default=15)
        camera.add_argument("--format", choices=("y4m", "mjpeg"), default="y4m")

    def _common(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the person and everything drawn for her")
        parser.add_argument("--face", choices=tuple(FACES), help="the person's face (otherwise drawn by the seed)")
        parser.add_argument("--kind", choices=KINDS, default="cnie")
        parser.add_argument("--expired", action="store_true")
        parser.add_argument("--out", type=Path, default=Path())

    def _challenge(self, parser: ArgumentParser) -> None:
        parser.add_argument("--digits", default="472")
        parser.add_argument("--form", choices=[*map(str, Form)], default="spoken")
        parser.add_argument("--gesture", choices=[*map(str, Gesture)], default="turn_left")
        parser.add_argument(
            "--shown-at", help="seconds at which each digit and the gesture are asked for: 2,3.85,5.7,7.7"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        person = make_person(options["seed"], face=options["face"])
        document = make_document(person, options["kind"], expired=options["expired"])
        write = {"document": self._document, "video": self._video, "camera": self._camera}[options["what"]]
        try:
            shown = write(out, person, document, options)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))

    def _document(self, out: Path, person: Person, document: Document, options: dict[str, Any]) -> dict[str, Any]:
        name = f"{document.kind}_{person.seed}" + (
            f"_{options['degradation']}{options['strength']}" if options["degradation"] else ""
        )
        files = {}
        for side, picture in (("front", document.front), ("back", document.back)):
            if picture is None:
                continue
            if options["flat"]:
                path = out / f"{name}_{side}.png"
                picture.save(path)
            else:
                path = out / f"{name}_{side}.jpg"
                photo = make_photo(
                    document,
                    side,  # type: ignore[arg-type]
                    seed=person.seed + (side == "back"),
                    size=options["size"],
                    background=options["background"],
                    degradation=options["degradation"],
                    strength=options["strength"],
                )
                path.write_bytes(photo)
            files[side] = str(path)
        shown = document.as_json()
        if options["mismatch"]:
            shown["typed"] = typed_as_json(mismatch(document.typed, options["mismatch"], seed=person.seed))
        typed = out / f"{name}_typed.json"
        typed.write_text(json.dumps(shown["typed"], ensure_ascii=False, indent=2), encoding="utf-8")
        return {**shown, "files": {**files, "typed": str(typed)}}

    def _video(self, out: Path, person: Person, document: Document, options: dict[str, Any]) -> dict[str, Any]:
        recording = make_video(
            person,
            challenge_of(options),
            document=document,
            seed=person.seed,
            species=options["species"],
            condition=options["condition"],
            size=options["size"],
            form=options["format"],
        )
        path = out / f"{options['species'] or 'bona_fide'}_{person.seed}.{recording.form}"
        path.write_bytes(recording.data)
        files = {"video": str(path)}
        if recording.earlier is not None:
            earlier = out / f"earlier_{person.seed}.{options['format']}"
            earlier.write_bytes(recording.earlier)
            files["earlier"] = str(earlier)
        portrait = out / f"{document.kind}_{person.seed}_front.jpg"
        portrait.write_bytes(make_photo(document, "front", seed=person.seed))
        return {**recording.as_json(), "files": {**files, "portrait": str(portrait)}}

    def _camera(self, out: Path, person: Person, document: Document, options: dict[str, Any]) -> dict[str, Any]:
        challenge = challenge_of(options)
        camera = make_fake_camera(
            person,
            challenge,
            out,
            document=document,
            seed=person.seed,
            face=options["impostor"],
            digits=options["wrong_digits"],
            gesture=options["wrong_gesture"],
            silent=options["silent"],
            size=options["size"],
            rate=options["rate"],
            form=options["format"],
        )
        return {
            "files": {"video": str(camera.video), "audio": str(camera.audio)},
            "browser_arguments": camera.browser_arguments(),
            "loop_seconds": camera.loop_seconds,
            "start_window": list(camera.start_window),
            "document": document.as_json(),
        }


def challenge_of(options: dict[str, Any]) -> Challenge:
    """Raises ValueError for digits or times that no challenge has."""
    challenge = {"digits": options["digits"], "form": options["form"], "gesture": options["gesture"]}
    if options["shown_at"]:
        times = [float(part) for part in options["shown_at"].split(",")]
        if len(times) not in {3, 4} or times != sorted(times):
            raise ValueError("--shown-at is three or four rising numbers")
        challenge["shown_at"] = tuple(times[:3])
        challenge["gesture_at"] = times[3] if len(times) == 4 else times[2] + 2.0
    return Challenge(**challenge)
