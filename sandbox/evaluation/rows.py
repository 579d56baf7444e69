"""Results as rows in a file that grows: an evaluation that was stopped goes on where it was."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Rows:
    """`path`: one JSON object a line. A row's `id` is measured once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.rows: list[Row] = []
        if path.exists():
            self.rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        self.known = {row["id"] for row in self.rows}

    def __contains__(self, name: str) -> bool:
        return name in self.known

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self.known.add(row["id"])
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def of(self, part: str) -> Iterator[Row]:
        return (row for row in self.rows if row["part"] == part)
