"""The rows the bench reads: two organisations, one with 10 of everything and one with 1,000."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from django.db import transaction
from django.utils import timezone

from lib import wall
from lib.sealing.models import new_key
from people.models import Assignment, Membership, Organisation, Peer
from sessions.models import Hold, Pairing, PeerSession, Setting
from sessions.states import ACTIVE, BOOKED, INTRODUCED
from tests import factories

APART = timedelta(days=7) / 25  # between two sessions: a week shows 25 of them
LONG = timedelta(minutes=50)
FEW, MANY = 10, 1000
SUPPORTERS = 5  # who take turns from pairing to pairing
WAITING = 3  # pairings that have not begun


@dataclass(frozen=True)
class Place:
    """One organisation and its people."""

    organisation: Organisation
    members: dict[str, Membership]  # by role
    rows: int  # sessions it has

    @property
    def slug(self) -> str:
        """As it stands in addresses."""
        return self.organisation.slug

    def session_key(self, role: str) -> str:
        """A new session of this role's person, as the cookie carries it."""
        return factories.signed_in(self.members[role]).cookies["sessionid"].value


def build(slug: str, rows: int) -> Place:
    """An organisation with so many peers, pairings and sessions, half of them past."""
    with transaction.atomic():
        organisation = factories.organisation(slug)
    coordinator = factories.coordinator(organisation)
    supervisor = factories.supervisor(organisation)
    supporters = [factories.supporter(organisation) for _ in range(SUPPORTERS)]
    with wall.inside(organisation.pk):
        peers = _peers(organisation, rows)
        pairings = _pairings(organisation, peers, supporters)
        _sessions(organisation, pairings[WAITING:])
    members = {"coordinator": coordinator, "supervisor": supervisor, "supporter": supporters[0]}
    return Place(organisation, members, rows - WAITING)


def _peers(organisation: Organisation, rows: int) -> list[Peer]:
    return Peer.objects.bulk_create(
        Peer(
            organisation=organisation,
            name=f"Peer {number:04}",
            created_at=factories.START,
            created_by="operator",
            data_key=new_key(organisation.pk),
        )
        for number in range(rows)
    )


def _pairings(organisation: Organisation, peers: list[Peer], supporters: list[Membership]) -> list[Pairing]:
    pairs = [(peer, supporters[number % len(supporters)]) for number, peer in enumerate(peers)]
    Assignment.objects.bulk_create(
        Assignment(organisation=organisation, peer=peer, supporter=supporter, starts_at=factories.START)
        for peer, supporter in pairs
    )
    return Pairing.objects.bulk_create(
        Pairing(
            organisation=organisation,
            peer=peer,
            supporter=supporter,
            state=INTRODUCED if number < WAITING else ACTIVE,
            introduced_at=factories.START + timedelta(minutes=number),
            introduced_by="operator",
            begun_at=None if number < WAITING else factories.START + timedelta(days=7),
        )
        for number, (peer, supporter) in enumerate(pairs)
    )


def _sessions(organisation: Organisation, pairings: list[Pairing]) -> None:
    first = monday(timezone.now()) - APART * (len(pairings) // 2)
    made = PeerSession.objects.bulk_create(
        PeerSession(
            organisation=organisation,
            pairing=pairing,
            setting=Setting.WALK,
            meeting_point="By the fountain",
            starts_at=first + APART * number,
            ends_at=first + APART * number + LONG,
            state=BOOKED,
            booked_at=factories.START,
            booked_by="operator",
        )
        for number, pairing in enumerate(pairings)
    )
    Hold.objects.bulk_create(
        Hold(organisation=organisation, peer_session=each, during=(each.starts_at, each.ends_at), **holder)
        for each in made
        for holder in ({"supporter": each.two.supporter}, {"peer": each.two.peer})
    )


def monday(now: datetime) -> datetime:
    """The beginning of the week, in UTC."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


FLOOR = """
WITH place AS (INSERT INTO floor_place (name, slug) VALUES ('Floor', 'floor') RETURNING id),
     person AS (INSERT INTO floor_place_people (place_id, user_id) SELECT id, %(user)s FROM place)
INSERT INTO floor_entry (place_id, title, room, state, starts_at, ends_at)
SELECT place.id, 'Entry ' || n, 'Room ' || n %% 7, CASE WHEN n %% 3 = 0 THEN 'confirmed' ELSE 'booked' END,
       now() + (n - 500) * interval '6 hours 43 minutes', now() + (n - 500) * interval '6 hours 43 minutes'
       + interval '50 minutes'
FROM place, generate_series(1, %(rows)s) n
"""


def build_floor(place: Place) -> None:
    """The floor's rows, as many as the large organisation has, seen by its coordinator."""
    user = place.members["coordinator"].user_id
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"], autocommit=True) as connection:
        connection.execute(FLOOR, {"user": user, "rows": MANY})


def settle() -> None:
    """Lets the planner know what is there, as it would on a server that has run for a day."""
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
