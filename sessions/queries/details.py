"""What the page of one session shows: its facts, and what became of the messages about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.access import Member
from reminders.models import Message, Reminder
from reminders.states import ACCEPTED, QUEUED, SESSION_BOOKED, SESSION_CANCELLED, SESSION_TOMORROW, WAITING
from reminders.states import CANCELLED as TAKEN_BACK
from sessions.local_time import zone_words
from sessions.models import PeerSession, Why
from sessions.queries.bookings import place, span
from sessions.state_words import SESSIONS, Shown
from sessions.states import CANCELLED, CONFIRMED, HELD, UPCOMING

Fact = tuple[str, str]


@dataclass(frozen=True)
class SessionPage:
    """One session as its page shows it. `has_begun` decides which buttons make sense now."""

    day: str
    span: str
    zone: str
    state: Shown
    facts: list[Fact]
    notices: list[Fact]
    has_begun: bool
    is_held: bool
    is_over: bool


def session_page(row: PeerSession, member: Member, *, now: datetime) -> SessionPage:
    """Everything about one session that this member may see; never what was said there."""
    zone = member.zone
    return SessionPage(
        day=date_format(row.starts_at.astimezone(zone), "l j F Y"),
        span=span(row, zone),
        zone=zone_words(zone.key),
        state=SESSIONS[row.state],
        facts=[*_who(row, member), *_where_and_when(row, zone), *_what_became(row, member)],
        notices=_notices(row, zone),
        has_begun=row.starts_at <= now,
        is_held=row.state == HELD,
        is_over=row.state not in UPCOMING,
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
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}


def _what_became(row: PeerSession, member: Member) -> list[Fact]:
    facts = []
    if row.state == CONFIRMED:
        facts.append((str(SESSIONS[CONFIRMED].words), _by(row, row.confirmed_by)))
    if row.state == CANCELLED:
        facts.append((str(SESSIONS[CANCELLED].words), _by(row, row.cancelled_by)))
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


@dataclass(frozen=True)
class LinkPage:
    """One session as the peer's private link shows it: no names, no notes."""

    day: str
    span: str
    zone: str
    state: Shown
    facts: list[Fact]
    is_confirmed: bool
    may_confirm: bool
    may_cancel: bool


def link_page(row: PeerSession, *, now: datetime) -> LinkPage:
    """What the peer needs to know, on the peer's own clock."""
    zone = ZoneInfo(row.two.peer.zone)
    ahead = row.starts_at > now
    facts = [(_("Where"), place(row)), (_("Length"), length(row))]
    if row.room is not None and row.room.venue.address:
        facts.insert(1, (_("Address"), row.room.venue.address))
    if row.room is not None and row.room.venue.getting_there:
        facts.insert(2, (_("Getting there"), row.room.venue.getting_there))
    return LinkPage(
        day=date_format(row.starts_at.astimezone(zone), "l j F"),
        span=span(row, zone),
        zone=zone_words(zone.key),
        state=SESSIONS[row.state],
        facts=facts,
        is_confirmed=row.state == CONFIRMED,
        may_confirm=ahead and row.may("confirm"),
        may_cancel=ahead and row.may("cancel"),
    )
