"""Writes against the floor's form: processor time, and how many statements each takes."""

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lib import wall
from lib.ids import new_id
from lib.sealing.models import seal_text
from reminders.models import ChannelPreference
from sessions.models import Agreement, Pairing, PeerSession, Setting
from sessions.states import ACTIVE, BOOKED, IN_FORCE
from tests.bench import slices, world
from tests.bench.figures import Figure
from tests.bench.pages import BESIDES
from tests.bench.slices import Form, Target
from tests.bench.stage import Stage
from tests.factories import START, signed_in

LEAST = 0.45  # times the floor
MOST_SQL = 14
AHEAD = 150  # days: later than any session of the world
HOURS = range(8, 20)
MOST = 5000  # forms that are sent
Forms = Iterator[Form]


@dataclass(frozen=True)
class Write:
    """One form: its row's name, who sends it, and the forms that are sent, each of which succeeds once."""

    name: str
    role: str
    forms: Callable[[world.Place], Forms]


def speed(write: Write) -> Callable[[Stage], Iterator[Figure]]:
    """The row of a form: processor milliseconds and requests each second, beside the floor's."""

    def measure(stage: Stage) -> Iterator[Figure]:
        place = stage.places[world.MANY]
        forms = write.forms(place)
        world.settle()
        fresh = (
            replace(form, session=key) for form, key in zip(forms, _sessions(place, write.role), strict=False)
        )
        ours = Target(stage.ours.url, "", "", stage.ours.pid, fresh)
        floor, found = slices.in_turn([_floor(stage), ours])
        ratio = round(floor.cpu_ms / found.cpu_ms, 2)
        goal, holds = f"≥ {LEAST} × floor", ratio >= LEAST
        yield Figure(write.name, found.cpu_ms, "cpu ms", floor.cpu_ms, ratio, goal=goal, holds=holds)
        rate = round(found.each_second / floor.each_second, 2)
        yield Figure(f"{write.name}.rate", found.each_second, "requests/s", floor.each_second, rate)
        yield _statements(write, place, forms)

    return measure


def _sessions(place: world.Place, role: str) -> list[str]:
    """One for each form: what is said after a form waits in its session for the next page, and nobody opens one."""
    first = Session.objects.get(pk=place.session_key(role))
    keys = [secrets.token_hex(16) for _ in range(MOST)]
    copies = (Session(key, first.session_data, first.expire_date) for key in keys)
    Session.objects.bulk_create(copies)
    return keys


def _floor(stage: Stage) -> Target:
    """The floor's form for one more entry."""
    entry = {
        "title": "Entry",
        "room": "Room 1",
        "state": "booked",
        "starts_at": "2030-05-12 10:00",
        "ends_at": "2030-05-12 10:50",
    }
    forms = itertools.repeat(Form("/floor/floor/new/", entry))
    return Target(stage.floors.url, "", stage.floor.session, stage.floors.pid, forms)


def _statements(write: Write, place: world.Place, forms: Forms) -> Figure:
    client = signed_in(place.members[write.role])
    form = next(forms)
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(form.path, form.fields)
    if answer.status_code != 302:
        raise slices.NotAPage(f"{form.path}: {answer.status_code}")
    count = sum(not query["sql"].startswith(BESIDES) for query in asked.captured_queries)
    return Figure(f"{write.name}.sql", count, "statements", goal=f"≤ {MOST_SQL}", holds=count <= MOST_SQL)


# book ---------------------------------------------------------------------------------------------------------


def to_book(place: world.Place) -> Forms:
    """Wishes for times that are free, for one pairing after another, each with an agreement and an address."""
    with wall.inside(place.organisation.pk):
        rows = Pairing.objects.filter(state=ACTIVE).select_related("peer__data_key").order_by("introduced_at")
        pairings = list(rows[: rows.count() // world.SUPPORTERS * world.SUPPORTERS])
        Agreement.objects.bulk_create(_agreement(row) for row in pairings)
        ChannelPreference.objects.bulk_create(_address(row) for row in pairings)
    return _wishes(place, pairings)


def _wishes(place: world.Place, pairings: list[Pairing]) -> Forms:
    """Each hour is used once for each supporter: those that follow each other in the list are different people."""
    today = timezone.localdate()
    for number in itertools.count():
        days, hour = divmod(number // world.SUPPORTERS, len(HOURS))
        fields = {
            "once": new_id(),
            "day": today + timedelta(days=AHEAD + days),
            "start": time(HOURS[hour]),
            "minutes": 50,
            "setting": Setting.WALK.value,
            "meeting_point": "At the gate",
        }
        pairing = pairings[number % len(pairings)]
        yield Form(reverse("sessions:book", args=[place.slug, pairing.pk]), fields)


def _agreement(pairing: Pairing) -> Agreement:
    return Agreement(
        organisation_id=pairing.organisation_id,
        pairing=pairing,
        version=1,
        state=IN_FORCE,
        body=b"",
        sessions_agreed=60,
        review_on=(START + timedelta(days=365)).date(),
        look_again_on=(START + timedelta(days=365)).date(),
        drafted_at=START,
        drafted_by="operator",
        proposed_at=START,
        in_force_at=START,
    )


def _address(pairing: Pairing) -> ChannelPreference:
    peer = pairing.peer
    row = ChannelPreference(
        organisation_id=pairing.organisation_id,
        recipient_id=peer.pk,
        data_key=peer.data_key,
        language=peer.language,
        zone=peer.zone,
    )
    seal_text(row, "address", "sam@example.org", peer.data_key)
    return row


# log ----------------------------------------------------------------------------------------------------------


def to_log(place: world.Place) -> Forms:
    """Logs of sessions that one supporter had last year."""
    with wall.inside(place.organisation.pk):
        pairings = list(Pairing.objects.filter(state=ACTIVE, supporter=place.members["supporter"]))
        made = PeerSession.objects.bulk_create(
            _past(pairings[number % len(pairings)], START - timedelta(hours=number)) for number in range(MOST)
        )
    return (Form(reverse("sessions:log", args=[place.slug, row.pk]), _log()) for row in made)


def _past(pairing: Pairing, starts_at: datetime) -> PeerSession:
    return PeerSession(
        organisation_id=pairing.organisation_id,
        pairing=pairing,
        setting=Setting.WALK,
        meeting_point="By the fountain",
        starts_at=starts_at,
        ends_at=starts_at + world.LONG,
        state=BOOKED,
        booked_at=START - timedelta(days=365),
        booked_by="operator",
    )


def _log() -> dict[str, Any]:
    return {
        "once": new_id(),
        "warm_up": "Tea, and the bus.",
        "what_mattered": "Sam wants to draw again. " * 20,
        "cool_down": "A walk to the gate.",
        "fit": "same",
        "fit_note": "",
        "shown": "yes",
        "hidden_because": "",
    }
