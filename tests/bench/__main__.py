"""`make bench` (ONLY=people.home, or several with commas, or `people` for all that begin so)."""

import os
import sys
import time
from collections.abc import Callable, Iterator

import django

django.setup()

from peersafe.local.places import LOCAL, complain, say  # noqa: E402
from tests import processes  # noqa: E402
from tests.bench import growth, histories, pages, weight, writes  # noqa: E402
from tests.bench.figures import Figure, keep, table  # noqa: E402
from tests.bench.growth import GrowingPage  # noqa: E402
from tests.bench.pages import Page, speed  # noqa: E402
from tests.bench.stage import Stage  # noqa: E402
from tests.bench.writes import Write  # noqa: E402

PAGES = [
    Page("people.home", "home", most_sql=10),
    Page("people.peer_list", "people:peer_list"),
]
GROWING = [
    GrowingPage("sessions.week_page", growth.week, shows=r"<bdi>(?:Peer|Group) \d+</bdi>", times=25),
    GrowingPage(
        "sessions.slot_search", growth.slot_search, shows=r"<bdi>Robin \d+</bdi>", times=25, least=0.5
    ),
]
WRITES = [
    Write("sessions.book", "coordinator", writes.to_book),
    Write("sessions.log", "supporter", writes.to_log),
]
# A row: its name, and what measures it. A new one is a function in a module of its own, and a line here.
ROWS: list[tuple[str, Callable[[Stage], Iterator[Figure]]]] = [
    ("floor", pages.floor),
    *((page.name, speed(page)) for page in PAGES),
    ("weight", weight.measure),
    (histories.NAME, histories.measure),
    *((write.name, writes.speed(write)) for write in WRITES),  # late, because they leave rows behind
    *((page.name, growth.speed(page)) for page in GROWING),  # last, because they need a million sessions
]


def chosen(only: str) -> list[tuple[str, Callable[[Stage], Iterator[Figure]]]]:
    """The rows that ONLY names; raises KeyError with a name that is none."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    for name in names:
        if not any(_named(row, name) for row, _ in ROWS):
            raise KeyError(name)
    return [row for row in ROWS if not names or any(_named(row[0], name) for name in names)]


def _named(row: str, name: str) -> bool:
    return row == name or row.startswith(f"{name}.")


def main() -> int:
    """0 when every figure reaches its goal, 1 when one does not, 2 for a row there is none of."""
    began = time.monotonic()
    try:
        rows = chosen(os.environ.get("ONLY", ""))
    except KeyError as unknown:
        complain(f"There is no row {unknown}. The rows: {', '.join(name for name, _ in ROWS)}")
        return 2
    figures: list[Figure] = []
    with processes.household("bench") as household:
        stage = Stage(household)
        for name, measure in rows:
            say(f"Measuring {name} …")
            figures += measure(stage)
    keep(figures, LOCAL / "bench.json")
    missed = [figure.name for figure in figures if figure.holds is False]
    say(f"\n{table(figures)}\n\n{time.monotonic() - began:.0f} s; kept in .local/bench.json")
    if missed:
        complain(f"Missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
