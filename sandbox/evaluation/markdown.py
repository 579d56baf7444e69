"""The tables of an evaluation, for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.evaluation.report import NOT_SHOWN, Figures
from sandbox.specimens.documents import KINDS
from sandbox.specimens.grid import READABLE_UP_TO, STRENGTHS

COMMAND = "python manage.py evaluate_checks --material FOLDER --out FOLDER"
FULL = {"grid": 500, "videos": 200}  # what the command measures when it is left to finish


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %".replace(".0 %", " %")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def reading_row(name: str, part: Figures) -> list[object]:
    return [
        name,
        part["n"],
        percent(part["found"]),
        percent(part["digits"]),
        percent(part["exact"]),
        f"{part['cpu_mean']} / {part['cpu_p95']}",
    ]


READING_HEAD = ("", "n", "zone found", "check digits right", "every character right", "CPU s, mean / 95 %")


def markdown(figures: Figures, about: Mapping[str, Any]) -> str:
    """The whole report. about: date, machine, versions."""
    parts = [
        "# What the automatic checks were measured at",
        f"Made by `{COMMAND}` on {about['date']}; {about['machine']}, one thread. Code and models: "
        + ", ".join(f"{name} {version}" for name, version in sorted(about["versions"].items()))
        + ". Seeds are fixed: the same command makes the same photos and recordings.",
    ]
    missing = [
        f"{count} of {FULL[name]} {title}"
        for name, title, count in (
            ("grid", "generated photos", figures.get("grid", {}).get("photos", 0)),
            ("videos", "bona fide recordings", figures.get("videos", {}).get("bona_fide", {}).get("n", 0)),
        )
        if count < FULL[name]
    ]
    if missing:
        parts.append(f"**A run cut short**, with {' and '.join(missing)}: conclusions are as small as the counts.")
    if "real_documents" in figures:
        parts.append(real_part(figures["real_documents"]))
    if "grid" in figures:
        parts.append(grid_part(figures["grid"]))
    if "print" in figures:
        parts.append(print_part(figures["print"]))
    if "faces" in figures:
        parts.append(faces_part(figures["faces"]))
    if "specimen_faces" in figures:
        parts.append(specimen_part(figures["specimen_faces"]))
    if "videos" in figures:
        parts.append(videos_part(figures["videos"]))
    parts.append(NOT_SHOWN)
    return "\n\n".join(parts).rstrip() + "\n"


def real_part(part: Figures) -> str:
    rows = [reading_row("all", part["all"])]
    rows += [reading_row(name, cell) for name, cell in part["by_format"].items()]
    missed = ", ".join(f"`{name}`" for name in part["not_exact"]) or "none"
    return f"## Real specimen documents of others\n\n{table(READING_HEAD, rows)}\n\nNot exact: {missed}."


def grid_part(part: Figures) -> str:
    rows = [reading_row("**readable conditions**", part["readable"])]
    rows += [reading_row(kind, cell) for kind, cell in sorted(part["readable_by_kind"].items())]
    rows.append(reading_row("other conditions", part["unreadable"]))
    cells = []
    for degradation, limit in READABLE_UP_TO.items():
        for strength in STRENGTHS if degradation else (1,):
            condition = f"{degradation} {strength}" if degradation else "clean"
            by_kind = part["cells"].get(condition, {})
            marks = "" if strength <= limit else " (not promised)"
            row: list[object] = [condition + marks]
            for kind in KINDS:
                cell = by_kind.get(kind)
                row.append(f"{round(cell['exact'] * cell['n'])}/{cell['n']}" if cell else "–")
            cells.append(row)
    confirmed = part["mistakes_confirmed"]
    return "\n\n".join(
        [
            "## Generated documents",
            f"{part['photos']} photos of {part['people']} invented people and as many documents, {part['faces']} faces. The grid and "
            "which conditions count as readable were fixed before tuning (`sandbox/specimens/grid.py`).",
            table(READING_HEAD, rows),
            "Zones read exactly, by kind and condition:",
            table(("condition", *KINDS), cells),
            "Every third photo was compared a second time with one mistake in the typed data: "
            f"**{confirmed} of {part['mistakes']} mistakes were confirmed** as right; {percent(part['mistakes_seen'])} were named "
            "as a mismatch where a zone was found, the rest left for the agent or not shown on that side.",
            "Clean photos: "
            + ", ".join(f"{count} × {outcome}" for outcome, count in part["clean_outcomes"].items())
            + ". What was said of them: "
            + (", ".join(f"`{code}` {count}" for code, count in part["clean_findings"].items()) or "nothing")
            + ".",
            "What the checks said of each degradation (most frequent five):",
            confusion_table(part["findings"]),
        ]
    )


def print_part(part: Figures) -> str:
    sides = list(part["by_side"])
    rows = [
        (
            f"{side}, {name}",
            cell["n"],
            cell["passed"],
            cell["values"],
            percent(cell["confirmed"]),
            f"{cell['cpu_mean']} / {cell['cpu_p95']}",
        )
        for side, cells in part["by_side"].items()
        for name, cell in cells.items()
    ]
    conditions = [
        (name, *(percent(cells[side]["confirmed"]) if side in cells else "–" for side in sides))
        for name, cells in part["conditions"].items()
    ]
    said = ", ".join(f"`{code}` {count}" for code, count in part["clean_findings"].items()) or "nothing"
    return "\n\n".join(
        [
            "## Sides without a machine-readable zone",
            f"{part['photos']} photos of the same grid, of the sides where print is all there is. «Readable» are the same "
            "conditions; among them a black-and-white copy is refused for being one.",
            table(("", "n", "everything passed", "values", "of them confirmed", "CPU s, mean / 95 %"), rows),
            "Printed values confirmed, by condition:",
            table(("condition", *sides), conditions),
            "Every photo was compared a second time with one mistake in a value printed there: "
            f"**{part['mistakes_confirmed']} of {part['mistakes']} mistakes were confirmed** as right; in readable conditions "
            f"{percent(part['mistakes_seen'])} were named as a mismatch. What was said of clean photos: {said}.",
        ]
    )


def confusion_table(findings: Mapping[str, Mapping[str, int]]) -> str:
    rows = [
        (made, ", ".join(f"`{code}` {count}" for code, count in list(said.items())[:5]))
        for made, said in findings.items()
    ]
    return table(("made", "findings that did not pass"), rows)


def faces_part(part: Figures) -> str:
    rows = [
        (limit, percent(value["frr"]), percent(value["far"]))
        for limit, value in part["thresholds"].items()
        if 0.49 < float(limit) < 0.73
    ]
    zones = part["zones"]
    zone_rows = [
        (f"one person ({part['same']} pairs)", *zones["same_person"]),
        (f"two people ({part['different']} pairs)", *zones["two_people"]),
    ]
    return "\n\n".join(
        [
            "## Face comparison over real photographs",
            f"{part['pairs']} pairs, {part['no_face']} of them without a face found in one picture. Largest distance of one person "
            f"{part['largest_same']}, smallest of two {part['smallest_different']}; with no false match the 95 % bound is "
            f"{percent(part['far_bound_95'])}.",
            table(("distance", "false non-matches (FRR)", "false matches (FAR)"), rows),
            f"Three zones, at {zones['same_max']} and {zones['different_min']}:",
            table(("", "same", "to the agent", "different"), zone_rows),
        ]
    )


def specimen_part(part: Figures) -> str:
    lost = ", ".join(part["without_detected_face"]) or "none"
    return (
        "## Faces of the specimens\n\n"
        f"{part['faces']} faces; the detector finds none in: {lost}. Between two of them the embedding measures "
        f"{part['smallest']} at least, {part['median']} in the median; "
        f"{part['pairs_within_same_person']} pairs are closer than the threshold. So the set has at least "
        f"**{part['distinct_people']} people** in the sense of the comparison, however many names they bear."
    )


def videos_part(part: Figures) -> str:
    honest = part["bona_fide"]
    rows = [
        (
            name,
            cell["n"],
            cell["faces"],
            cell["documents"],
            cell["refused"],
            cell["referred"],
            cell["accepted"],
            percent(cell["apcer"]),
            percent(cell["bound_95"]),
            percent(cell["bound_95_faces"]),
        )
        for name, cell in part["species"].items()
    ]
    groups = "; ".join(
        f"{title}: " + ", ".join(f"{name} {bad}/{count}" for name, (bad, count) in honest[key].items())
        for title, key in (("condition", "by_condition"), ("gesture", "by_gesture"), ("digits", "by_form"))
    )
    why = ", ".join(f"`{code}` {count}" for code, count in honest["why"].items()) or "nothing"
    return "\n\n".join(
        [
            "## Face videos",
            f"Bona fide: {honest['n']} recordings of {honest['faces']} faces with {honest['documents']} documents. **BPCER "
            f"{percent(honest['bpcer'])}** ({honest['refused']} refused, {honest['referred']} referred to an agent). Not accepted, by "
            f"{groups}. Because of: {why}.",
            "Attacks, the worst first. Accepted: every finding passes. The bounds are 3/n at 95 %, over recordings and over faces.",
            table(
                (
                    "species",
                    "n",
                    "faces",
                    "documents",
                    "refused",
                    "referred",
                    "accepted",
                    "APCER",
                    "bound",
                    "bound over faces",
                ),
                rows,
            ),
            f"CPU of one recording ({part['seconds_mean']} s on average): mean {part['cpu_mean']} s, 95 % below {part['cpu_p95']} s.",
            "What the checks said of each species (most frequent five):",
            confusion_table(part["findings"]),
        ]
    )
