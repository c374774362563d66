"""What the pages about a meeting's note show: names to leave out, what was typed before, how safe it felt lately."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.formats import date_format

from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from people.access import Member
from people.models import GroupMember, Peer
from sessions.models import Draft, MeetingNote, PeerSession, Temperature

SHOWN = 12  # meetings: about three months of a weekly group


def names_to_leave_out(meeting: PeerSession) -> list[str]:
    """Everybody who is in the group now, or had to do with this meeting. One query."""
    here = GroupMember.objects.filter(group=meeting.meeting_of, left_at__isnull=True)
    concerned = Peer.objects.filter(pk__in=here.values("peer_id")) | Peer.objects.filter(
        meeting_places__peer_session=meeting
    )
    return list(concerned.distinct().order_by("name").values_list("name", flat=True))


def draft_words(drafts: QuerySet[Draft], meeting: PeerSession) -> dict[str, str]:
    """What was typed and not sent, by field; nothing where there is none. `meeting` carries its group with the key."""
    key = meeting.meeting_of.data_key
    draft = drafts.filter(peer_session=meeting).first() if key else None
    if draft is None or key is None:
        return {}
    try:
        kept: dict[str, str] = json.loads(open_text(draft, "body", key) or "{}")
    except Unreadable:
        return {}
    return kept


@dataclass(frozen=True)
class Felt:
    """How safe one meeting felt: of the whole group, never of a person."""

    day: str
    words: str
    here: bool


def felt_lately(notes: QuerySet[MeetingNote], meeting: PeerSession, member: Member) -> list[Felt]:
    """The last meetings of the group, the newest first. One query."""
    rows = notes.filter(peer_session__group=meeting.meeting_of).order_by("-peer_session__starts_at", "-pk")
    columns = rows.values_list("peer_session_id", "peer_session__starts_at", "temperature")[:SHOWN]
    return [_felt(meeting.pk == pk, starts_at, temperature, member) for pk, starts_at, temperature in columns]


def _felt(here: bool, starts_at: datetime, temperature: int, member: Member) -> Felt:
    day = date_format(starts_at.astimezone(member.zone), "j F Y")
    return Felt(day, str(Temperature(temperature).label).capitalize(), here)


def noted(notes: QuerySet[MeetingNote], meeting: PeerSession) -> bool:
    """Whether there is a note of this meeting."""
    return notes.filter(peer_session=meeting).exists()
