"""Pages of a large organisation: what they cost at a million sessions, beside what they cost at a thousand."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import processes
from tests.bench import crowd, slices
from tests.bench.figures import Figure
from tests.bench.pages import BESIDES
from tests.bench.stage import Stage
from tests.bench.world import Place
from tests.factories import signed_in

LEAST = 0.6  # times the floor
MOST_GROWTH = 1.3  # times the cost at a thousand sessions
MOST_SQL = 10


@dataclass(frozen=True)
class GrowingPage:
    """One page: its row's name, its address in an organisation, who opens it, and what it must show so often."""

    name: str
    path: Callable[[Place], str]
    shows: str  # a regular expression; an empty page is quick for nothing
    times: int
    role: str = "coordinator"
    least: float = LEAST


def week(place: Place) -> str:
    """The address of this week."""
    return reverse("sessions:week", args=[place.slug])


def slot_search(place: Place) -> str:
    """The address of the search for a time."""
    return reverse("sessions:slot_search", args=[place.slug])


def speed(page: GrowingPage) -> Callable[[Stage], Iterator[Figure]]:
    """The row of a page: processor milliseconds at a million sessions, beside the floor's and those at a thousand."""

    def measure(stage: Stage) -> Iterator[Figure]:
        small, large = stage.crowds[crowd.THOUSAND], stage.crowds[crowd.MILLION]
        few, many = count(page, small), count(page, large)
        targets = [stage.at(place, page.path(place), page.role) for place in (small, large)]
        floor, before, after = slices.in_turn([stage.floor, *targets])
        ratio, growth = round(floor.cpu_ms / after.cpu_ms, 2), round(after.cpu_ms / before.cpu_ms, 2)
        holds = ratio >= page.least and growth <= MOST_GROWTH
        goal = f"≥ {page.least} × floor; at 1,000,000 ≤ {MOST_GROWTH} × at 1,000"
        yield Figure(page.name, after.cpu_ms, "cpu ms", floor.cpu_ms, ratio, growth, goal, holds)
        rate = round(after.each_second / floor.each_second, 2)
        yield Figure(f"{page.name}.rate", after.each_second, "requests/s", floor.each_second, rate)
        goal = f"≤ {MOST_SQL}, the same at 1,000 and 1,000,000"
        holds = few == many <= MOST_SQL
        yield Figure(f"{page.name}.sql", many, "statements", growth=many / few, goal=goal, holds=holds)

    return measure


def count(page: GrowingPage, place: Place) -> int:
    """Statements for one view, once warm; what begins and ends transactions is left out. Raises NotAPage."""
    processes.use_static_files()
    client, path = signed_in(place.members[page.role]), page.path(place)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    shown = len(re.findall(page.shows, response.content.decode()))
    if response.status_code != 200 or shown < page.times:
        raise slices.NotAPage(f"{path}: {response.status_code}, shows {shown}")
    return sum(not query["sql"].startswith(BESIDES) for query in asked.captured_queries)
