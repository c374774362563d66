"""What reminders are about, and the states of reminders and messages."""

SESSION_TOMORROW = "session_tomorrow"
SESSION_BOOKED = "session_booked"
SESSION_MOVED = "session_moved"
SESSION_CANCELLED = "session_cancelled"
INVITATION = "invitation"
SOMETHING_WAITS = "something_waits"  # to a member, who signs in to see what
PLACE_OFFERED = "place_offered"  # to a peer, with a link
PLACE_FREE = "place_free"  # the same, where it is kept for nobody any more
OWN_PAGE = "own_page"  # to a peer, with a link
OWN_PAGE_NEWS = "own_page_news"  # the same, where something new stands there
LOOK_AGAIN = "look_again"  # to a member: a day they chose for looking at something again has come

ABOUT_SESSIONS = (SESSION_TOMORROW, SESSION_BOOKED, SESSION_MOVED, SESSION_CANCELLED)
KINDS = (
    *ABOUT_SESSIONS,
    INVITATION,
    SOMETHING_WAITS,
    PLACE_OFFERED,
    PLACE_FREE,
    OWN_PAGE,
    OWN_PAGE_NEWS,
    LOOK_AGAIN,
)
# These announce or offer something. Once it is off they must not go out, and after its time nor.
UPCOMING = tuple(kind for kind in KINDS if kind != SESSION_CANCELLED)

EMAIL = "email"
CHANNELS = (EMAIL,)

WAITING, HANDED_OVER, CANCELLED = "waiting", "handed_over", "cancelled"
REMINDER_STATES = (WAITING, HANDED_OVER, CANCELLED)

REMINDER_MOVES = {
    "hand_over": ((WAITING,), HANDED_OVER),
    # One that was handed over is cancelled only together with its message, while that has not gone out.
    "cancel": ((WAITING, HANDED_OVER), CANCELLED),
    # An appointment is moved, and moved back again.
    "schedule": ((CANCELLED,), WAITING),
}

QUEUED, ACCEPTED, FAILED, GAVE_UP = "queued", "accepted", "failed", "gave_up"
MESSAGE_STATES = (QUEUED, ACCEPTED, FAILED, GAVE_UP, CANCELLED)

MESSAGE_MOVES = {
    # A message that was on its way while it was cancelled has gone out all the same, and its state says so.
    "accept": ((QUEUED, CANCELLED), ACCEPTED),
    "fail": ((QUEUED,), FAILED),
    "give_up": ((QUEUED,), GAVE_UP),
    "cancel": ((QUEUED,), CANCELLED),
    "queue": ((CANCELLED,), QUEUED),
}

# What one attempt came to. `accepted` means that the mail server took it over, not that somebody read it.
REFUSED, TEMPORARY, UNCLEAR, NO_ADDRESS, TOO_LATE = (
    "refused",
    "temporary",
    "unclear",
    "no_address",
    "too_late",
)
OUTCOMES = (ACCEPTED, REFUSED, TEMPORARY, UNCLEAR, NO_ADDRESS, TOO_LATE)
