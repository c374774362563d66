"""The places of one meeting and the line for them, read and changed under the lock of the meeting's row.

`with queueing(…) as line:` locks, lets its block decide, and then writes, tells and records what the block has changed.
What frees a place is written before what takes one: the database counts after each row, and refuses one too many.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.actions import Actor, Clock, record
from lib.moves import move
from people.models import GroupMember
from sessions.actions.holding import queue_for
from sessions.actions.place_notices import tell_of_places
from sessions.models import Hold, MeetingPlace, PeerSession
from sessions.states import GIVEN_BACK, OCCUPIES, OFFERED, PLACE_MOVES, TAKEN, WAITING_FOR

CHANGED = ("state", "asked_at", "asked_by", "offer_ends_at", "settled_at")
TICK = timedelta(microseconds=1)


@dataclass
class Line:
    """Every place of a meeting by its peer, the peers who are in the group now, and what has changed so far."""

    meeting: PeerSession
    places: dict[UUID, MeetingPlace]
    members: set[UUID]
    by: Actor
    now: datetime
    events: list[tuple[str, MeetingPlace, Actor]] = field(default_factory=list)
    freed: int = 0
    told: list[MeetingPlace] = field(
        default_factory=list
    )  # who hears that a place is free, and kept for nobody
    withdrawn: list[MeetingPlace] = field(default_factory=list)  # what was offered, and is not any more
    released: list[UUID] = field(default_factory=list)  # peers whose time is their own again

    def of(self, peer_id: UUID) -> MeetingPlace:
        """A peer's place in this meeting; a new one, not stored yet, where they have not asked so far."""
        if peer_id not in self.places:
            self.places[peer_id] = MeetingPlace(
                organisation_id=self.meeting.organisation_id,
                peer_session=self.meeting,
                peer_id=peer_id,
                state=GIVEN_BACK,
                asked_at=self.now,
                asked_by=self.by.actor,
            )
        return self.places[peer_id]

    def free(self) -> int:
        """How many places nobody has, and nobody is asked about."""
        return (self.meeting.places or 0) - sum(place.occupies() for place in self.places.values())

    def waiting(self) -> list[MeetingPlace]:
        """Who is in line, first come first."""
        return sorted(
            (place for place in self.places.values() if place.state == WAITING_FOR),
            key=lambda place: (place.asked_at, place.pk),
        )

    def change(
        self, place: MeetingPlace, verb: str, *, until: datetime | None = None, by: Actor | None = None
    ) -> None:
        """Let a place go on to its next state. Raises Refused where that cannot be."""
        before = place.state
        move(PLACE_MOVES, verb, place)
        if before == OFFERED:
            self.withdrawn.append(place)
        if before == TAKEN:
            self.released.append(place.peer_id)
        if before in OCCUPIES and not place.occupies():
            self.freed += 1
        place.offer_ends_at = until
        place.settled_at = None if place.state in (WAITING_FOR, OFFERED) else self.now
        self.note(verb, place, by=by)

    def note(self, verb: str, place: MeetingPlace, *, by: Actor | None = None) -> None:
        """Remember that something was done to a place: it is stored and recorded at the end."""
        self.events.append((verb, place, by or self.by))

    def ask(self, place: MeetingPlace) -> None:
        """Note that it is asked for now: behind everybody who has asked before, whatever their clocks said.

        Whoever waited for the lock carries an older `now`, and would otherwise step in front of those in line.
        """
        latest = max(
            (one.asked_at for one in self.places.values() if one is not place), default=self.now - TICK
        )
        place.asked_at = max(self.now, latest + TICK)
        place.asked_by = self.by.actor

    def changed(self) -> list[MeetingPlace]:
        """The places that are not as they were."""
        return list({place.pk: place for _verb, place, _by in self.events}.values())

    def clock(self) -> Actor:
        """What happens by itself is the clock's doing, whoever gave the occasion."""
        return Clock(self.meeting.organisation_id)

    def write(self) -> None:
        """Store what has changed."""
        if self.released:
            held = Hold.objects.filter(peer_session=self.meeting, released_at__isnull=True)
            held.filter(peer_id__in=self.released).update(released_at=self.now)
        changed = self.changed()
        for part in (
            [place for place in changed if not place.occupies()],
            [place for place in changed if place.occupies()],
        ):
            fresh = [place for place in part if place._state.adding]
            known = [place for place in part if not place._state.adding]
            if fresh:
                MeetingPlace.objects.bulk_create(fresh)
            if known:
                MeetingPlace.objects.bulk_update(known, CHANGED)


@contextmanager
def queueing(
    peer_session_id: UUID, *peer_ids: UUID, by: Actor, now: datetime, each: bool = True
) -> Iterator[Line]:
    """The line of a meeting, for those whose time may be held or released by it; nobody else changes it meanwhile.

    `each=False` leaves the record of what was done to the block, where it is one act for many.
    """
    with transaction.atomic():
        if peer_ids:
            queue_for(*peer_ids)
        related = PeerSession.objects.select_related("organisation")
        meeting = related.select_for_update(of=("self",)).get(pk=peer_session_id)
        places = {place.peer_id: place for place in MeetingPlace.objects.filter(peer_session=meeting)}
        members = GroupMember.objects.filter(group__meetings=meeting, left_at__isnull=True)
        line = Line(meeting, places, set(members.values_list("peer_id", flat=True)), by, now)
        yield line
        line.write()
        tell_of_places(
            meeting,
            offered=[place for place in line.changed() if place.state == OFFERED],
            free=line.told,
            no_more=line.withdrawn,
            left=line.released,
            by=by,
            now=now,
        )
        for verb, place, actor in line.events:
            if each or actor is not by:
                record(by=actor, verb=f"sessions.{verb}", what=place, now=now, peer_session=peer_session_id)
