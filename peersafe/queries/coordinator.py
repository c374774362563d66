"""A coordinator’s home: today and next, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peersafe.queries.agenda import FEW, Waiting, agenda
from peersafe.queries.waits import (
    FAILED_MAIL,
    INTRODUCTION,
    MEETING,
    OVERDUE,
    Line,
    coordinator_lines,
    in_words,
)
from people.access import Member
from people.queries.peers import day
from people.queries.team import InvitationRow, waiting_invitations
from reminders.states import (
    ABOUT_SESSIONS,
    INVITATION,
    LOOK_AGAIN,
    NO_ADDRESS,
    OWN_PAGE,
    OWN_PAGE_NEWS,
    PLACE_FREE,
    PLACE_OFFERED,
    SESSION_BOOKED,
    SESSION_CANCELLED,
    SESSION_MOVED,
    SESSION_TOMORROW,
    SOMETHING_WAITS,
)
from sessions.queries.schedule import SessionRow

WORDS: dict[str, str | Promise] = {
    SESSION_TOMORROW: gettext_lazy("Reminder of a session"),
    SESSION_BOOKED: gettext_lazy("News of a new session"),
    SESSION_MOVED: gettext_lazy("News of a new time"),
    SESSION_CANCELLED: gettext_lazy("News that a session is off"),
    INVITATION: gettext_lazy("Invitation"),
    SOMETHING_WAITS: gettext_lazy("News that something waits"),
    PLACE_OFFERED: gettext_lazy("Offer of a place"),
    PLACE_FREE: gettext_lazy("News that a place is free"),
    OWN_PAGE: gettext_lazy("Link to a peer’s own page"),
    OWN_PAGE_NEWS: gettext_lazy("News on a peer’s own page"),
    LOOK_AGAIN: gettext_lazy("Time to look at something again"),
}


@dataclass(frozen=True)
class CoordinatorHome:
    """Today and next, and what waits."""

    agenda: list[SessionRow]
    waiting: list[Waiting]
    introductions: list[Waiting]
    invitations: list[InvitationRow]
    undelivered: list[Waiting]
    overdue: int  # agreements whose day to look again has passed


def coordinator_home(member: Member, now: datetime) -> CoordinatorHome:
    """Three queries."""
    lines = coordinator_lines(member, now)
    undelivered = [line for line in reversed(lines) if line.kind.startswith(FAILED_MAIL)]
    others = [line for line in lines if not line.kind.startswith((INTRODUCTION, FAILED_MAIL, OVERDUE))]
    slug = member.organisation.slug
    return CoordinatorHome(
        agenda=agenda(member, now),
        waiting=in_words(others, member, now),
        introductions=in_words([line for line in lines if line.kind == INTRODUCTION], member, now),
        invitations=waiting_invitations(member, now, most=FEW),
        undelivered=[_failure(line, slug) for line in undelivered],
        overdue=sum(int(line.first) for line in lines if line.kind == OVERDUE),
    )


def _failure(line: Line, slug: str) -> Waiting:
    """Mail that did not arrive: what it was, when, why, and what it was about."""
    kind, _colon, about = line.kind.removeprefix(FAILED_MAIL).partition(":")
    reason = _("no address") if line.first == NO_ADDRESS else _("not accepted")
    view = "sessions:meeting" if about == MEETING else "sessions:peer_session"
    return Waiting(
        label=str(WORDS[kind]),
        meta=f"{day(line.at)}, {reason}",
        url=reverse(view, args=[slug, line.pk]) if kind in ABOUT_SESSIONS else "",
    )
