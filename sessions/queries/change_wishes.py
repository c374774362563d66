"""Peers who would like another supporter, for the coordinators."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from sessions.models import ChangeWish
from sessions.policies import change_wishes_visible_to
from sessions.queries.pairings import day
from sessions.state_words import PAIRINGS


@dataclass(frozen=True)
class WishRow:
    """One wish that waits for an answer. No reason: none was asked for."""

    peer_name: str
    supporter_name: str
    pairing_url: str
    pairing_state: str | Promise
    tone: str
    asked: str
    noted: str
    answer_url: str


def with_people(rows: QuerySet[ChangeWish]) -> QuerySet[ChangeWish]:
    """What a page needs to name both."""
    return rows.select_related("pairing__peer", "pairing__supporter__user")


def change_wish_list(member: Member, *, after: str | None) -> Page[WishRow]:
    """A page of those that wait, the longest first. One query."""
    rows = with_people(change_wishes_visible_to(member).filter(answered_at__isnull=True))
    slug = member.organisation.slug
    pairing, answer = Addresses("sessions:pairing", slug), Addresses("sessions:answer_change", slug)
    return page(
        rows,
        by="asked_at",
        after=after,
        make=lambda row: _row(row, pairing(row.pairing_id), answer(row.pk)),
    )


def _row(row: ChangeWish, pairing_url: str, answer_url: str) -> WishRow:
    state = PAIRINGS[row.pairing.state]
    return WishRow(
        peer_name=row.pairing.peer.name,
        supporter_name=row.pairing.supporter.user.preferred_name,
        pairing_url=pairing_url,
        pairing_state=state.words,
        tone=state.tone,
        asked=day(row.asked_at),
        noted=noted_by(row),
        answer_url=answer_url,
    )


def noted_by(row: ChangeWish) -> str:
    """Who noted it."""
    if row.asked_by.startswith("link:"):
        return _("by themselves, on their own page")
    if row.asked_by == f"member:{row.pairing.supporter_id}":
        return _("by their supporter")
    return _("by a coordinator")
