"""Who facilitates: stepping in and out of one meeting; beginning and ending to facilitate a group, with its meetings.

Beginning, ending and leaving stand here and not in people, because time that is held for meetings changes with them, in
the same transaction: who no longer facilitates a group is down for none of its meetings from that minute.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.once import lock
from lib.refusal import Refused
from people.actions import groups
from people.models import Facilitator, Membership
from reminders.actions import About, cancel_for_all, schedule_all, send_all
from reminders.states import SESSION_BOOKED, SESSION_TOMORROW
from sessions.actions.holding import queue_for
from sessions.actions.meeting_news import AHEAD, TOO_LATE, remind_members
from sessions.actions.meeting_time import (
    Wish,
    fit,
    in_line,
    in_line_of_meeting,
    refusing_the_unforeseen,
    release_all,
)
from sessions.models import Hold, PeerSession
from sessions.states import BOOKED, MEETING_MOVES


def step_in(*, peer_session_id: UUID, membership_id: UUID, by: Actor, now: datetime) -> PeerSession:
    """Be there at one meeting, as a facilitator of the group or standing in for one; also on a day noted as away.

    Raises Refused when they are down for it already, are taken then, take a break, or have left.
    """
    with transaction.atomic():
        meeting = _queue(peer_session_id, membership_id)
        move(MEETING_MOVES, "step_in", meeting)
        person = Membership.objects.here().filter(pk=membership_id).first()
        _refuse_person(meeting, person)
        with refusing_the_unforeseen():
            Hold.objects.bulk_create(_free_then(meeting, membership_id))
        _tell(meeting, membership_id, by=by, now=now)
        record(by=by, verb="sessions.step_in", what=meeting, now=now, membership=membership_id)
    return meeting


def _queue(peer_session_id: UUID, membership_id: UUID) -> PeerSession:
    in_line_of_meeting(peer_session_id)
    queue_for(membership_id)
    related = PeerSession.objects.select_related("group__organisation")
    return related.select_for_update(of=("self",)).get(pk=peer_session_id)


def _refuse_person(meeting: PeerSession, person: Membership | None) -> None:
    if person is None:
        raise Refused(_("They do not work here any more."), field="membership")
    if person.paused_until is not None and person.paused_until > meeting.starts_at:
        raise Refused(_("They are taking a break then."), field="membership")
    if _held(meeting, person.pk).exists():
        raise Refused(_("They are down for this meeting already."), field="membership")
    once = Facilitator.objects.filter(group=meeting.meeting_of, membership=person)
    if once.exists() and not once.filter(ends_at__isnull=True).exists():
        words = _("They no longer facilitate this group. Let them facilitate it again first.")
        raise Refused(words, field="membership")


def _held(meeting: PeerSession, membership_id: UUID) -> QuerySet[Hold]:
    return meeting.holds.filter(supporter_id=membership_id, released_at__isnull=True)


def _free_then(meeting: PeerSession, membership_id: UUID) -> list[Hold]:
    wish = Wish(meeting, [membership_id], come_anyway=[membership_id])
    holds = fit([wish], people_only=True)
    if not holds:
        raise Refused(_("They have something else at that time."), field="membership")
    return holds


def _tell(meeting: PeerSession, membership_id: UUID, *, by: Actor, now: datetime) -> None:
    """Whoever was put down by somebody else hears of it; both are reminded."""
    if meeting.starts_at - now <= TOO_LATE:
        return
    sender_name = meeting.meeting_of.organisation.sender_name
    about = [_about(meeting, membership_id)]
    if by.actor != f"member:{membership_id}":
        slot = f"{now:%Y-%m-%dT%H:%M:%S}"
        send_all(about, kind=SESSION_BOOKED, slot=slot, sender_name=sender_name, by=by, now=now)
    schedule_all(about, kind=SESSION_TOMORROW, ahead=AHEAD, sender_name=sender_name, by=by, now=now)


def _about(meeting: PeerSession, membership_id: UUID) -> About:
    return About(meeting.pk, membership_id, meeting.starts_at, meeting.ends_at, meeting.sequence)


def step_out(*, peer_session_id: UUID, membership_id: UUID, by: Actor, now: datetime) -> PeerSession:
    """Not be there at one meeting; their time is free again. Raises Refused when they are not down for it."""
    with transaction.atomic():
        meeting = _queue(peer_session_id, membership_id)
        move(MEETING_MOVES, "step_out", meeting)
        if not _held(meeting, membership_id).update(released_at=now):
            raise Refused(_("They are not down for this meeting."), field="membership")
        cancel_for_all(object_ids=[meeting.pk], recipient_id=membership_id, by=by, now=now)
        record(by=by, verb="sessions.step_out", what=meeting, now=now, membership=membership_id)
    return meeting


def begin_facilitating(*, group_id: UUID, membership: Membership, by: Actor, now: datetime) -> Facilitator:
    """Somebody facilitates a group from now on: they are down for all its meetings to come at which they are free."""
    with transaction.atomic():
        in_line(group_id)
        queue_for(membership.pk)
        meetings = _to_come(group_id, now)
        facilitator = groups.begin_facilitating(group_id=group_id, membership=membership, by=by, now=now)
        _join(membership, meetings, by=by, now=now)
    return facilitator


def _pauses(membership: Membership, meeting: PeerSession) -> bool:
    return membership.paused_until is not None and membership.paused_until > meeting.starts_at


def _to_come(group_id: UUID, now: datetime) -> list[PeerSession]:
    rows = PeerSession.objects.filter(group_id=group_id, state=BOOKED, ends_at__gt=now)
    related = rows.select_related("group__organisation")
    return list(related.select_for_update(of=("self",)).order_by("pk"))


def _join(membership: Membership, meetings: list[PeerSession], *, by: Actor, now: datetime) -> None:
    """Hold somebody's time for every meeting that they are free for, and have them reminded."""
    held = Hold.objects.filter(peer_session__in=meetings, supporter=membership, released_at__isnull=True)
    known = set(held.values_list("peer_session_id", flat=True))
    new = [row for row in meetings if row.pk not in known and not _pauses(membership, row)]
    with refusing_the_unforeseen():
        holds = fit([Wish(meeting, [membership.pk]) for meeting in new], people_only=True)
        Hold.objects.bulk_create(holds)
    if holds:
        remind_members(holds[0].peer_session.meeting_of, holds, by=by, now=now)


