"""Whether the boundaries still fit: what was said, what is different today only, what should change.

What opens a sealed text says so in `opened`: the view leaves a mark for these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from people.access import Member
from people.models import Peer
from sessions.models import Agreement, Fit, FitCheck, Pairing, PeerSession, Side
from sessions.policies.revisiting import fit_checks_visible_to
from sessions.states import IN_FORCE

SHOWN = 10  # of what was said, on one page


def today_of(peer: Peer, now: datetime) -> date:
    """The day that `now` falls on, by the peer's clock."""
    return now.astimezone(ZoneInfo(peer.zone)).date()


@dataclass(frozen=True)
class Said:
    """What somebody said about the boundaries: their own words, whose, and when."""

    by_peer: bool
    when: str
    words: str


@dataclass(frozen=True)
class FitPage:
    """What is different today only, and what should change in the agreement in force."""

    holds: bool  # whether an agreement is in force
    today: Sequence[Said] = field(default_factory=list)
    changes: Sequence[Said] = field(default_factory=list)
    opened: Sequence[FitCheck] = field(default_factory=list)


def fit_page(rows: QuerySet[FitCheck], pairing: Pairing, now: datetime) -> FitPage:
    """Out of the checks a reader may see; two queries. `pairing` carries the peer's key.

    What was for another day only is not in it: that has ended by itself.
    """
    since = _in_force_since(pairing)
    if since is None:
        return FitPage(holds=False)
    today = Q(fit=Fit.TODAY_ONLY, holds_on=today_of(pairing.peer, now))
    wished = Q(fit=Fit.CHANGED, noted_at__gte=since)
    found = list(rows.filter(today | wished, pairing=pairing).order_by("-noted_at", "-pk")[:SHOWN])
    said = {row: _said(row, pairing) for row in found}
    return FitPage(
        holds=True,
        today=[said[row] for row in found if row.fit == Fit.TODAY_ONLY],
        changes=[said[row] for row in found if row.fit == Fit.CHANGED],
        opened=found,
    )


def _in_force_since(pairing: Pairing) -> datetime | None:
    rows = Agreement.objects.filter(pairing=pairing, state=IN_FORCE)
    return rows.values_list("in_force_at", flat=True).first()


def _said(row: FitCheck, pairing: Pairing) -> Said:
    try:
        words = open_text(row, "words", pairing.peer.data_key)
    except Unreadable:
        words = _("This can no longer be read.")
    return Said(by_peer=row.side == Side.PEER, when=moment_words(row.noted_at), words=words)


def moment_words(at: datetime) -> str:
    """When something was noted, on the reader's clock."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


@dataclass(frozen=True)
class OpeningFit:
    """At the beginning of a session: whether it is time to ask, what was answered, what is different today only."""

    may_ask: bool
    said: str  # what was answered at this session, newest first; empty for nothing yet
    today: Sequence[Said] = field(default_factory=list)
    opened: Sequence[FitCheck] = field(default_factory=list)


def opening_fit(member: Member, row: PeerSession, now: datetime) -> OpeningFit:
    """One query. `row` carries its peer's key. A session on another day has nothing that is for today only."""
    pairing, today = row.two, today_of(row.two.peer, now)
    on = today_of(row.two.peer, row.starts_at)
    rows = fit_checks_visible_to(member).filter(pairing=pairing)
    wanted = Q(peer_session=row) | Q(fit=Fit.TODAY_ONLY, holds_on=today)
    found = list(rows.filter(wanted).order_by("-noted_at", "-pk")[:SHOWN])
    answered = [check for check in found if check.peer_session_id == row.pk]
    different = [check for check in found if check.holds_on == today == on]
    return OpeningFit(
        may_ask=on <= today,
        said=str(Fit(answered[0].fit).label) if answered else "",
        today=[_said(check, pairing) for check in different],
        opened=different,
    )


def fit_at(member: Member, row: PeerSession) -> str:
    """What was answered at the beginning of a session, for the form of its log; empty for nothing. One query."""
    rows = fit_checks_visible_to(member).filter(peer_session=row).order_by("-noted_at", "-pk")
    return rows.values_list("fit", flat=True).first() or ""
