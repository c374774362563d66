"""A pairing ready to be booked, and what the tests of sessions do with it again and again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from people.models import Membership, Organisation, Peer
from reminders.actions import set_address
from sessions.actions import bookings, logs
from sessions.models import Pairing, PeerSession, SessionLog
from tests import factories
from tests.sessions import met
from venues.actions import places, rooms
from venues.models import Room

LONDON = ZoneInfo("Europe/London")
START = factories.START
WORDS = {
    "warm_up": "Tea, and the bus.",
    "what_mattered": "Sam wants to draw again. 🎨 שלום",
    "cool_down": "A walk to the gate.",
    "fit_note": "",
    "hidden_because": "",
}


@dataclass
class Thread:
    """Who and what a booking needs, in one organisation."""

    organisation: Organisation
    coordinator: Membership
    supporter: Membership
    peer: Peer
    pairing: Pairing
    room: Room


def thread(organisation: Organisation, *, number: int = 6, rhythm: str = "each_time") -> Thread:
    """A coordinator, a supporter and a peer who have agreed on six sessions whenever it suits them, and a room."""
    two = met.introduced(organisation)
    met.yes(two, met.ready(two, sessions_agreed=number, rhythm=rhythm))
    with wall.inside(organisation.pk):
        two.pairing.refresh_from_db()
    return Thread(
        organisation=organisation,
        coordinator=two.coordinator,
        supporter=two.supporter,
        peer=two.peer,
        pairing=two.pairing,
        room=room(organisation),
    )


def pairing(found: Thread, peer: Peer, supporter: Membership | None = None, *, number: int = 6) -> Pairing:
    """One more pairing with an agreement in force: of the same supporter, unless told otherwise."""
    who = supporter or found.supporter
    paired = met.pair(found.coordinator, who, peer)
    two = met.Two(found.organisation, found.coordinator, who, peer, paired)
    met.yes(two, met.ready(two, rhythm="each_time", sessions_agreed=number))
    return paired


def room(organisation: Organisation, name: str = "Blue room") -> Room:
    """A room in a place of its own."""
    by = Operator(organisation.pk)
    with wall.inside(organisation.pk):
        place = places.add_venue(
            once=new_id(), name="The Mill", address="1 Mill Lane", getting_there="", by=by, now=START
        )
        return rooms.add_room(once=new_id(), venue_id=place.pk, name=name, places=2, by=by, now=START)


def reachable(peer: Peer, now: datetime = START) -> None:
    """Let the peer have an address."""
    with wall.inside(peer.organisation_id):
        set_address(
            recipient_id=peer.pk,
            address="sam@example.org",
            data_key=peer.data_key,
            language=peer.language,
            zone=peer.zone,
            by=Operator(peer.organisation_id),
            now=now,
        )


def session(found: Thread | Pairing, starts_at: datetime, *, now: datetime, **changes: Any) -> PeerSession:
    """A booked session: a walk, unless told otherwise."""
    paired = found.pairing if isinstance(found, Thread) else found
    wish: dict[str, Any] = {
        "once": new_id(),
        "minutes": 50,
        "setting": "walk",
        "room_id": None,
        "meeting_point": "At the gate",
    }
    with wall.inside(paired.organisation_id):
        by = Operator(paired.organisation_id)
        return bookings.book(pairing_id=paired.pk, starts_at=starts_at, by=by, now=now, **(wish | changes))


def begun(found: Thread) -> PeerSession:
    """A session that began a while ago by the clock on the wall, booked the day before."""
    starts_at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=70)
    return session(found, starts_at, now=starts_at - timedelta(days=1))


def ahead(found: Thread, days: int = 7) -> PeerSession:
    """A session some days ahead by the clock on the wall."""
    return session(found, at(day_ahead(days), time(14)), now=datetime.now(UTC))


def held(found: Thread, **words: Any) -> SessionLog:
    """A session that was held and logged by its supporter."""
    row = begun(found)
    texts: dict[str, Any] = {**WORDS, "fit": "same", "shown_to_peer": True} | words
    with wall.inside(found.organisation.pk):
        by = factories.member(found.supporter)
        return logs.log(once=new_id(), peer_session_id=row.pk, by=by, now=datetime.now(UTC), **texts)


def day_ahead(days: int = 7) -> date:
    """A day ahead, in London."""
    return datetime.now(LONDON).date() + timedelta(days=days)


def at(day: date, clock: time, zone: ZoneInfo = LONDON) -> datetime:
    """A moment on a zone's clock."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def typed(**changes: Any) -> dict[str, str]:
    """What the booking form sends: a walk a week ahead at two."""
    form: dict[str, Any] = {
        "once": new_id(),
        "day": day_ahead().isoformat(),
        "start": "14:00",
        "minutes": 50,
        "setting": "walk",
        "room": "",
        "meeting_point": "At the gate",
    }
    return {key: str(value) for key, value in (form | changes).items()}


def address(found: Thread, name: str, row_id: UUID | None = None, slug: str | None = None) -> str:
    """The address of a page about a session; of a pairing for `book`."""
    start = f"/o/{slug or found.organisation.slug}"
    if name == "book":
        return f"{start}/pairings/{row_id or found.pairing.pk}/book/"
    tails = {"peer_session": "", "log_draft": "log/draft/", "session_log": "log/read/"}
    return f"{start}/calendar/{row_id}/{tails.get(name, name + '/')}"
