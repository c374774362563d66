"""Who came to a meeting, who is new there, and what was made ready, as their pages show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from people.queries.groups import short_of
from sessions.meeting_ready import to_make_ready
from sessions.models import Attended, Hold, MeetingPlace, PeerSession, Preparation
from sessions.place_words import ATTENDED, NOT_NOTED
from sessions.queries.places import members_now_or_then
from sessions.state_words import Shown
from sessions.states import BOOKED, CANCELLED, TAKEN

EARLY = timedelta(hours=1)  # before a meeting: some come early


@dataclass(frozen=True)
class AttendanceRow:
    """One member of the group: whether they have a place, came, are new, or have left since the meeting began."""

    group_member_id: UUID
    name: str
    pronouns: str
    has_place: bool
    attended: str
    shown: Shown
    is_new: bool
    introduced: bool
    has_left: bool
    trouble: str


@dataclass(frozen=True)
class AttendancePage:
    """Everybody in the group now, or when the meeting began.

    `newcomers`: who is here for the first time, as far as is known.
    """

    rows: list[AttendanceRow]
    newcomers: list[AttendanceRow]
    came: int
    may_note: bool


def attendance_page(
    meeting: PeerSession, *, now: datetime, trouble: tuple[UUID, str] | None = None
) -> AttendancePage:
    """Three queries. `trouble`: what to say beside one member, whose mark was refused."""
    places = {place.peer_id: place for place in MeetingPlace.objects.filter(peer_session=meeting)}
    known = _came_before(meeting)
    about, words = trouble or (None, "")
    rows = []
    for one in members_now_or_then(meeting):
        place = places.get(one.peer_id)
        attended = place.attended if place else ""
        rows.append(
            AttendanceRow(
                group_member_id=one.pk,
                name=one.peer.name,
                pronouns=one.peer.pronouns,
                has_place=place is not None and place.state == TAKEN,
                attended=attended,
                shown=ATTENDED.get(attended, NOT_NOTED),
                is_new=one.peer_id not in known,
                introduced=place is not None and place.introduced_at is not None,
                has_left=one.left_at is not None,
                trouble=words if one.pk == about else "",
            )
        )
    return AttendancePage(
        rows=rows,
        newcomers=[row for row in rows if row.is_new and row.attended == Attended.CAME],
        came=sum(row.attended == Attended.CAME for row in rows),
        may_note=meeting.state != CANCELLED and now >= meeting.starts_at - EARLY,
    )


def _came_before(meeting: PeerSession) -> set[UUID]:
    """Who came to an earlier meeting of the group: they have been introduced."""
    earlier = MeetingPlace.objects.filter(
        peer_session__group=meeting.group, peer_session__starts_at__lt=meeting.starts_at
    )
    return set(earlier.filter(attended=Attended.CAME).values_list("peer_id", flat=True))


@dataclass(frozen=True)
class ReadyThing:
    """One thing on the list."""

    key: str
    words: str
    ticked: bool


@dataclass(frozen=True)
class ReadyPage:
    """The list before a meeting: what is ready, and whether there are two to run it."""

    things: list[ReadyThing]
    done: str
    all_done: bool
    short_of: str
    may_tick: bool


def ready_page(meeting: PeerSession, *, now: datetime) -> ReadyPage:
    """Two queries."""
    row = Preparation.objects.filter(peer_session=meeting).first()
    ticked = set(row.ticked) if row else set()
    here = Hold.objects.filter(
        peer_session=meeting, supporter__isnull=False, released_at__isnull=True
    ).count()
    things = [
        ReadyThing(thing.key, str(thing.words), thing.key in ticked)
        for thing in to_make_ready(meeting.setting, side_room=meeting.side_room_id is not None)
    ]
    done = sum(thing.ticked for thing in things)
    return ReadyPage(
        things=things,
        done=_("%(done)s of %(all)s things are ready.") % {"done": done, "all": len(things)},
        all_done=done == len(things),
        short_of=short_of(here),
        may_tick=meeting.state == BOOKED,
    )
