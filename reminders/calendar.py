"""Appointments as calendars read them (RFC 5545): one neutral entry, for the feed and for the mail alike.

A calendar is looked at over shoulders, shown in meetings, and shared within families. So an entry says when, how
sure it is, and whose neutral name it goes by; no other person, no group, no purpose, no words that somebody typed.

What a calendar is told to do with it (RFC 5546): PUBLISH, or CANCEL once it is off. REQUEST would be an invitation: it
needs attendees by name and address, makes calendars ask everybody for an answer, and mails those answers to us, where
nobody reads them. Answers are given on our own pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import vCalAddress, vDuration, vText

from reminders.clocks import timezone

TENTATIVE, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
PRODUCT = "-//Calendar//Appointments//EN"
LOOK_AGAIN = timedelta(hours=1)  # how often a calendar that follows a feed is asked to look


@dataclass(frozen=True)
class Appointment:
    """All that an entry may tell. `place` only to somebody who has confirmed, and never in a mail."""

    uid: str
    starts_at: datetime
    ends_at: datetime | None
    sequence: int
    status: str  # TENTATIVE, CONFIRMED, CANCELLED, or empty where it is not known
    place: str = ""

    @property
    def number(self) -> int:
        """How often it was changed: calling it off is one more change (RFC 5546, section 3.2.5)."""
        return self.sequence + (self.status == CANCELLED)


def uid(object_id: UUID, recipient_id: UUID) -> str:
    """What an entry is known by: the same in the feed and in every mail, however often it is moved.

    It is made from both ids, so that two people's entries of one appointment cannot be matched; and, as RFC 7986 asks
    (section 5.3), it names no host.
    """
    return str(uuid5(object_id, recipient_id.hex))


def entry(one: Appointment, *, sender_name: str, zone: ZoneInfo, now: datetime) -> icalendar.Event:
    """One appointment, on the clock of its recipient's zone."""
    event = icalendar.Event()
    event.add("uid", one.uid)
    event.add("sequence", one.number)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", _on_clock(one.starts_at, zone))
    if one.ends_at is not None:
        event.add("dtend", _on_clock(one.ends_at, zone))
    event.add("summary", _name(sender_name))
    event.add("organizer", _organizer(sender_name))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if one.status == CANCELLED else "OPAQUE")
    if one.status:
        event.add("status", one.status)
    if one.place and one.status == CONFIRMED:
        event.add("location", one.place)
    return event


def letter(one: Appointment, *, sender_name: str, zone: ZoneInfo, now: datetime) -> tuple[str, bytes]:
    """What a mail carries: the method and the calendar."""
    method = CANCEL if one.status == CANCELLED else PUBLISH
    return method, _calendar([one], method=method, sender_name=sender_name, zone=zone, now=now).to_ical()


def feed(appointments: Iterable[Appointment], *, sender_name: str, zone: ZoneInfo, now: datetime) -> bytes:
    """What a calendar reads that follows an address: it takes out what is no longer there."""
    made = _calendar(list(appointments), method=PUBLISH, sender_name=sender_name, zone=zone, now=now)
    made["NAME"] = made["X-WR-CALNAME"] = vText(_name(sender_name))
    made.add("refresh-interval", vDuration(LOOK_AGAIN), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(LOOK_AGAIN))
    return bytes(made.to_ical())


def _calendar(
    appointments: list[Appointment], *, method: str, sender_name: str, zone: ZoneInfo, now: datetime
) -> icalendar.Calendar:
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    events = [entry(one, sender_name=sender_name, zone=zone, now=now) for one in appointments]
    if any(
        "TZID" in event[name].params for event in events for name in ("DTSTART", "DTEND") if name in event
    ):
        made.add_component(timezone(zone.key))
    for event in events:
        made.add_component(event)
    return made


def _on_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """The time on the zone's clock; in UTC where the clock shows it for the second time.

    A time that comes twice means the first to a calendar (RFC 5545, section 3.3.5), and nothing can say "the second".
    """
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local


def _name(sender_name: str) -> str:
    return sender_name or _("Appointment")


def _organizer(sender_name: str) -> vCalAddress:
    """Whoever publishes has to be named (RFC 5546, section 3.2.1): the sender of our mails, under the neutral name."""
    address = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["CN"] = _name(sender_name)
    return address
