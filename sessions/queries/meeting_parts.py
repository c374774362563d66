"""What the pages around one meeting show on top: when it is; and what its own page leads to."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.access import Member
from sessions.local_time import zone_words
from sessions.meeting_ready import to_make_ready
from sessions.models import Attended, MeetingNote, MeetingPlace, PeerSession, Preparation
from sessions.policies.places import can_meeting_note_peersession, runs
from sessions.queries.bookings import span
from sessions.states import BOOKED, CANCELLED, HELD


@dataclass(frozen=True)
class MeetingHead:
    """A meeting as a page about a part of it names it: never by its group's theme."""

    day: str
    span: str
    zone: str
    has_begun: bool
    is_off: bool


def meeting_head(meeting: PeerSession, member: Member, *, now: datetime) -> MeetingHead:
    """When a meeting is, on the reader's clock."""
    zone = member.zone
    return MeetingHead(
        day=date_format(meeting.starts_at.astimezone(zone), "l j F Y"),
        span=span(meeting, zone),
        zone=zone_words(zone.key),
        has_begun=meeting.starts_at <= now,
        is_off=meeting.state == CANCELLED,
    )


@dataclass(frozen=True)
class MeetingParts:
    """What a meeting's page leads to, for whoever runs it: words where there is something, empty where there is not."""

    ready: str
    attendance: str
    note: str
    may_write: bool
    may_read: bool


def meeting_parts(meeting: PeerSession, member: Member, *, now: datetime) -> MeetingParts:
    """How far it is made ready, who came, and whether there is a note. Three queries; nothing that was said."""
    if not runs(member):
        return MeetingParts("", "", "", may_write=False, may_read=False)
    has_note = MeetingNote.objects.filter(peer_session=meeting).exists()
    begun = meeting.starts_at <= now
    writes = can_meeting_note_peersession(member, meeting)
    return MeetingParts(
        ready=_ready(meeting) if meeting.state == BOOKED else "",
        attendance=_attendance(meeting) if meeting.state != CANCELLED else "",
        note=_note(meeting, has_note, begun),
        may_write=writes and begun and not has_note and meeting.state in (BOOKED, HELD),
        may_read=writes and has_note,
    )


def _ready(meeting: PeerSession) -> str:
    things = {
        thing.key for thing in to_make_ready(meeting.setting, side_room=meeting.side_room_id is not None)
    }
    ticked = Preparation.objects.filter(peer_session=meeting).values_list("ticked", flat=True).first() or []
    done = {"done": len(things.intersection(ticked)), "all": len(things)}
    return _("%(done)s of %(all)s things are ready.") % done


def _attendance(meeting: PeerSession) -> str:
    came = MeetingPlace.objects.filter(peer_session=meeting, attended=Attended.CAME).count()
    if not came:
        return _("Nobody is noted yet.")
    return ngettext("%(came)s person came.", "%(came)s people came.", came) % {"came": came}


def _note(meeting: PeerSession, has_note: bool, begun: bool) -> str:
    if has_note:
        return _("There is a note.")
    return _("There is no note yet.") if begun and meeting.state != CANCELLED else ""
