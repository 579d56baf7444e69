"""Pictures of an evaluation (optional group of requirements `evaluation`)."""

from pathlib import Path

from sandbox.evaluation.report import Figures
from sandbox.evaluation.rows import Rows


def plot(figures: Figures, rows: Rows, folder: Path) -> list[Path]:
    """Write what can be drawn of `figures` into `folder`. Raises ImportError without matplotlib."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    written = []

    def save(name: str) -> None:
        pyplot.tight_layout()
        pyplot.savefig(folder / name, dpi=110)
        pyplot.close()
        written.append(folder / name)

    if "faces" in figures:
        limits = [float(limit) for limit in figures["faces"]["thresholds"]]
        for rate, title in (("frr", "false non-matches"), ("far", "false matches")):
            values = [value[rate] for value in figures["faces"]["thresholds"].values()]
            pyplot.plot(limits, values, label=title)
        for edge in ("same_max", "different_min"):
            pyplot.axvline(figures["faces"]["zones"][edge], color="grey", linestyle=":")
        pyplot.xlabel("distance")
        pyplot.legend()
        save("faces.png")
    if "grid" in figures:
        cells = figures["grid"]["cells"]
        names = list(cells)
        exact = []
        for name in names:
            count = sum(cell["n"] for cell in cells[name].values())
            exact.append(sum(cell["n"] * cell["exact"] for cell in cells[name].values()) / count)
        pyplot.figure(figsize=(7, 0.24 * len(names) + 1))
        pyplot.barh(names[::-1], exact[::-1])
        pyplot.xlabel("share of zones read exactly")
        save("grid.png")
    if "videos" in figures:
        species = figures["videos"]["species"]
        names = list(species)
        pyplot.figure(figsize=(7, 0.3 * len(names) + 1.2))
        left = [0.0] * len(names)
        for outcome in ("refused", "referred", "accepted"):
            values = [species[name][outcome] / species[name]["n"] for name in names]
            pyplot.barh(names, values, left=left, label=outcome)
            left = [a + b for a, b in zip(left, values, strict=True)]
        pyplot.legend()
        save("attacks.png")
    seconds = {part: [row["seconds"] for row in rows.of(part)] for part in ("grid", "videos")}
    if any(seconds.values()):
        for part, values in seconds.items():
            if values:
                pyplot.hist(values, bins=30, alpha=0.6, label=part)
        pyplot.xlabel("CPU seconds of one check")
        pyplot.legend()
        save("cpu.png")
    return written
