"""States of pairings, agreements and sessions, as the practice knows them."""

# A pairing is introduced by a coordinator, begins with its first agreement, and ends.
INTRODUCED, ACTIVE, ENDED = "introduced", "active", "ended"

PAIRING_MOVES = {
    "begin": ((INTRODUCED,), ACTIVE),
    "book": ((ACTIVE,), ACTIVE),
    "end": ((INTRODUCED, ACTIVE), ENDED),
}

# An agreement is drafted together, laid before both (from then on its words stand still), agreed, and later replaced by
# the next version or withdrawn. Two who sit side by side may agree to a draft at once.
DRAFT, PROPOSED, IN_FORCE, REPLACED, WITHDRAWN = "draft", "proposed", "in_force", "replaced", "withdrawn"

AGREEMENT_MOVES = {
    "propose": ((DRAFT,), PROPOSED),
    "agree": ((DRAFT, PROPOSED), IN_FORCE),
    "replace": ((IN_FORCE,), REPLACED),
    "withdraw": ((DRAFT, PROPOSED, IN_FORCE), WITHDRAWN),
}
BEING_MADE = (DRAFT, PROPOSED)

# The organisation's list of what a boundary sheet asks: written as a draft, published, replaced by the next one.
# A draft can also be dropped.
ITEM_LIST_MOVES = {
    "publish_items": ((DRAFT,), IN_FORCE),
    "drop_items": ((DRAFT,), WITHDRAWN),
    "replace_items": ((IN_FORCE,), REPLACED),
}

BOOKED, CONFIRMED, HELD, MISSED, CANCELLED = "booked", "confirmed", "held", "missed", "cancelled"

SESSION_MOVES = {
    "confirm": ((BOOKED,), CONFIRMED),
    "move": ((BOOKED, CONFIRMED), BOOKED),
    "cancel": ((BOOKED, CONFIRMED), CANCELLED),
    "log": ((BOOKED, CONFIRMED), HELD),
    "miss": ((BOOKED, CONFIRMED), MISSED),
    "settle": ((BOOKED, CONFIRMED), HELD),  # nothing was noted, and nobody is left who would
}
UPCOMING = (BOOKED, CONFIRMED)

# A group's meeting is planned, and then held or called off. Facilitators step in and out of it meanwhile.
MEETING_MOVES = {
    "move_meeting": ((BOOKED,), BOOKED),
    "step_in": ((BOOKED,), BOOKED),
    "step_out": ((BOOKED,), BOOKED),
    "cancel_meeting": ((BOOKED,), CANCELLED),
    "close_meeting": ((BOOKED,), HELD),
}

# A place in a meeting is waited for, offered for a while, taken, and given back. One that was offered and not
# answered lapses, and the next in line is asked.
WAITING_FOR, OFFERED, TAKEN, GIVEN_BACK, LAPSED = "waiting", "offered", "taken", "given_back", "lapsed"
PLACE_MOVES = {
    "offer_place": ((WAITING_FOR,), OFFERED),
    "take_place": ((OFFERED, GIVEN_BACK, LAPSED, WAITING_FOR), TAKEN),
    "await_place": ((GIVEN_BACK, LAPSED), WAITING_FOR),
    "give_back": ((WAITING_FOR, OFFERED, TAKEN), GIVEN_BACK),
    "lapse": ((OFFERED,), LAPSED),
}
OCCUPIES = (OFFERED, TAKEN)

# A goal is the peer's: worked on, reached, or put aside for now.
OPEN, REACHED, PUT_ASIDE = "open", "reached", "put_aside"
GOAL_MOVES = {
    "reach_goal": ((OPEN,), REACHED),
    "put_goal_aside": ((OPEN,), PUT_ASIDE),
    "reopen_goal": ((REACHED, PUT_ASIDE), OPEN),
}

# More sessions than agreed at first: asked for by the two, decided by a supervisor.
ASKED, GRANTED, DECLINED, TAKEN_BACK = "asked", "granted", "declined", "taken_back"
EXTENSION_MOVES = {
    "grant_extension": ((ASKED,), GRANTED),
    "decline_extension": ((ASKED,), DECLINED),
    "take_back_extension": ((ASKED,), TAKEN_BACK),
}
