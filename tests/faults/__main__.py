"""`make faults` (ONLY=reminders.worker_killed, or several with commas, or `reminders` for all that begin so)."""

import os
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from peersafe.local.places import LOCAL, complain, say  # noqa: E402
from peersafe.local.processes import Household  # noqa: E402
from tests import processes  # noqa: E402
from tests.faults import group_places, one_slot, worker_killed  # noqa: E402
from tests.faults.rows import Row, keep, table  # noqa: E402

# A row: its name, and what breaks things. A new one is a function in a module of its own, and a line here.
ROWS: list[tuple[str, Callable[[str, Household], Row]]] = [
    ("reminders.worker_killed", worker_killed.run),
    ("sessions.group_places", group_places.run),
    ("sessions.one_slot", one_slot.run),
]


def chosen(only: str) -> list[tuple[str, Callable[[str, Household], Row]]]:
    """The rows that ONLY names; raises KeyError with a name that is none."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    for name in names:
        if not any(_named(row, name) for row, _ in ROWS):
            raise KeyError(name)
    return [row for row in ROWS if not names or any(_named(row[0], name) for name in names)]


def _named(row: str, name: str) -> bool:
    return row == name or row.startswith(f"{name}.")


def main() -> int:
    """0 when every row reaches its goal, 1 when one does not, 2 for a row there is none of."""
    began = time.monotonic()
    try:
        to_try = chosen(os.environ.get("ONLY", ""))
    except KeyError as unknown:
        complain(f"There is no row {unknown}. The rows: {', '.join(name for name, _ in ROWS)}")
        return 2
    call_command("migrate", database="owner", verbosity=0)
    rows = []
    for name, breaking in to_try:
        say(f"Breaking {name} …")
        with processes.household(name) as household:
            rows.append(breaking(name, household))
    keep(rows, LOCAL / "faults.json")
    missed = [row.name for row in rows if not row.holds]
    say(f"\n{table(rows)}\n\n{time.monotonic() - began:.0f} s; kept in .local/faults.json")
    if missed:
        complain(f"Missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
