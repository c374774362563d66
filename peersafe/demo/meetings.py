"""The demo's groups meet: each its own way, with people who come, stay away, wait for a place and are new."""

import random
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from lib import wall
from lib.ids import new_id
from peersafe.demo.people import Team
from people.access import Member
from people.models import Facilitator, Group, GroupMember, Membership
from sessions.actions import attendance, group_links, meeting_notes, meeting_ready, places
from sessions.actions.availability import Owner, set_hours
from sessions.actions.meeting_time import Where
from sessions.actions.series import Plan, plan_series
from sessions.free_time import Stretch
from sessions.models import Attended, PeerSession, Setting
from sessions.recurrence import Kind, Recurrence
from sessions.states import BOOKED

ZONE = ZoneInfo("Europe/London")
BACK, AHEAD = timedelta(weeks=10), timedelta(weeks=40)
# How each group meets: which days, at what time, for how many.
WAYS = [
    (Recurrence(Kind.WEEKLY, weekdays=(1,)), time(18, 0), 12),
    (Recurrence(Kind.WEEKLY, every=2, weekdays=(3,)), time(17, 45), 12),
    (Recurrence(Kind.MONTH_WEEKDAY, nth=2, weekdays=(5,)), time(11, 0), 4),
    (Recurrence(Kind.WEEKLY, weekdays=(2,)), time(19, 0), 10),
    (Recurrence(Kind.WEEKLY, every=2, weekdays=(0,)), time(18, 30), 12),
    (Recurrence(Kind.MONTH_DAY, month_day=1), time(19, 30), 12),
]
NOTES = [
    "We talked about evenings. Most of the time it was quiet and kind. The tea ran out.",
    "A good laugh at the beginning. Somebody needed the side room for ten minutes and came back.",
    "It took a while to settle. We read the rules again together, and that helped.",
    "Much about families. We closed with something each person looks forward to.",
]
WARMTH = [5, 4, 4, 3, 5]


def meet(team: Team, rooms: list[UUID], now: datetime) -> None:
    """Every group's meetings: ten weeks of them behind it, the rest ahead."""
    with wall.inside(team.organisation.pk):
        for number, group in enumerate(Group.objects.order_by("created_at", "pk")):
            _plan(team, group, number, rooms, now)
            for meeting in _meetings(group):
                _tell(meeting, number, now)


def keep_hours(team: Team, now: datetime) -> None:
    """Most supporters have said when they can be booked; one has not yet."""
    for number, row in enumerate(team.supporters):
        if number % 7 == 6:
            continue
        friday = 18 if number % 3 else 16  # some stop early, and then meet somebody outside their hours
        weekly = [Stretch(day, 9 * 60, (friday if day == 4 else 18) * 60) for day in range(5)]
        with wall.inside(team.organisation.pk):
            set_hours(
                owner=Owner(membership_id=row.pk),
                revision=0,
                weekly=weekly,
                notice_minutes=24 * 60,
                rest_minutes=15,
                most_a_week=8 if number % 2 else None,
                by=Member.of(row),
                now=now,
            )


def _plan(team: Team, group: Group, number: int, rooms: list[UUID], now: datetime) -> None:
    days, starts, most = WAYS[number % len(WAYS)]
    began = now - BACK
    plan = Plan(
        recurrence=days,
        from_on=began.date() + timedelta(days=1),
        until_on=(began + AHEAD).date(),
        starts=starts,
        minutes=90,
        zone=ZONE,
        where=Where(Setting.ROOM, rooms[-1 - number % 2], rooms[0] if number % 2 == 0 else None, "", most),
    )
    by = Member.of(team.coordinators[0])
    plan_series(once=new_id(), group_id=group.pk, plan=plan, by=by, now=began)


def _meetings(group: Group) -> QuerySet[PeerSession]:
    return PeerSession.objects.filter(group=group, state=BOOKED).order_by("starts_at")[:12]


def _tell(meeting: PeerSession, number: int, now: datetime) -> None:
    """Who comes to it, and, once it is over, how it was."""
    dice = random.Random(f"meeting {meeting.occurs_on} {number}")  # noqa: S311 - the same demo every time
    by = _facilitator(meeting)
    if by is None:
        return
    members = list(GroupMember.objects.filter(group=meeting.group, left_at__isnull=True).order_by("pk"))
    asked_at = min(meeting.starts_at - timedelta(days=5), now)
    asked = members if meeting.ends_at < now else members[:-1]  # somebody has not answered yet
    for member in asked:
        places.take_place(peer_session_id=meeting.pk, member=member, by=by, now=asked_at)
    if meeting.ends_at + timedelta(days=number % 2) >= now:
        _prepare(meeting, members, by, now)
        return
    later = meeting.ends_at + timedelta(minutes=30)
    for member in members:
        came = Attended.CAME if dice.random() < 0.8 else Attended.STAYED_AWAY
        attendance.note_attendance(
            peer_session_id=meeting.pk, member=member, attended=came, was="", by=by, now=later
        )
    meeting_notes.meeting_note(
        once=new_id(),
        peer_session_id=meeting.pk,
        text=dice.choice(NOTES),
        temperature=dice.choice(WARMTH),
        by=by,
        now=later,
    )


def _prepare(meeting: PeerSession, members: list[GroupMember], by: Member, now: datetime) -> None:
    """Some answer on their own phone, and some of what the meeting needs is ready."""
    for member in members[:2]:
        group_links.make_group_link(group_member_id=member.pk, by_mail=False, by=by, now=now)
    if meeting.starts_at - now < timedelta(days=8):
        meeting_ready.ready(
            peer_session_id=meeting.pk, tick=["way", "rules", "side_room"], untick=[], by=by, now=now
        )


def _facilitator(meeting: PeerSession) -> Member | None:
    rows = Facilitator.objects.filter(group=meeting.group, ends_at__isnull=True).order_by("starts_at", "pk")
    found = rows.values_list("membership_id", flat=True).first()
    if found is None:
        return None
    return Member.of(Membership.objects.select_related("user", "organisation").get(pk=found))
