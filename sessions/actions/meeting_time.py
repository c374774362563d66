"""The time a group's meetings take: of facilitators, of peers, of rooms. Planned one after another for each group.

Whoever plans or changes meetings of a group first waits in the group's own line (`in_line`), then in those of the
people and rooms (`holding.queue_for`), and locks rows last; so nobody waits crosswise.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from psycopg.errors import ExclusionViolation
from psycopg.types.range import Range

from lib.once import lock
from lib.refusal import Refused
from people.models import Group, Membership
from people.states import ACTIVE
from sessions.actions.rules import NO_ROOM_THEN
from sessions.models import Hold, MeetingSeries, PeerSession, Setting
from sessions.queries.group_times import Times, times
from venues.models import Room

ROOM_TAKEN = gettext_lazy("This room is taken at that time. Please choose another one.")


@dataclass(frozen=True)
class Where:
    """Where a meeting is, and for how many. `room_id` may be missing: then it has no room yet, and its page says so."""

    setting: str
    room_id: UUID | None
    side_room_id: UUID | None
    meeting_point: str
    places: int

    @classmethod
    def of(cls, row: PeerSession | MeetingSeries) -> "Where":
        """Where a meeting is now, or those of a series."""
        return cls(row.setting, row.room_id, row.side_room_id, row.meeting_point, row.places or 0)

    def tidy(self) -> "Where":
        """Without what makes no sense in this setting: rooms belong to rooms, a meeting point to the rest."""
        if self.setting == Setting.ROOM:
            return Where(self.setting, self.room_id, self.side_room_id, "", self.places)
        return Where(self.setting, None, None, self.meeting_point, self.places)

    def put_on(self, row: PeerSession | MeetingSeries) -> None:
        """Set it on a row, unsaved."""
        for name, value in vars(self).items():
            setattr(row, name, value)

    @property
    def rooms(self) -> list[UUID]:
        """The rooms it needs."""
        return [room_id for room_id in (self.room_id, self.side_room_id) if room_id is not None]


def in_line(group_id: UUID) -> None:
    """Wait until nobody else plans or changes meetings of this group. Take it first of all in the transaction."""
    lock(f"meetings:{group_id}")


LINE_OF_MEETING = """
    SELECT group_id, pg_advisory_xact_lock(hashtextextended('meetings:' || group_id, 0))
    FROM peer_sessions_peersession WHERE id = %s AND group_id IS NOT NULL
