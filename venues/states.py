"""States of venues."""

ACTIVE, ARCHIVED = "active", "archived"

VENUE_MOVES = {
    "archive": ((ACTIVE,), ARCHIVED),
    "restore": ((ARCHIVED,), ACTIVE),
}
