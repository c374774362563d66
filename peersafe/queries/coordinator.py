"""A coordinator’s home: today and next, and what waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peersafe.queries.agenda import FEW, Waiting, agenda
from people.access import Member
from people.addresses import Addresses
from people.queries.peers import day
from people.queries.team import InvitationRow, waiting_invitations
from reminders.queries import Failure, failures
from reminders.states import (
    ABOUT_SESSIONS,
    INVITATION,
    OWN_PAGE,
    PLACE_OFFERED,
    SESSION_BOOKED,
    SESSION_CANCELLED,
    SESSION_MOVED,
    SESSION_TOMORROW,
    SOMETHING_WAITS,
)
from sessions.policies import pairings_visible_to
from sessions.queries.schedule import SessionRow
from sessions.states import INTRODUCED

LOOK_BACK = timedelta(days=14)
WORDS: dict[str, str | Promise] = {
    SESSION_TOMORROW: gettext_lazy("Reminder of a session"),
    SESSION_BOOKED: gettext_lazy("News of a new session"),
    SESSION_MOVED: gettext_lazy("News of a new time"),
    SESSION_CANCELLED: gettext_lazy("News that a session is off"),
    INVITATION: gettext_lazy("Invitation"),
    SOMETHING_WAITS: gettext_lazy("News that something waits"),
    PLACE_OFFERED: gettext_lazy("Offer of a place"),
    OWN_PAGE: gettext_lazy("Link to a peer’s own page"),
}


@dataclass(frozen=True)
class CoordinatorHome:
    """Today and next, and what waits."""

    agenda: list[SessionRow]
    introductions: list[Waiting]
    invitations: list[InvitationRow]
    undelivered: list[Waiting]


def coordinator_home(member: Member, now: datetime) -> CoordinatorHome:
    """Four queries, and one more where mail did not arrive."""
    return CoordinatorHome(
        agenda=agenda(member, now),
        introductions=_introductions(member),
        invitations=waiting_invitations(member, now, most=FEW),
        undelivered=_undelivered(member, now),
    )


def _introductions(member: Member) -> list[Waiting]:
    """Pairings that wait for their first agreement, the longest first."""
    rows = pairings_visible_to(member).filter(state=INTRODUCED).order_by("introduced_at", "pk")
    values = rows.values_list("pk", "peer__name", "supporter__user__preferred_name", "introduced_at")[:FEW]
    url = Addresses("sessions:pairing", member.organisation.slug)
    return [
        Waiting(
            label=_("%(peer)s and %(supporter)s") % {"peer": peer, "supporter": supporter},
            meta=_("since %(day)s") % {"day": day(since)},
            url=url(pk),
        )
        for pk, peer, supporter, since in values
    ]


def _undelivered(member: Member, now: datetime) -> list[Waiting]:
    """Mail that did not reach anybody in the last two weeks."""
    session = Addresses("sessions:peer_session", member.organisation.slug)
    found = failures(member.organisation_id, now - LOOK_BACK, most=FEW)
    return [_failure(row, session) for row in found]


def _failure(row: Failure, session: Addresses) -> Waiting:
    reason = _("no address") if row.outcome == "no_address" else _("not accepted")
    return Waiting(
        label=str(WORDS[row.kind]),
        meta=f"{day(row.at)}, {reason}",
        url=session(row.object_id) if row.kind in ABOUT_SESSIONS else "",
    )
