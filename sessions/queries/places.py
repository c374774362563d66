"""The places of a meeting as its page shows them: everybody in the group, what each has said, what can be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.access import Member
from people.models import GroupMember
from sessions.models import MeetingPlace, PeerSession
from sessions.place_words import ATTENDED, place_shown, taken_words, turn_words, waiting_words
from sessions.policies.places import runs
from sessions.queries.places_due import FIRST_TO_ANSWER, LEAST, answer_until
from sessions.state_words import Shown
from sessions.states import BOOKED, GIVEN_BACK, OFFERED, TAKEN, WAITING_FOR


@dataclass(frozen=True)
class PlaceRow:
    """One member of the group: what they have said about this meeting, or whether they came; what can be said now."""

    group_member_id: UUID
    name: str
    pronouns: str
    shown: Shown
    detail: str
    may_take: bool
    may_wait: bool
    may_give_back: bool


@dataclass(frozen=True)
class PlacesPanel:
    """All places of a meeting. `may_change`: the reader runs it, and it is still to come."""

    taken: str
    waiting: str
    rows: list[PlaceRow]
    may_change: bool
    all_fit: bool
    first_to_answer: bool


def members_of(meeting: PeerSession) -> QuerySet[GroupMember]:
    """Who is in the meeting's group now, by name."""
    rows = GroupMember.objects.filter(group_id=meeting.group_id, left_at__isnull=True)  # type: ignore[misc]
    return rows.select_related("peer").order_by("peer__name", "pk")


def members_now_or_then(meeting: PeerSession) -> QuerySet[GroupMember]:
    """The same, and who belonged to the group when the meeting began and has left since. Nobody stands there twice."""
    since = Q(joined_at__lte=meeting.starts_at, left_at__gt=meeting.starts_at)
    here = GroupMember.objects.filter(group=OuterRef("group"), peer=OuterRef("peer"), left_at__isnull=True)
    rows = GroupMember.objects.filter(group_id=meeting.group_id)  # type: ignore[misc]
    rows = rows.filter(Q(left_at__isnull=True) | since & ~Exists(here))
    return rows.select_related("peer").order_by("peer__name", "pk")


def ever_in_group(meeting: PeerSession) -> QuerySet[GroupMember]:
    """Who is or was in the meeting's group: for whom somebody may still have the page open."""
    return GroupMember.objects.filter(group_id=meeting.group_id)  # type: ignore[misc]


def turns(places: Iterable[MeetingPlace]) -> dict[UUID, int]:
    """Who stands where in line, by peer, counted from 1: first come first."""
    waiting = (place for place in places if place.state == WAITING_FOR)
    line = sorted(waiting, key=lambda place: (place.asked_at, place.pk))
    return {place.peer_id: number for number, place in enumerate(line, 1)}


def first_to_answer(meeting: PeerSession, now: datetime) -> bool:
    """Whether it is too near for a free place to be kept for anybody."""
    return meeting.starts_at - FIRST_TO_ANSWER - now < LEAST


def places_panel(meeting: PeerSession, member: Member, *, now: datetime) -> PlacesPanel:
    """Everybody in the group and their places. Two queries."""
    places = {place.peer_id: place for place in MeetingPlace.objects.filter(peer_session=meeting)}
    line, zone = turns(places.values()), member.zone
    free = (meeting.places or 0) - meeting.places_taken
    may_change = runs(member) and meeting.state == BOOKED and meeting.starts_at > now
    people = list(members_of(meeting))
    wanted = [places.get(one.peer_id) for one in people]
    without = sum(place is None or place.state not in (TAKEN, OFFERED, GIVEN_BACK) for place in wanted)
    rows = [
        PlaceRow(
            group_member_id=one.pk,
            name=one.peer.name,
            pronouns=one.peer.pronouns,
            shown=ATTENDED[place.attended] if place and place.attended else place_shown(place),
            detail=_detail(meeting, place, line, zone),
            may_take=may_change and can_take(place, free=free),
            may_wait=may_change and can_wait(place, free=free),
            may_give_back=may_change and place is not None and place.may("give_back"),
        )
        for one, place in zip(people, wanted, strict=True)
    ]
    return PlacesPanel(
        taken=taken_words(meeting.places_taken, meeting.places or 0),
        waiting=waiting_words(len(line)),
        rows=rows,
        may_change=may_change,
        all_fit=may_change and 0 < without <= free,
        first_to_answer=may_change and first_to_answer(meeting, now),
    )


def can_take(place: MeetingPlace | None, *, free: int) -> bool:
    """Whether a place is there for them now."""
    if place is not None and place.state == OFFERED:
        return True
    return free > 0 and (place is None or place.may("take_place"))


def can_wait(place: MeetingPlace | None, *, free: int) -> bool:
    """Whether standing in line is what is left."""
    return free <= 0 and (place is None or place.may("await_place"))


def _detail(meeting: PeerSession, place: MeetingPlace | None, line: dict[UUID, int], zone: ZoneInfo) -> str:
    if place is None:
        return ""
    if place.state == WAITING_FOR:
        return turn_words(line[place.peer_id])
    if place.state == OFFERED:
        return _("Kept until %(when)s.") % {"when": moment_words(answer_until(meeting, place), zone)}
    return ""


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """A day and a time on somebody's clock."""
    return date_format(moment.astimezone(zone), "j F, H:i")
