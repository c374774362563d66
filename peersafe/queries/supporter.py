"""A supporter’s home: their peers, the next step with each, and what is not written down yet."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from peersafe.queries.agenda import FEW, SHOWN, Waiting, moment_words
from people.access import Member
from people.addresses import Addresses
from people.policies import groups_visible_to
from people.queries.peers import Named
from people.states import ACTIVE as GROUP_ACTIVE
from sessions.models import Agreement, PeerSession
from sessions.policies import pairings_visible_to, sessions_visible_to
from sessions.states import IN_FORCE, INTRODUCED, UPCOMING

SOON = timedelta(days=7)  # a review is announced so long before its day


@dataclass(frozen=True)
class PeerLine:
    """One peer of a supporter: the next session, and the next step."""

    name: str
    pronouns: str
    url: str
    next: str
    next_url: str
    step: str
    step_url: str


@dataclass(frozen=True)
class SupporterHome:
    """My peers, what is not written down yet, my groups."""

    peers: list[PeerLine]
    unwritten: list[Waiting]
    groups: list[Named]


def supporter_home(member: Member, now: datetime) -> SupporterHome:
    """Five queries."""
    slug = member.organisation.slug
    sessions = sessions_visible_to(member).filter(state__in=UPCOMING)
    return SupporterHome(
        peers=_peer_lines(member, sessions, now),
        unwritten=_unwritten(sessions, slug, now),
        groups=_groups(member, slug),
    )


def _peer_lines(member: Member, sessions: QuerySet[PeerSession], now: datetime) -> list[PeerLine]:
    rows = list(pairings_visible_to(member).select_related("peer").order_by("peer__name", "pk")[:SHOWN])
    today = localdate(now)
    coming = _next_of_each(sessions, [row.pk for row in rows], now)
    reviews = _reviews([row.pk for row in rows])
    places = {
        name: Addresses(f"sessions:{name}", member.organisation.slug)
        for name in ("pairing", "peer_session", "book", "first_meeting")
    }
    lines = []
    for row in rows:
        session_id, starts_at = coming.get(row.pk, (None, None))
        step, where = _step(
            row.state, waiting=session_id is None, review_on=reviews.get(row.pk), soon=today + SOON
        )
        lines.append(
            PeerLine(
                name=row.peer.name,
                pronouns=row.peer.pronouns,
                url=places["pairing"](row.pk),
                next=moment_words(starts_at, today, member.zone) if starts_at else "",
                next_url=places["peer_session"](session_id) if session_id else "",
                step=step,
                step_url=places[where](row.pk) if where else "",
            )
        )
    return lines


def _step(state: str, *, waiting: bool, review_on: date | None, soon: date) -> tuple[str, str]:
    """The next step of a pairing in words, and the page where it is taken."""
    if state == INTRODUCED:
        return _("Prepare your first meeting"), "first_meeting"
    if review_on is None:
        return _("Make a new agreement"), "first_meeting"
    if review_on <= soon:
        return _("See whether your agreement still fits"), "pairing"
    if waiting:
        return _("Book a session"), "book"
    return "", ""


def _next_of_each(
    sessions: QuerySet[PeerSession], pairing_ids: list[UUID], now: datetime
) -> dict[UUID, tuple[UUID, datetime]]:
    rows = sessions.filter(pairing_id__in=pairing_ids, ends_at__gt=now)
    values = rows.order_by("pairing_id", "starts_at", "pk").distinct("pairing_id")
    return {
        pairing_id: (pk, starts_at)
        for pairing_id, pk, starts_at in values.values_list("pairing_id", "pk", "starts_at")
    }


def _reviews(pairing_ids: list[UUID]) -> dict[UUID, date]:
    """When the pairings with an agreement in force meant to look at it again."""
    rows = Agreement.objects.filter(pairing_id__in=pairing_ids, state=IN_FORCE)
    return dict(rows.values_list("pairing_id", "review_on"))


def _unwritten(sessions: QuerySet[PeerSession], slug: str, now: datetime) -> list[Waiting]:
    """Sessions that are over, and of which nobody has said whether they took place."""
    url = Addresses("sessions:log", slug)
    rows = sessions.filter(ends_at__lte=now).order_by("-starts_at", "-pk")
    values = rows.values_list("pk", "pairing__peer__name", "starts_at")[:FEW]
    return [
        Waiting(label=name, meta=date_format(localtime(at), "l j F, H:i"), url=url(pk))
        for pk, name, at in values
    ]


def _groups(member: Member, slug: str) -> list[Named]:
    url = Addresses("people:group", slug)
    rows = groups_visible_to(member).filter(state=GROUP_ACTIVE).order_by("name", "pk")
    return [
        Named(name=name, url=url(pk), since="", pk=pk) for pk, name in rows.values_list("pk", "name")[:SHOWN]
    ]
