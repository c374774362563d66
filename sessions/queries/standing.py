"""What `book` asks before it books."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Subquery

from sessions.models import Agreement, Pairing, PeerSession
from sessions.states import HELD, IN_FORCE, UPCOMING
from venues.models import Room


@dataclass(frozen=True)
class Standing:
    """All that decides whether a session may be booked."""

    pairing: Pairing
    made: bool  # by an earlier copy of the form
    open_room: bool
    number: int | None  # of sessions agreed on; None without an agreement in force
    counted: int  # of those, held or booked


def standing(pairing_id: UUID, *, once: UUID, room_id: UUID | None) -> Standing:
    """Everything in one query. Ask it once the locks are held, so that it sees what those in front have written."""
    sessions = PeerSession.objects.filter(pairing=OuterRef("pk"), state__in=[*UPCOMING, HELD])
    in_force = Agreement.objects.filter(pairing=OuterRef("pk"), state=IN_FORCE)
    row = (
        Pairing.objects.select_related("organisation", "supporter", "peer__data_key")
        .annotate(
            made=Exists(PeerSession.objects.filter(pk=once)),
            open_room=Exists(Room.objects.open().filter(pk__in=[room_id] if room_id else [])),
            number=Subquery(in_force.values("sessions_agreed")),
            counted=Subquery(sessions.values("pairing").annotate(number=Count("pk")).values("number")),
        )
        .get(pk=pairing_id)
    )
    return Standing(row, row.made, row.open_room, row.number, row.counted or 0)
