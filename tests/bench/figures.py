"""A figure, whether it holds, and the table of all."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HEAD = ("name", "value", "unit", "floor", "ratio", "growth", "goal", "")


@dataclass(frozen=True)
class Figure:
    """One measured thing. `ratio` is how many times as quick as the floor it is; `goal` is what must be reached.

    `growth` is how many times dearer it gets with more rows; what more means stands with the row. `holds` is None
    where nothing is asked of it.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    growth: float | None = None
    goal: str = ""
    holds: bool | None = None


def missing(name: str, goal: str) -> Figure:
    """A row whose page is not there: nothing to measure does not count as fast."""
    return Figure(name, 0, "no such page", goal=goal, holds=False)


def table(figures: Sequence[Figure]) -> str:
    """All figures, one a line, numbers to the right."""
    rows = [HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, (0, 1, 0, 1, 1, 1, 0, 0), strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    numbers = [_short(each) for each in (figure.floor, figure.ratio, figure.growth)]
    verdict = {True: "holds", False: "MISSED", None: ""}[figure.holds]
    return (figure.name, _short(figure.value), figure.unit, *numbers, figure.goal, verdict)


def _short(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:.0f}" if number == int(number) or abs(number) >= 1000 else f"{number:.2f}"


def keep(figures: Sequence[Figure], path: Path) -> None:
    """Writes them for programs to read."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n")
