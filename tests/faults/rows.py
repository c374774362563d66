"""One row for each fault: what was tried, what was lost and repeated, how soon all was well again."""

import json
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One fault. `doubled` counts raw repeats; what of it is allowed stands in the goal. Seconds are wall clock."""

    name: str
    tried: str
    lost: int
    doubled: int
    recovered_s: float
    goal: str
    holds: bool


def table(rows: Sequence[Row]) -> str:
    """All rows, one a line."""
    head = [field.name for field in fields(Row)]
    lines = [head, *([_cell(value) for value in astuple(row)] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "MISSED"
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def keep(rows: Sequence[Row], path: Path) -> None:
    """Writes them for programs to read."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