"""


def in_line_of_meeting(peer_session_id: UUID) -> UUID:
    """`in_line` for the group of a meeting, which never changes. Raises PeerSession.DoesNotExist."""
    with connection.cursor() as cursor:
        cursor.execute(LINE_OF_MEETING, [peer_session_id])
        row = cursor.fetchone()
    if row is None:
        raise PeerSession.DoesNotExist
    group_id: UUID = row[0]
    return group_id


@dataclass(frozen=True)
class GroupNow:
    """A group that plans, who facilitates it and until when each takes a break; whether the form was sent before."""

    group: Group
    facilitators: dict[UUID, datetime | None]
    made: bool


def group_now(group_id: UUID, made: QuerySet[Any]) -> GroupNow:
    """All that planning asks of a group, in one query, once one stands first in its line.

    `made` is what an earlier copy of the form would have made. Raises Refused when the group has been put away.
    """
    current = Membership.objects.here().filter(
        facilitates__group=OuterRef("pk"), facilitates__ends_at__isnull=True
    )
    pairs = current.order_by("pk").values(pair=JSONObject(id="pk", paused_until="paused_until"))
    rows = Group.objects.select_related("organisation").annotate(
        pairs=ArraySubquery(pairs), made=Exists(made)
    )
    group = rows.get(pk=group_id)
    if not group.made:
        refuse_archived(group)
    breaks = {UUID(pair["id"]): pair["paused_until"] for pair in group.pairs}
    return GroupNow(
        group,
        {each: datetime.fromisoformat(until) if until else None for each, until in breaks.items()},
        made=group.made,
    )


def refuse_archived(group: Group) -> None:
    """Raise Refused when a group has been put away."""
    if group.state != ACTIVE:
        raise Refused(_("This group has been put away. Take it out again first."))


def facilitators_of(group_id: UUID) -> dict[UUID, datetime | None]:
    """Who facilitates a group now, and until when they take a break."""
    rows = Membership.objects.here().filter(facilitates__group_id=group_id, facilitates__ends_at__isnull=True)
    return dict(rows.values_list("pk", "paused_until"))


def refuse_rooms(where: Where) -> None:
    """Raise Refused unless every room can be booked, and the first is large enough."""
    if where.room_id is not None and where.room_id == where.side_room_id:
        raise Refused(_("The side room must be another room."), field="side_room")
    if not where.rooms:
        return
    found = {room.pk: room for room in Room.objects.open().filter(pk__in=where.rooms)}
    for name, room_id in (("room", where.room_id), ("side_room", where.side_room_id)):
        if room_id is not None and room_id not in found:
            raise Refused(_("This room can no longer be booked. Please choose another one."), field=name)
    if where.room_id is not None and where.places > found[where.room_id].places:
        fits = found[where.room_id].places
        words = ngettext("Only %(fits)s person fits there.", "Only %(fits)s people fit there.", fits)
        raise Refused(words % {"fits": fits}, field="places")


def leave_closed_rooms(meetings: Sequence[PeerSession]) -> None:
    """Meetings that are made by themselves do without a room that can no longer be booked; unsaved."""
    wanted = {room_id for row in meetings for room_id in Where.of(row).rooms}
    found = set(Room.objects.open().filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    for row in meetings:
        row.room_id = row.room_id if row.room_id in found else None
        row.side_room_id = row.side_room_id if row.side_room_id in found else None


@dataclass
class Wish:
    """A meeting, not stored yet or about to change, and whose time it is to take where that is free.

    `come_anyway` are those whose days away are not asked: they said themselves that they come.
    """

    meeting: PeerSession
    supporters: Collection[UUID] = ()
    peers: Collection[UUID] = ()
    come_anyway: Collection[UUID] = ()

    def holders(self) -> set[UUID]:
        """Everybody and everything."""
        return {*self.supporters, *self.peers, *Where.of(self.meeting).rooms}


def fit(wishes: Sequence[Wish], *, strict: bool = False, people_only: bool = False) -> list[Hold]:
    """Find the time of all of it. Who is taken or away is left out: a person is not there, a meeting has no room yet.

    Gives the holds to store once the meetings are. `strict` raises Refused where a room cannot be had instead;
    `people_only` leaves the rooms of meetings that stand already as they are. One query, however many they are.
    """
    if not wishes:
        return []
    known, holds = _times(wishes), list[Hold]()
    for wish in wishes:
        if not people_only:
            _fit_rooms(wish.meeting, known, strict=strict)
        start, end = wish.meeting.starts_at, wish.meeting.ends_at
        for column, holder_id in _holders(wish, people_only=people_only):
            comes = holder_id in wish.come_anyway or known.lets(holder_id, start, end)
            if comes and known.free(holder_id, start, end):
                known.take(holder_id, start, end)
                holds.append(_hold(wish.meeting, column, holder_id))
    return holds


def _times(wishes: Sequence[Wish]) -> Times:
    return times(
        set().union(*(wish.holders() for wish in wishes)),
        organisation_id=wishes[0].meeting.organisation_id,
        first=min(wish.meeting.starts_at for wish in wishes),
        last=max(wish.meeting.ends_at for wish in wishes),
    )


def _holders(wish: Wish, *, people_only: bool) -> Iterator[tuple[str, UUID]]:
    rooms = [] if people_only else Where.of(wish.meeting).rooms
    for column, ids in (("supporter_id", wish.supporters), ("peer_id", wish.peers), ("room_id", rooms)):
        for holder_id in ids:
            yield column, holder_id


def _fit_rooms(meeting: PeerSession, known: Times, *, strict: bool) -> None:
    """Leave out the rooms that are taken or not open then, or refuse them."""
    for name in ("room", "side_room"):
        room_id = getattr(meeting, f"{name}_id")
        if room_id is None:
            continue
        is_open = known.lets(room_id, meeting.starts_at, meeting.ends_at)
        if is_open and known.free(room_id, meeting.starts_at, meeting.ends_at):
            continue
        if strict:
            raise Refused(ROOM_TAKEN if is_open else NO_ROOM_THEN, field=name)
        setattr(meeting, f"{name}_id", None)


def _hold(meeting: PeerSession, column: str, holder_id: UUID) -> Hold:
    values: dict[str, Any] = {column: holder_id}
    during = Range(meeting.starts_at, meeting.ends_at)
    return Hold(organisation_id=meeting.organisation_id, peer_session=meeting, during=during, **values)


@contextmanager
def refusing_the_unforeseen() -> Iterator[None]:
    """Time taken meanwhile by a path that waits in no line (an import, say) is refused by the database: in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        words = _("Something else was booked at the same moment. Please look again, and send it once more.")
        raise Refused(words) from error


def release_all(meetings: Iterable[PeerSession], *, now: datetime, only: Q | None = None) -> None:
    """Give back all the time that meetings hold; `only` says whose."""
    rows = Hold.objects.filter(peer_session__in=[row.pk for row in meetings], released_at__isnull=True)
    (rows if only is None else rows.filter(only)).update(released_at=now)
