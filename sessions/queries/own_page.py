"""What a peer's own page shows: their next sessions, how things stand, the notes they may read; its handing over."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lib.paging import Page, page
from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from lib.tokens import token_for
from people.access import LinkHolder, Member
from people.models import PrivateLink
from people.models.links import LinkPurpose
from reminders.queries import address_of
from sessions import policies
from sessions.models import ChangeWish, Pairing, Party, PeerSession, SessionLog
from sessions.policies.around import logs_of_link
from sessions.policies.goals import GOODBYE_STAYS
from sessions.policies.pairings import is_mine
from sessions.queries.bookings import place, span
from sessions.queries.counts import Counts, pairing_counts
from sessions.queries.goals import InNumbers, counting, number
from sessions.queries.own_agreements import Standing, standing
from sessions.queries.pairings import day
from sessions.queries.revisiting import FITTING, OwnBetween, fitting, own_between
from sessions.state_words import SESSIONS, Shown
from sessions.states import UPCOMING

NEXT = 5  # sessions


@dataclass(frozen=True)
class NextSession:
    """A session to come, on the peer's clock; `url` is its own page, where a link to it works."""

    day: str
    span: str
    place: str
    state: Shown
    url: str


@dataclass(frozen=True)
class OwnPage:
    """The first page: what is next, and where to go from here. No words that are sealed."""

    agreement: Standing
    between: OwnBetween
    sessions: Sequence[NextSession]
    numbers: InNumbers
    notes: int
    counts: Counts
    change_wished: str


def own_page(link: LinkHolder, pairing: Pairing, *, now: datetime) -> OwnPage:
    """Everything of the first page; five queries at most."""
    found = _counted(link, pairing, now)
    wished, notes = found.pop("wished"), found.pop("notes")
    fits = {name: found.pop(name) for name in FITTING}
    return OwnPage(
        agreement=standing(pairing),
        between=own_between(fits),
        sessions=_next_sessions(pairing, now),
        numbers=InNumbers(**found),
        notes=notes,
        counts=pairing_counts(pairing, reader=Party.PEER),
        change_wished=day(wished),
    )


def _counted(link: LinkHolder, pairing: Pairing, now: datetime) -> dict[str, Any]:
    """Whatever is one number or one moment, asked for at once."""
    goals, strengths = policies.goals_of_link(link), policies.strengths_of_link(link)
    wish = ChangeWish.objects.filter(pairing=OuterRef("pk"), answered_at__isnull=True)
    found = Pairing.objects.filter(pk=pairing.pk).values(
        wished=Subquery(wish.values("asked_at")[:1]),
        notes=number(logs_of_link(link)),
        **counting(goals, strengths, pairing),
        **fitting(link, pairing, now),
    )
    return dict(found.get())


def _next_sessions(pairing: Pairing, now: datetime) -> list[NextSession]:
    coming = PeerSession.objects.filter(pairing=pairing, state__in=UPCOMING, ends_at__gt=now)
    rows = list(coming.select_related("room__venue").order_by("starts_at", "pk")[:NEXT])
    tokens = _tokens([row.pk for row in rows], pairing.peer_id, now)
    zone = ZoneInfo(pairing.peer.zone)
    return [
        NextSession(
            day=date_format(timezone.localtime(row.starts_at), "l j F"),
            span=span(row, zone),
            place=place(row),
            state=SESSIONS[row.state],
            url=reverse("link:session", args=[tokens[row.pk]]) if row.pk in tokens else "",
        )
        for row in rows
    ]


def _tokens(session_ids: Sequence[UUID], peer_id: UUID, now: datetime) -> dict[UUID, str]:
    """The newest working link to each session, where there is one."""
    working = PrivateLink.objects.working(LinkPurpose.SESSION, now)
    links = working.filter(object_id__in=session_ids, peer_id=peer_id)
    pairs = links.order_by("created_at").values_list("object_id", "pk")
    return {session_id: token_for(link_id) for session_id, link_id in pairs}


def closes_on(pairing: Pairing) -> str:
    """The day from which the page of a pairing that has ended can no longer be opened; empty while it lasts."""
    return day(pairing.ended_at + GOODBYE_STAYS) if pairing.ended_at else ""


