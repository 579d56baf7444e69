"""Rows of results as figures and as Markdown."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from sandbox.evaluation.faces import THRESHOLDS, distinct_people
from sandbox.evaluation.rows import Row, Rows
from verification.checks.video.thresholds import VideoThresholds

Figures = dict[str, Any]

NOT_SHOWN = """## What this does not show

- **Real people.** Every person of the specimens is invented: a few public-domain photographs and heads computed from a mesh. How the
  checks treat real skins, ages, disabilities, headscarves, twins or bad cameras is not measured here, and error rates by group
  (bias) cannot be taken from these tables.
- **Real attacks.** Prints, screens and swaps are simulated by those who wrote the checks' specimens. Masks, deep fakes in real time and
  injection by a virtual camera with the right challenge are not among them. The bound 3/n holds for more of the same
  recordings, not for what an attacker invents.
- **Independence.** Many recordings show one face: the number of distinct people stands beside each n, and the bound over people is
  as much wider.
- **Speech.** Nothing here understands spoken digits: wrong ones that are said at the right times pass, and are for the agent's ears.
- **Documents.** The generated ones are drawn by us without the real security print; the real specimens are few and mostly foreign.
"""


def share(rows: Sequence[Row], name: str) -> float | None:
    return round(sum(bool(row[name]) for row in rows) / len(rows), 4) if rows else None


def reading_figures(rows: Sequence[Row]) -> Figures:
    return {
        "n": len(rows),
        "found": share(rows, "found"),
        "digits": share(rows, "digits"),
        "exact": share(rows, "exact"),
        "cpu_mean": round(float(np.mean([row["seconds"] for row in rows])), 3) if rows else None,
        "cpu_p95": round(float(np.percentile([row["seconds"] for row in rows], 95)), 3) if rows else None,
    }


def grouped(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[str(row[name])].append(row)
    return groups


def figures(rows: Rows, specimens: tuple[list[str], np.ndarray] | None) -> Figures:
    """Everything that the tables show, as JSON-ready values."""
    result: Figures = {}
    real, grid, printed = list(rows.of("real_documents")), list(rows.of("grid")), list(rows.of("print"))
    pairs, videos = list(rows.of("pairs")), list(rows.of("videos"))
    if real:
        result["real_documents"] = {
            "all": reading_figures(real),
            "by_format": {name: reading_figures(part) for name, part in sorted(grouped(real, "kind").items())},
            "not_exact": sorted(row["id"].removeprefix("real/") for row in real if not row["exact"]),
        }
    if grid:
        result["grid"] = grid_figures(grid)
    if printed:
        result["print"] = print_figures(printed)
    if pairs:
        result["faces"] = face_figures(pairs)
    if specimens is not None:
        result["specimen_faces"] = specimen_figures(*specimens)
    if videos:
        result["videos"] = video_figures(videos)
    return result


def grid_figures(rows: Sequence[Row]) -> Figures:
    readable = [row for row in rows if row["readable"]]
    cells: dict[str, dict[str, Figures]] = {}
    for kind, part in grouped(rows, "kind").items():
        for condition, cell in grouped(
            ({**row, "condition": condition_name(row)} for row in part), "condition"
        ).items():
            cells.setdefault(condition, {})[kind] = reading_figures(cell)
    mistakes = [row for row in rows if "mistake_confirmed" in row]
    return {
        "photos": len(rows),
        "people": len({row["id"].rsplit("/", 1)[1] for row in rows}),
        "faces": len({row["face"] for row in rows}),
        "readable": reading_figures(readable),
        "unreadable": reading_figures([row for row in rows if not row["readable"]]),
        "readable_by_kind": {name: reading_figures(part) for name, part in grouped(readable, "kind").items()},
        "cells": cells,
        "mistakes": len(mistakes),
        "mistakes_confirmed": sum(row["mistake_confirmed"] for row in mistakes),
        "mistakes_confirmed_in": sorted(row["id"] for row in mistakes if row["mistake_confirmed"]),
        "mistakes_seen": share([row for row in mistakes if row["found"]], "mistake_seen"),
        "clean_outcomes": dict(Counter(row["outcome"] for row in rows if not row["degradation"])),
        "clean_findings": dict(Counter(code for row in rows if not row["degradation"] for code in row["findings"])),
        "findings": confusion(rows, condition_name),
    }


def print_figures(rows: Sequence[Row]) -> Figures:
    """confirmed: share of the printed values compared that were confirmed. passed: photos without any other finding."""
    conditions = grouped(({**row, "condition": condition_name(row)} for row in rows), "condition")
    return {
        "photos": len(rows),
        "by_side": {
            side: {
                "clean": print_cell([row for row in part if not row["degradation"]]),
                "readable": print_cell([row for row in part if row["readable"]]),
                "other": print_cell([row for row in part if not row["readable"]]),
            }
            for side, part in sorted(grouped(rows, "kind").items())
        },
        "conditions": {
            name: {side: print_cell(cell) for side, cell in grouped(part, "kind").items()}
            for name, part in conditions.items()
        },
        "mistakes": len(rows),
        "mistakes_confirmed": sum(row["mistake_confirmed"] for row in rows),
        "mistakes_confirmed_in": sorted(row["id"] for row in rows if row["mistake_confirmed"]),
        "mistakes_seen": share([row for row in rows if row["readable"]], "mistake_seen"),
        "clean_findings": dict(Counter(code for row in rows if not row["degradation"] for code in row["findings"])),
    }


def print_cell(rows: Sequence[Row]) -> Figures:
    values = sum(row["comparisons"] for row in rows)
    return {
        "n": len(rows),
        "passed": sum(row["outcome"] == "pass" for row in rows),
        "values": values,
        "confirmed": round(sum(len(row["compared"]) for row in rows) / values, 4) if values else None,
        "cpu_mean": round(float(np.mean([row["seconds"] for row in rows])), 3) if rows else None,
        "cpu_p95": round(float(np.percentile([row["seconds"] for row in rows], 95)), 3) if rows else None,
    }


def condition_name(row: Row) -> str:
    return f"{row['degradation']} {row['strength']}" if row["degradation"] else "clean"


def confusion(rows: Iterable[Row], name: Any) -> dict[str, dict[str, int]]:
    """What was made → what the checks said, and how often."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        table[name(row)].update(row["findings"] or ["(everything passed)"])
    return {made: dict(said.most_common()) for made, said in table.items()}


