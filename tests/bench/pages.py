"""Pages against the floor's agenda: processor time, and how many questions each asks the database."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from tests import processes
from tests.bench import slices, world
from tests.bench.figures import Figure, missing
from tests.bench.stage import Stage
from tests.factories import signed_in

BESIDES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")  # they ask nothing


@dataclass(frozen=True)
class Page:
    """One page: its row's name, its URL name, who opens it, and what it must reach."""

    name: str
    url_name: str
    role: str = "coordinator"
    least: float = 0.6  # times the floor
    most_sql: int = 8
    rows: int = 25  # it must show, each naming a peer: an empty page is quick for nothing

    def path(self, slug: str) -> str:
        """Its address. Raises NoReverseMatch where there is no such page."""
        return reverse(self.url_name, args=[slug])


def speed(page: Page) -> Callable[[Stage], Iterator[Figure]]:
    """The row of a page: processor milliseconds and requests each second, beside the floor's."""

    def measure(stage: Stage) -> Iterator[Figure]:
        goal = f"≥ {page.least} × floor"
        try:
            path = page.path(stage.places[world.MANY].slug)
        except NoReverseMatch:
            yield missing(page.name, goal)
            return
        floor, ours = slices.in_turn([stage.floor, stage.page(path, page.role)])
        ratio = round(floor.cpu_ms / ours.cpu_ms, 2)
        yield Figure(
            page.name, ours.cpu_ms, "cpu ms", floor.cpu_ms, ratio, goal=goal, holds=ratio >= page.least
        )
        rate = round(ours.each_second / floor.each_second, 2)
        yield Figure(f"{page.name}.rate", ours.each_second, "requests/s", floor.each_second, rate)
        yield Figure(f"{page.name}.size", ours.size / 1000, "kB on the wire", floor.size / 1000)
        yield _questions(page, stage)

    return measure


def _questions(page: Page, stage: Stage) -> Figure:
    """Growth: from 10 rows to 1,000."""
    few, many = (count(page, stage.places[rows]) for rows in (world.FEW, world.MANY))
    return Figure(
        f"{page.name}.sql",
        many,
        "statements",
        growth=many / few,
        goal=f"≤ {page.most_sql}, the same at 10 and 1,000 rows",
        holds=few == many <= page.most_sql,
    )


def count(page: Page, place: world.Place) -> int:
    """Statements for one view, in this process, once warm; what begins and ends transactions is left out."""
    processes.use_static_files()
    client = signed_in(place.members[page.role])
    path = page.path(place.slug)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    shown = len(set(re.findall(r"Peer \d{4}", response.content.decode())))
    if response.status_code != 200 or (place.rows > world.FEW and shown < page.rows):
        raise slices.NotAPage(f"{path}: {response.status_code}, {shown} rows")
    return sum(not query["sql"].startswith(BESIDES) for query in asked.captured_queries)


def floor(stage: Stage) -> Iterator[Figure]:
    """The floor's own figures, and how much two pages that are the same differ: what noise there is."""
    one, other = slices.in_turn([stage.floor, stage.floor])
    ratio = round(other.cpu_ms / one.cpu_ms, 2)
    yield Figure("floor", one.cpu_ms, "cpu ms", other.cpu_ms, ratio)
    yield Figure("floor.rate", one.each_second, "requests/s", other.each_second)
    yield Figure("floor.size", one.size / 1000, "kB on the wire")
