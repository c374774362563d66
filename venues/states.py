"""States of venues: what may be done to a place that is in use, and to one that was put away."""

ACTIVE, ARCHIVED = "active", "archived"

VENUE_MOVES = {
    "edit": ((ACTIVE,), ACTIVE),
    "add_room": ((ACTIVE,), ACTIVE),
    "archive": ((ACTIVE,), ARCHIVED),
    "restore": ((ARCHIVED,), ACTIVE),
}
