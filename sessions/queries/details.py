"""What the page of one session shows a member: its facts, and what became of the messages about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.access import Member
from reminders.models import Message, Reminder
from reminders.states import (
    ACCEPTED,
    QUEUED,
    SESSION_BOOKED,
    SESSION_CANCELLED,
    SESSION_MOVED,
    SESSION_TOMORROW,
    WAITING,
)
from reminders.states import CANCELLED as TAKEN_BACK
from sessions.local_time import zone_words
from sessions.models import Party, PeerSession, Why
from sessions.queries.bookings import place, span
from sessions.queries.open_ends import needs_a_place
from sessions.state_words import SESSIONS, Shown
from sessions.states import CANCELLED, CONFIRMED, ENDED, HELD, MISSED, UPCOMING

Fact = tuple[str, str]


@dataclass(frozen=True)
class SessionPage:
    """One session as its page shows it. `has_begun` decides which buttons make sense now.

    `nobody_there` is when the peer said so, while nobody has noted yet what it was.
    """

    day: str
    span: str
    zone: str
    place: str
    minutes: int
    state: Shown
    facts: list[Fact]
    notices: list[Fact]
    has_begun: bool
    is_held: bool
    is_over: bool
    is_confirmed: bool
    can_be_moved: bool
    is_left_open: bool
    needs_a_place: bool
    nobody_there: str


def session_page(row: PeerSession, member: Member, *, now: datetime) -> SessionPage:
    """Everything about one session that this member may see; never what was said there."""
    zone = member.zone
    return SessionPage(
        day=date_format(row.starts_at.astimezone(zone), "l j F Y"),
        span=span(row, zone),
        zone=zone_words(zone.key),
        place=place(row),
        minutes=minutes(row),
        state=SESSIONS[row.state],
        facts=[*_who(row, member), *_where_and_when(row, zone), *_what_became(row, member, zone)],
        notices=_notices(row, zone),
        has_begun=row.starts_at <= now,
        is_held=row.state == HELD,
        is_over=row.state not in UPCOMING,
        is_confirmed=row.state == CONFIRMED,
        can_be_moved=row.may("move") and row.starts_at > now,
        is_left_open=row.two.state == ENDED and row.state in UPCOMING and row.starts_at <= now,
        needs_a_place=needs_a_place(row, now),
        nobody_there=_when(row.nobody_there_at, zone) if row.nobody_there_at and row.may("miss") else "",
    )


def _who(row: PeerSession, member: Member) -> list[Fact]:
    peer = row.two.peer
    named = f"{peer.name} ({peer.pronouns})" if peer.pronouns else peer.name
    facts = [(_("Peer"), named)]
    if not member.is_supporter():
        facts.append((_("Peer supporter"), row.two.supporter.user.preferred_name))
    return facts


def _where_and_when(row: PeerSession, zone: ZoneInfo) -> list[Fact]:
    facts = [(_("Where"), place(row))]
    if row.room is not None and row.room.venue.address:
        facts.append((_("Address"), row.room.venue.address))
    facts.append((_("Length"), length(row)))
    theirs = ZoneInfo(row.two.peer.zone)
    if row.starts_at.astimezone(theirs).utcoffset() != row.starts_at.astimezone(zone).utcoffset():
        when = _("%(span)s (%(zone)s)") % {"span": span(row, theirs), "zone": zone_words(theirs.key)}
        facts.append((_("On the peer’s clock"), when))
    return facts


def length(row: PeerSession) -> str:
    """How long a session lasts, in words."""
    number = minutes(row)
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", number) % {"minutes": number}


def minutes(row: PeerSession) -> int:
    """How long a session lasts."""
    return int((row.ends_at - row.starts_at).total_seconds() // 60)


def _what_became(row: PeerSession, member: Member, zone: ZoneInfo) -> list[Fact]:
    facts = []
    if row.moved_at is not None:
        moved = {"when": _when(row.moved_at, zone), "who": _by(row, row.moved_by)}
        facts.append((_("Moved"), _("%(when)s, %(who)s") % moved))
    if row.state == CONFIRMED:
        facts.append((str(SESSIONS[CONFIRMED].words), _by(row, row.confirmed_by)))
    if row.state == CANCELLED:
        facts += _how_it_was_called_off(row, member)
    if row.state == MISSED:
        facts.append((str(SESSIONS[MISSED].words), str(ABSENT[row.missed_side])))
    if row.nobody_there_at is not None and row.state not in UPCOMING:
        said = _("On %(when)s: nobody was there") % {"when": _when(row.nobody_there_at, zone)}
        facts.append((_("What the peer said"), said))
    return facts


ABSENT: dict[str, Promise] = {
    "": gettext_lazy("Neither came, or nobody knows"),
    Party.PEER: gettext_lazy("The peer did not come"),
    Party.SUPPORTER: gettext_lazy("The supporter could not be there"),
}
SIDES: dict[str, Promise] = {
    Party.PEER: gettext_lazy("by the peer"),
    Party.SUPPORTER: gettext_lazy("by the supporter"),
    Party.ORGANISATION: gettext_lazy("by the organisation"),
}


def _how_it_was_called_off(row: PeerSession, member: Member) -> list[Fact]:
    who = str(SIDES[row.cancelled_side]) if row.cancelled_side else _by(row, row.cancelled_by)
    if row.cancelled_late:
        who = _("%(who)s, less than 24 hours before") % {"who": who}
    facts = [(str(SESSIONS[CANCELLED].words), who)]
    if member.is_supporter():  # the reason is between the two
        facts.append((_("Why"), str(Why(row.cancelled_why).label)))
    return facts


def _by(row: PeerSession, actor: str) -> str:
    if actor.startswith("link:"):
        return _("by the peer")
    if actor == f"member:{row.two.supporter_id}":
        return _("by the supporter")
    return _("by a coordinator")


def _notices(row: PeerSession, zone: ZoneInfo) -> list[Fact]:
    """What is and was sent about a session, with its true fate; by kind, never by address."""
    waiting = Reminder.objects.filter(object_id=row.pk, state=WAITING).order_by("due_at", "pk")
    sent = Message.objects.filter(object_id=row.pk).exclude(state=TAKEN_BACK).order_by("due_at", "pk")
    facts = [(_label(row, one), _fate(one, zone)) for one in sent[:20]]
    for reminder in waiting[:20]:
        facts.append(
            (_label(row, reminder), _("Goes out on %(when)s") % {"when": _when(reminder.due_at, zone)})
        )
    return facts


def _label(row: PeerSession, sent: Message | Reminder) -> str:
    to_peer = sent.recipient_id == row.two.peer_id
    return {
        SESSION_TOMORROW: _("Reminder to the peer") if to_peer else _("Reminder to the supporter"),
        SESSION_BOOKED: _("News of the booking to the peer"),
        SESSION_MOVED: (
            _("News of the new time to the peer") if to_peer else _("News of the new time to the supporter")
        ),
        SESSION_CANCELLED: (
            _("News to the peer that it is off") if to_peer else _("News to the supporter that it is off")
        ),
    }.get(sent.kind, _("Message"))


def _fate(message: Message, zone: ZoneInfo) -> str:
    when: dict[str, Any] = {"when": _when(message.settled_at or message.due_at, zone)}
    if message.state == ACCEPTED:
        return _("Accepted by the mail server on %(when)s") % when
    if message.state == QUEUED:
        return _("On its way")
    return _("Could not be delivered")


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return date_format(moment.astimezone(zone), "j F, H:i")
