"""Who may see and do what with places and rooms: everybody here may look them up, coordinators look after them."""

from django.db.models import QuerySet

from people.access import Access, Member, Relation
from people.models import Role
from venues.models import Room, RoomRows, Venue

ALL = Relation.ORGANISATION
EVERYBODY = {Role.COORDINATOR: ALL, Role.SUPPORTER: ALL, Role.SUPERVISOR: ALL}
COORDINATORS = {Role.COORDINATOR: ALL}

ACCESS: Access = {
    "venue_list": EVERYBODY,
    "venue": EVERYBODY,
    "add_venue": COORDINATORS,
    "edit_venue": COORDINATORS,
    "archive_venue": COORDINATORS,
    "restore_venue": COORDINATORS,
    "add_room": COORDINATORS,
    "close_room": COORDINATORS,
}


def venues_visible_to(member: Member) -> QuerySet[Venue]:
    """The organisation's places, those that were put away too."""
    return Venue.objects.filter(organisation_id=member.organisation_id)


def rooms_visible_to(member: Member) -> RoomRows:
    """The rooms a session can be booked in: open ones, in places that are in use."""
    return Room.objects.filter(organisation_id=member.organisation_id).open()


def can_edit_venue(member: Member, venue: Venue) -> bool:
    """Whether this person looks after places; the same answer for every verb below."""
    return member.is_coordinator() and venue.organisation_id == member.organisation_id


def can_archive_venue(member: Member, venue: Venue) -> bool:
    """Whether this person may put a place away."""
    return can_edit_venue(member, venue)


def can_restore_venue(member: Member, venue: Venue) -> bool:
    """Whether this person may take a place out again."""
    return can_edit_venue(member, venue)


def can_add_room_venue(member: Member, venue: Venue) -> bool:
    """Whether this person may add a room to a place."""
    return can_edit_venue(member, venue)


def can_close_room(member: Member, room: Room) -> bool:
    """Whether this person may close a room."""
    return member.is_coordinator() and room.organisation_id == member.organisation_id
