"""Rows of places in meetings for the small world: a meeting to come, one that has begun, one with its note."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lib.ids import new_id
from people.models.links import LinkPurpose
from sessions.actions import attendance, group_links, meeting_notes, meeting_ready, meetings, places
from sessions.actions.meeting_time import Where
from sessions.models import PeerSession
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """The group's member comes to all three; each text is marked."""
    coming = _meeting(ground, timedelta(days=6))
    begun, noted = _meeting(ground, timedelta(hours=-1)), _meeting(ground, timedelta(days=-6))
    for meeting in (coming, begun, noted):
        _place(ground, meeting, meeting.starts_at - timedelta(hours=1))
    meeting_ready.ready(
        peer_session_id=coming.pk, tick=["rules"], untick=[], by=ground.supporter, now=ground.now
    )
    _note(ground, noted)
    meeting_notes.keep_note_draft(
        peer_session_id=begun.pk,
        texts={"text": ground.plants("meetingdraft", sealed=True), "temperature": "4"},
        by=ground.supporter,
        now=ground.now,
    )
    member_id: UUID = ground.group_member.pk
    group_links.make_group_link(group_member_id=member_id, by_mail=False, by=ground.supporter, now=ground.now)
    return {
        "coming_meeting_id": coming.pk,
        "begun_meeting_id": begun.pk,
        "noted_meeting_id": noted.pk,
        "group_token": ground.token(member_id, LinkPurpose.GROUP),
    }


def _meeting(ground: Ground, ahead: timedelta) -> PeerSession:
    starts_at = (ground.now + ahead).replace(second=0, microsecond=0)
    where = Where("online", None, None, ground.plants("gathering"), 12)
    return meetings.plan_meeting(
        once=new_id(),
        group_id=ground.group.pk,
        starts_at=starts_at,
        minutes=30,
        where=where,
        by=ground.coordinator,
        now=min(ground.now, starts_at - timedelta(days=1)),
    )


def _place(ground: Ground, meeting: PeerSession, now: datetime) -> None:
    places.take_place(
        peer_session_id=meeting.pk,
        member=ground.group_member,
        by=ground.supporter,
        now=min(now, ground.now),
    )


def _note(ground: Ground, meeting: PeerSession) -> None:
    then = meeting.starts_at + timedelta(hours=1)
    attendance.introduce(
        peer_session_id=meeting.pk, member=ground.group_member, by=ground.supporter, now=then
    )
    meeting_notes.meeting_note(
        once=new_id(),
        peer_session_id=meeting.pk,
        text=ground.plants("meetingnote", sealed=True),
        temperature=4,
        by=ground.supporter,
        now=then,
    )
