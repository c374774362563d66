"""Rows for the pages about groups."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from people.models import Group, GroupMember, Membership, Peer
from people.policies import (
    facilitators_visible_to,
    group_members_visible_to,
    groups_visible_to,
    memberships_visible_to,
    peers_visible_to,
)
from people.queries.peers import Named, day
from people.states import ACTIVE

ENOUGH_FACILITATORS = 2  # two each time, so that one can give somebody extra support


@dataclass(frozen=True)
class GroupRow:
    """One group in a list."""

    url: str
    name: str
    for_whom: str
    places: str
    facilitators: str
    short_of: str


@dataclass(frozen=True)
class GroupPage:
    """What the page of one group shows beside the group's own row."""

    members: list[Named]
    facilitators: list[Named]
    places: str
    full: bool
    short_of: str


def group_page_rows(member: Member, *, words: str, state: str, after: str | None) -> Page[GroupRow]:
    """25 groups by name. Three queries."""
    rows = groups_visible_to(member).filter(state=state)
    if words:
        rows = rows.filter(name__icontains=words)
    found = page(rows, by="name", after=after, make=lambda group: group)
    ids = [group.pk for group in found.rows]
    counts = dict(
        GroupMember.objects.filter(group_id__in=ids, left_at__isnull=True)
        .values_list("group_id")
        .annotate(Count("pk"))
    )
    names = _facilitator_names(member, ids)
    url = Addresses("people:group", member.organisation.slug)
    made = [_row(group, counts.get(group.pk, 0), names[group.pk], url(group.pk)) for group in found.rows]
    return Page(rows=made, next=found.next, first=found.first)


def _row(group: Group, taken: int, names: list[str], url: str) -> GroupRow:
    short = short_of(len(names)) if group.state == ACTIVE else ""
    return GroupRow(
        url, group.name, group.for_whom, places(taken, group.most_members), ", ".join(names), short
    )


def _facilitator_names(member: Member, group_ids: list[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = facilitators_visible_to(member).filter(group_id__in=group_ids, ends_at__isnull=True).order_by("pk")
    for group_id, name in rows.values_list("group_id", "membership__user__preferred_name"):
        found[group_id].append(name)
    return found


def places(taken: int, most: int) -> str:
    """How full a group is, in words."""
    return _("%(taken)d of %(most)d places taken") % {"taken": taken, "most": most}


def short_of(facilitators: int) -> str:
    """What to say where a group has fewer than two facilitators; nothing where it has enough."""
    if facilitators >= ENOUGH_FACILITATORS:
        return ""
    return _("One facilitator only") if facilitators else _("Nobody facilitates")


def group_page(member: Member, group: Group) -> GroupPage:
    """Who comes to a group and who runs it. Three queries."""
    members = group_members(member, group)
    facilitators = _facilitators(member, group)
    return GroupPage(
        members=members,
        facilitators=facilitators,
        places=places(len(members), group.most_members),
        full=len(members) >= group.most_members,
        short_of=short_of(len(facilitators)) if group.state == ACTIVE else "",
    )


def group_members(member: Member, group: Group) -> list[Named]:
    """Who comes; a page to open only where the member may see that person's."""
    rows = (
        group_members_visible_to(member)
        .filter(group=group, left_at__isnull=True)
        .order_by("peer__name", "pk")
    )
    seen = set(peers_visible_to(member).filter(groups__group=group).values_list("pk", flat=True))
    url = Addresses("people:peer", member.organisation.slug)
    return [
        Named(name, url(peer_id) if peer_id in seen else "", day(joined_at), pk)
        for pk, peer_id, name, joined_at in rows.values_list("pk", "peer_id", "peer__name", "joined_at")
    ]


def _facilitators(member: Member, group: Group) -> list[Named]:
    rows = facilitators_visible_to(member).filter(group=group, ends_at__isnull=True).order_by("pk")
    url = Addresses("people:member", member.organisation.slug)
    return [
        Named(name, url(membership_id) if member.is_coordinator() else "", day(starts_at), pk)
        for pk, membership_id, name, starts_at in rows.values_list(
            "pk", "membership_id", "membership__user__preferred_name", "starts_at"
        )
    ]


def who_could_join(member: Member, group: Group, words: str) -> QuerySet[Peer]:
    """Peers who are not in the group, and whose name has these words in it."""
    inside = group.members.filter(left_at__isnull=True).values("peer_id")
    return (
        peers_visible_to(member)
        .filter(state=ACTIVE, name__icontains=words)
        .exclude(pk__in=inside)
        .order_by("name", "pk")
    )


def who_could_facilitate(member: Member, group: Group, words: str) -> QuerySet[Membership]:
    """Members of the team who do not facilitate the group, and whose name has these words in it."""
    already = group.facilitators.filter(ends_at__isnull=True).values("membership_id")
    rows = memberships_visible_to(member).filter(ends_at__isnull=True).exclude(pk__in=already)
    rows = rows.filter(user__preferred_name__icontains=words)
    return rows.select_related("user").order_by("user__preferred_name", "pk")