# Notes the peer may read -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Note:
    """What was noted after a session, as the peer reads it."""

    day: str
    warm_up: str
    what_mattered: str
    cool_down: str
    fit_note: str


@dataclass(frozen=True)
class NotesPage:
    """The notes the peer may read, the newest first; `opened` are the rows whose words it shows."""

    notes: Page[Note]
    opened: Sequence[SessionLog]
    readable: bool


def notes_page(logs: QuerySet[SessionLog], pairing: Pairing, *, after: str | None) -> NotesPage:
    """A page of the notes a peer may read; one query. `pairing` carries the peer's key."""
    opened: list[SessionLog] = []

    def make(row: SessionLog) -> Note:
        opened.append(row)
        return _note(row, pairing)

    try:
        found = page(
            logs.select_related("peer_session"), by="written_at", after=after, descending=True, make=make
        )
    except Unreadable:
        return NotesPage(Page([], None, True), [], readable=False)
    return NotesPage(found, opened, readable=True)


def _note(row: SessionLog, pairing: Pairing) -> Note:
    texts = ("warm_up", "what_mattered", "cool_down", "fit_note")
    return Note(
        day=day(row.peer_session.starts_at),
        **{name: open_text(row, name, pairing.peer.data_key) for name in texts},
    )


# Handing it over ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandedOver:
    """The page as those who hand it over see it: since when one works, when it was first opened."""

    made: str
    opened: str
    reachable: bool


def handed_over(pairing: Pairing, *, now: datetime) -> HandedOver:
    """Whether a page works now, and whether the peer has an address; two queries. `pairing` carries the peer's key."""
    link = working_link(pairing, now=now)
    return HandedOver(
        made=day(link.created_at) if link else "",
        opened=day(link.opened_at) if link else "",
        reachable=bool(address_of(pairing.peer_id, pairing.peer.data_key)),
    )


def working_link(pairing: Pairing, *, now: datetime) -> PrivateLink | None:
    """The link to the peer's own page, if one works: it stops a month after the ending at the latest."""
    return _working_links(pairing, now).first()


def _working_links(pairing: Pairing, now: datetime) -> QuerySet[PrivateLink]:
    working = PrivateLink.objects.working(LinkPurpose.PAIRING, now)
    links = working.filter(organisation_id=pairing.organisation_id, object_id=pairing.pk)
    if pairing.ended_at is not None and pairing.ended_at <= now - GOODBYE_STAYS:
        return links.none()
    return links.order_by("-created_at")


@dataclass(frozen=True)
class PairingFacts:
    """What the page of a pairing says about goals, in numbers, and about the peer's own page."""

    own: bool
    numbers: InNumbers | None
    made: str
    may_revoke: bool


def pairing_facts(member: Member, pairing: Pairing, *, now: datetime) -> PairingFacts:
    """One query for the pairing's supporter and for a coordinator, none for a supervisor. No word is opened."""
    own, may_revoke = is_mine(member, pairing), policies.can_revoke_own_page_pairing(member, pairing)
    if not may_revoke:
        return PairingFacts(own=own, numbers=None, made="", may_revoke=False)
    goals, strengths = policies.goals_visible_to(member), policies.strengths_visible_to(member)
    made = Subquery(_working_links(pairing, now).values("created_at")[:1])
    numbers = counting(goals, strengths, pairing) if own else {}
    found: Any = Pairing.objects.filter(pk=pairing.pk).values(made=made, **numbers).get()
    made_at = found.pop("made")
    return PairingFacts(
        own=own, numbers=InNumbers(**found) if own else None, made=day(made_at), may_revoke=True
    )


def picture(address: str) -> str:
    """The address as a picture for a phone's camera: a data URI, drawn here, sent to nobody."""
    svg = get_adapter().build_totp_svg(address)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def address_of_page(link: PrivateLink) -> str:
    """The whole address of a page, as it is passed on: it says nothing of what it opens."""
    return f"{settings.PEERSAFE_URL}{reverse('open_link', args=[token_for(link.pk)])}"
