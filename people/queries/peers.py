"""Rows for the pages about peers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from people.models import GroupMember, Peer
from people.policies import assignments_visible_to, groups_visible_to, peers_visible_to
from reminders.queries import address_of


@dataclass(frozen=True)
class PeerRow:
    """One peer in a list."""

    url: str
    name: str
    pronouns: str
    supporters: str
    since: str


@dataclass(frozen=True)
class Named:
    """Somebody or something with a name, perhaps with a page, and since when."""

    name: str
    url: str
    since: str
    pk: UUID


@dataclass(frozen=True)
class PeerPage:
    """What the page of one peer shows beside the peer's own row."""

    supporters: list[Named]
    groups: list[Named]
    has_address: bool


def day(moment: datetime) -> str:
    """A date in the reader's zone."""
    return date_format(localtime(moment), "DATE_FORMAT")


def peer_page_rows(member: Member, *, words: str, state: str, after: str | None) -> Page[PeerRow]:
    """25 peers by name. Two queries."""
    rows = peers_visible_to(member).filter(state=state)
    if words:
        rows = rows.filter(name__icontains=words)
    found = page(rows, by="name", after=after, make=lambda peer: peer)
    names = _supporter_names(member, [peer.pk for peer in found.rows])
    url = Addresses("people:peer", member.organisation.slug)
    made = [
        PeerRow(url(peer.pk), peer.name, peer.pronouns, names[peer.pk], day(peer.created_at))
        for peer in found.rows
    ]
    return Page(rows=made, next=found.next, first=found.first)


def _supporter_names(member: Member, peer_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who supports each peer now, by name."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = assignments_visible_to(member).filter(peer_id__in=peer_ids).order_by("pk")
    for peer_id, name in rows.values_list("peer_id", "supporter__user__preferred_name"):
        found[peer_id].append(name)
    return defaultdict(str, {peer_id: ", ".join(names) for peer_id, names in found.items()})


def peer_page(member: Member, peer: Peer) -> PeerPage:
    """Who supports a peer, and the groups they come to, as far as this member sees them. Three queries."""
    slug = member.organisation.slug
    return PeerPage(
        supporters=_supporters(member, peer, slug),
        groups=_groups(member, peer, slug),
        has_address=bool(address_of(peer.pk, peer.data_key)),
    )


def _supporters(member: Member, peer: Peer, slug: str) -> list[Named]:
    rows = assignments_visible_to(member).filter(peer=peer).order_by("pk")
    url = Addresses("people:member", slug)
    return [
        Named(name, "" if member.is_supporter() else url(supporter_id), day(starts_at), pk)
        for pk, supporter_id, name, starts_at in rows.values_list(
            "pk", "supporter_id", "supporter__user__preferred_name", "starts_at"
        )
    ]


def _groups(member: Member, peer: Peer, slug: str) -> list[Named]:
    rows = GroupMember.objects.filter(peer=peer, left_at__isnull=True, group__in=groups_visible_to(member))
    url = Addresses("people:group", slug)
    values = rows.order_by("group__name", "pk").values_list("pk", "group_id", "group__name", "joined_at")
    return [Named(name, url(group_id), day(joined_at), pk) for pk, group_id, name, joined_at in values]