def face_figures(rows: Sequence[Row]) -> Figures:
    known = [row for row in rows if row["distance"] is not None]
    same = np.array([row["distance"] for row in known if row["same"]])
    different = np.array([row["distance"] for row in known if not row["same"]])
    thresholds = {
        f"{limit:.2f}": {
            "frr": round(float((same > limit).mean()), 4) if same.size else None,
            "far": round(float((different <= limit).mean()), 4) if different.size else None,
        }
        for limit in THRESHOLDS
    }
    low, high = VideoThresholds.same_person_max, VideoThresholds.different_person_min
    return {
        "pairs": len(rows),
        "no_face": len(rows) - len(known),
        "same": int(same.size),
        "different": int(different.size),
        "largest_same": round(float(same.max()), 3) if same.size else None,
        "smallest_different": round(float(different.min()), 3) if different.size else None,
        "thresholds": thresholds,
        "zones": {
            "same_max": low,
            "different_min": high,
            "same_person": [
                int((same <= low).sum()),
                int(((same > low) & (same < high)).sum()),
                int((same >= high).sum()),
            ],
            "two_people": [
                int((different <= low).sum()),
                int(((different > low) & (different < high)).sum()),
                int((different >= high).sum()),
            ],
        },
        "far_bound_95": round(3 / different.size, 4) if different.size else None,
    }


def specimen_figures(names: Sequence[str], distances: np.ndarray) -> Figures:
    upper = distances[np.triu_indices(len(names), 1)]
    upper = upper[~np.isnan(upper)]
    return {
        "faces": len(names),
        "without_detected_face": [name for name, row in zip(names, distances, strict=True) if np.isnan(row).all()],
        "smallest": round(float(upper.min()), 3) if upper.size else None,
        "median": round(float(np.median(upper)), 3) if upper.size else None,
        "pairs_within_same_person": int((upper <= VideoThresholds.same_person_max).sum()),
        "distinct_people": distinct_people(np.nan_to_num(distances, nan=0.0), VideoThresholds.same_person_max),
    }


def video_figures(rows: Sequence[Row]) -> Figures:
    bona_fide = [row for row in rows if row["species"] == "bona_fide"]
    attacks = [row for row in rows if row["species"] != "bona_fide"]
    refused = [row for row in bona_fide if not row["accepted"]]
    species = {name: attack_figures(part) for name, part in grouped(attacks, "species").items()}
    return {
        "bona_fide": {
            "n": len(bona_fide),
            "faces": len({row["face"] for row in bona_fide}),
            "documents": len({row["person"] for row in bona_fide}),
            "bpcer": round(len(refused) / len(bona_fide), 4) if bona_fide else None,
            "refused": sum(row["outcome"] == "fail" for row in refused),
            "referred": sum(row["outcome"] != "fail" for row in refused),
            "by_condition": {
                name or "none": [sum(not row["accepted"] for row in part), len(part)]
                for name, part in sorted(grouped(bona_fide, "condition").items())
            },
            "by_gesture": {
                name: [sum(not row["accepted"] for row in part), len(part)]
                for name, part in sorted(grouped(bona_fide, "gesture").items())
            },
            "by_form": {
                name: [sum(not row["accepted"] for row in part), len(part)]
                for name, part in sorted(grouped(bona_fide, "form").items())
            },
            "why": dict(Counter(code for row in refused for code in row["findings"]).most_common()),
        },
        "species": dict(sorted(species.items(), key=lambda item: (-item[1]["apcer"], item[0]))),
        "findings": confusion(rows, lambda row: row["species"]),
        "cpu_mean": round(float(np.mean([row["seconds"] for row in rows])), 2),
        "cpu_p95": round(float(np.percentile([row["seconds"] for row in rows], 95)), 2),
        "seconds_mean": round(float(np.mean([row["duration"] for row in rows])), 1),
    }


def attack_figures(rows: Sequence[Row]) -> Figures:
    """bound: 95 %, 3/n, when none got through; over distinct faces as well."""
    through = sum(row["accepted"] for row in rows)
    people = len({row["face"] for row in rows})
    return {
        "n": len(rows),
        "faces": people,
        "documents": len({row["person"] for row in rows}),
        "accepted": through,
        "referred": sum(row["outcome"] in {"refer", "error"} for row in rows),
        "refused": sum(row["outcome"] == "fail" for row in rows),
        "apcer": round(through / len(rows), 4),
        "bound_95": round(min(1.0, 3 / len(rows)), 4) if not through else None,
        "bound_95_faces": round(min(1.0, 3 / people), 4) if not through else None,
    }
