"""The story of an agreement: what it costs with six versions, beside what it costs with one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lib import wall
from sessions.items import ITEMS
from sessions.wording import Said
from tests import factories, processes
from tests.bench import slices, world
from tests.bench.figures import Figure
from tests.bench.pages import BESIDES
from tests.bench.stage import Stage
from tests.factories import START, signed_in
from tests.sessions import met

NAME = "sessions.agreement_history"
ONE, SIX = 1, 6  # versions
LEAST = 0.4  # times the floor, as for any page that is no list
MOST_GROWTH = 2.0  # six versions are told for the price of two
MOST_SQL = 8
MONTH = timedelta(days=30)
TURNS = ("never", "maybe", "always")


def measure(stage: Stage) -> Iterator[Figure]:
    """Processor milliseconds with six versions, beside the floor's and those with one; and statements."""
    place = with_supporter(stage.places[world.MANY])
    paths = {count: path(place, pairing_of(place, count)) for count in (ONE, SIX)}
    world.settle()
    few, many = (statements(place, paths[count], count) for count in (ONE, SIX))
    targets = [stage.at(place, paths[count], "supporter") for count in (ONE, SIX)]
    floor, before, after = slices.in_turn([stage.floor, *targets])
    ratio, growth = round(floor.cpu_ms / after.cpu_ms, 2), round(after.cpu_ms / before.cpu_ms, 2)
    goal, holds = (
        f"≥ {LEAST} × floor; 6 versions ≤ {MOST_GROWTH} × 1",
        ratio >= LEAST and growth <= MOST_GROWTH,
    )
    yield Figure(NAME, after.cpu_ms, "cpu ms", floor.cpu_ms, ratio, growth, goal, holds)
    rate = round(after.each_second / floor.each_second, 2)
    yield Figure(f"{NAME}.rate", after.each_second, "requests/s", floor.each_second, rate)
    goal, holds = f"≤ {MOST_SQL}, the same at 1 and 6 versions", few == many <= MOST_SQL
    yield Figure(f"{NAME}.sql", many, "statements", growth=many / few, goal=goal, holds=holds)


def with_supporter(place: world.Place) -> world.Place:
    """The organisation with a supporter who has room: those it has carry two hundred peers each."""
    return replace(place, members={**place.members, "supporter": factories.supporter(place.organisation)})


def pairing_of(place: world.Place, versions: int) -> UUID:
    """A pairing of the supporter's with so many versions, through the real actions, a month apart."""
    coordinator, supporter = place.members["coordinator"], place.members["supporter"]
    with wall.inside(place.organisation.pk):
        peer = factories.peer(place.organisation)
        paired = met.pair(coordinator, supporter, peer)
    two = met.Two(place.organisation, coordinator, supporter, peer, paired)
    for version in range(1, versions + 1):
        said = {side: answers(version, turn) for turn, side in enumerate(("supporter", "peer"))}
        draft = met.ready_again(two, version, **said, now=START + MONTH * version)
        met.yes(two, draft, now=START + MONTH * version)
    return paired.pk


def answers(version: int, turn: int) -> dict[str, Said]:
    """A whole sheet first; then four lines of it, as they may change in a month."""
    asked = [item for item in ITEMS if item.floor is None]
    changed = asked if version == 1 else asked[version * 3 : version * 3 + 4]
    return {
        item.key: {"answer": TURNS[(item.number + version + turn) % 3], "note": "It depends on the day."}
        for item in changed
    }


def path(place: world.Place, pairing_id: UUID) -> str:
    """The address of the story."""
    return reverse("sessions:history", args=[place.slug, pairing_id])


def statements(place: world.Place, address: str, versions: int) -> int:
    """For one view, once warm; what begins and ends transactions is left out. Raises NotAPage."""
    processes.use_static_files()
    client = signed_in(place.members["supporter"])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    told = len(set(re.findall(r'<h2 id="version-(\d+)"', response.content.decode())))
    if response.status_code != 200 or told != versions:
        raise slices.NotAPage(f"{address}: {response.status_code}, tells {told} versions")
    return sum(not query["sql"].startswith(BESIDES) for query in asked.captured_queries)