def end_facilitating(*, facilitator_id: UUID, by: Actor, now: datetime) -> Facilitator:
    """Somebody stops facilitating a group, and is down for none of its meetings to come."""
    with transaction.atomic():
        row = Facilitator.objects.get(pk=facilitator_id)
        in_line(row.group_id)
        queue_for(row.membership_id)
        let_go(row.membership_id, group_id=row.group_id, by=by, now=now)
        return groups.end_facilitating(facilitator_id=facilitator_id, by=by, now=now)


def queue_for_leaving(membership_id: UUID) -> None:
    """Wait in the lines of all groups that somebody facilitates and in their own: nothing new is planned with them."""
    rows = Facilitator.objects.filter(membership_id=membership_id, ends_at__isnull=True)
    lock(*(f"meetings:{group_id}" for group_id in rows.values_list("group_id", flat=True)))
    queue_for(membership_id)


def let_go(membership_id: UUID, *, group_id: UUID | None = None, by: Actor, now: datetime) -> None:
    """Take somebody out of all meetings to come, or those of one group. Part of the actions that record it.

    Before the record: whoever holds a row that is changed here may be waiting to record something too.
    """
    rows = PeerSession.objects.filter(
        group__isnull=False,
        state=BOOKED,
        ends_at__gt=now,
        holds__supporter_id=membership_id,
        holds__released_at__isnull=True,
    )
    meetings = list(rows if group_id is None else rows.filter(group_id=group_id))
    release_all(meetings, now=now, only=Q(supporter_id=membership_id))
    if meetings:
        ids = [meeting.pk for meeting in meetings]
        cancel_for_all(object_ids=ids, recipient_id=membership_id, by=by, now=now)
