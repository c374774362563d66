"""States of pairings, agreements and sessions, as the practice knows them."""

# A pairing is introduced by a coordinator, begins with its first agreement, and ends.
INTRODUCED, ACTIVE, ENDED = "introduced", "active", "ended"

PAIRING_MOVES = {
    "begin": ((INTRODUCED,), ACTIVE),
    "book": ((ACTIVE,), ACTIVE),
    "end": ((INTRODUCED, ACTIVE), ENDED),
}

# An agreement is drafted together, agreed, and later replaced by the next version or withdrawn.
DRAFT, IN_FORCE, REPLACED, WITHDRAWN = "draft", "in_force", "replaced", "withdrawn"

AGREEMENT_MOVES = {
    "agree": ((DRAFT,), IN_FORCE),
    "replace": ((IN_FORCE,), REPLACED),
    "withdraw": ((DRAFT, IN_FORCE), WITHDRAWN),
}

BOOKED, CONFIRMED, HELD, MISSED, CANCELLED = "booked", "confirmed", "held", "missed", "cancelled"

SESSION_MOVES = {
    "confirm": ((BOOKED,), CONFIRMED),
    "cancel": ((BOOKED, CONFIRMED), CANCELLED),
    "log": ((BOOKED, CONFIRMED), HELD),
    "miss": ((BOOKED, CONFIRMED), MISSED),
}
UPCOMING = (BOOKED, CONFIRMED)
