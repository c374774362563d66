"""Who may see and do what with pairings, agreements, sessions and meetings: the matrix, the rows, the verbs."""

from people.access import Access
from sessions.policies import (
    around,
    availability,
    bookings,
    calendars,
    endings,
    goals,
    meetings,
    pairings,
)
from sessions.policies.bookings import (
    can_book_pairing,
    can_cancel_peersession,
    can_confirm_peersession,
    can_log_peersession,
    can_miss_peersession,
    drafts_visible_to,
    logs_visible_to,
    sessions_of_link,
    sessions_visible_to,
)
from sessions.policies.pairings import (
    agreements_visible_to,
    can_agree_agreement,
    can_begin_pairing,
    can_end_pairing,
    can_replace_agreement,
    can_withdraw_agreement,
    pairings_visible_to,
    sheets_visible_to,
)

ACCESS: Access = {
    **pairings.ACCESS,
    **bookings.ACCESS,
    **availability.ACCESS,
    **meetings.ACCESS,
    **around.ACCESS,
    **goals.ACCESS,
    **endings.ACCESS,
    **calendars.ACCESS,
}

__all__ = [
    "ACCESS",
    "agreements_visible_to",
    "can_agree_agreement",
    "can_begin_pairing",
    "can_book_pairing",
    "can_cancel_peersession",
    "can_confirm_peersession",
    "can_end_pairing",
    "can_log_peersession",
    "can_miss_peersession",
    "can_replace_agreement",
    "can_withdraw_agreement",
    "drafts_visible_to",
    "logs_visible_to",
    "pairings_visible_to",
    "sessions_of_link",
    "sessions_visible_to",
    "sheets_visible_to",
]
