"""What booking shows: a session in words, the rooms to choose from, and the times that are still free."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.translation import ngettext

from sessions.models import Agreement, Pairing, PeerSession, Setting
from sessions.states import HELD, IN_FORCE, UPCOMING
from venues.models import Room


class Timed(Protocol):
    """Whatever lasts from one moment to another."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


def span(row: Timed, zone: ZoneInfo) -> str:
    """From when to when, on the clock of a zone; the short line stands for "to"."""
    first, last = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    return f"{first:%H:%M} – {last:%H:%M}"


def place(row: PeerSession) -> str:
    """Where a session is: its room, or its setting with the meeting point. `row` carries its room's place."""
    if row.room is not None:
        return f"{row.room.venue.name}, {row.room.name}"
    words = str(Setting(row.setting).label).capitalize()
    return f"{words}: {row.meeting_point}" if row.meeting_point else words


@dataclass(frozen=True)
class RoomChoice:
    """A room that can be booked."""

    id: UUID
    label: str


def room_choices(rooms: QuerySet[Room]) -> list[RoomChoice]:
    """Rooms with their places, in the order people look for them."""
    found = rooms.select_related("venue").order_by("venue__name", "name", "pk")[:200]
    return [RoomChoice(id=room.pk, label=f"{room.venue.name}, {room.name}") for room in found]


@dataclass(frozen=True)
class Agreed:
    """What booking needs to know of the agreement in force: never what it says."""

    number: int
    minutes: int
    counted: int

    @property
    def is_used_up(self) -> bool:
        """Whether none is left to be booked."""
        return self.counted >= self.number

    @property
    def words(self) -> str:
        """How many of the agreed sessions are held or booked."""
        return ngettext(
            "%(counted)s of %(number)s agreed session is held or booked.",
            "%(counted)s of %(number)s agreed sessions are held or booked.",
            self.number,
        ) % {"counted": self.counted, "number": self.number}


def agreed(pairing: Pairing) -> Agreed | None:
    """How many sessions the two agreed on, how long, and how many are held or booked; None without an agreement.

    Counted over the whole pairing, whatever version is in force; what did not take place does not count.
    """
    taken = Count("pairing__peer_sessions", filter=Q(pairing__peer_sessions__state__in=[*UPCOMING, HELD]))
    in_force = Agreement.objects.filter(pairing=pairing, state=IN_FORCE).annotate(taken=taken)
    found = in_force.values_list("sessions_agreed", "minutes", "taken").first()
    return Agreed(*found) if found else None
