"""Who may see and set when people and rooms can be booked."""

from django.db.models import QuerySet

from people.access import Access, Member, Relation
from people.models import Role
from sessions.models import HoursException
from venues.models import Room

ALL, OWN = Relation.ORGANISATION, Relation.OWN
COORDINATORS = {Role.COORDINATOR: ALL}
# Whoever works here may run a group, and is then booked like a supporter.
EVERYBODY = {Role.COORDINATOR: OWN, Role.SUPPORTER: OWN, Role.SUPERVISOR: OWN}

ACCESS: Access = {
    "hours": EVERYBODY,
    "add_exception": EVERYBODY,
    "remove_exception": EVERYBODY,
    "member_hours": COORDINATORS,
    "room_hours": COORDINATORS,
    "add_room_exception": COORDINATORS,
    "remove_room_exception": COORDINATORS,
    "slot_search": COORDINATORS,
}


def own_exceptions(member: Member) -> QuerySet[HoursException]:
    """The days a member noted for themselves: theirs alone, for they may say that somebody was ill."""
    rows = HoursException.objects.filter(organisation_id=member.organisation_id, removed_at__isnull=True)
    return rows.filter(membership_id=member.id)


def room_exceptions(member: Member, room: Room) -> QuerySet[HoursException]:
    """The days on which a room differs: for those who look after rooms."""
    rows = HoursException.objects.filter(organisation_id=member.organisation_id, removed_at__isnull=True)
    return rows.filter(room=room) if member.is_coordinator() else rows.none()


def can_set_hours_room(member: Member, room: Room) -> bool:
    """Coordinators say when rooms can be booked."""
    return member.is_coordinator() and room.organisation_id == member.organisation_id
