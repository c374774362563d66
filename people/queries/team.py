"""Rows for the pages about the team."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from people.models import Assignment, Invitation, Membership, PrivateLink, Role, Supervision
from people.policies import invitations_visible_to, memberships_visible_to, supervisions_visible_to
from people.queries.peers import Named, day
from people.states import ACCEPTED, SENT


@dataclass(frozen=True)
class MemberRow:
    """One person of the team in a list."""

    url: str
    name: str
    pronouns: str
    role: str
    room: str
    pause: str
    since: str


@dataclass(frozen=True)
class InvitationRow:
    """One invitation that waits, or was answered lately."""

    pk: UUID
    email: str
    role: str
    sent: str
    state: str
    tone: str
    open: bool


@dataclass(frozen=True)
class MemberPage:
    """What the page of one member of the team shows beside the row."""

    supervisors: list[Named]
    supporters: list[Named]
    peers: list[Named]
    room: str


def room(taken: int, most: int) -> str:
    """How many peers somebody supports, of how many they can carry."""
    return _("%(taken)d of %(most)d people") % {"taken": taken, "most": most}


def team_rows(member: Member, *, role: str, after: str | None, now: datetime) -> Page[MemberRow]:
    """25 people by role and then by when they joined. Two queries."""
    rows = memberships_visible_to(member).active(now).select_related("user")  # type: ignore[attr-defined]
    if role:
        rows = rows.filter(role=role)
    found: Page[Membership] = page(rows, by="role", after=after, make=lambda row: row)
    counts = _assigned(row.pk for row in found.rows)
    url = Addresses("people:member", member.organisation.slug)
    made = [_row(row, counts.get(row.pk, 0), url(row.pk), now) for row in found.rows]
    return Page(rows=made, next=found.next, first=found.first)


def _row(row: Membership, taken: int, url: str, now: datetime) -> MemberRow:
    return MemberRow(
        url=url,
        name=row.user.preferred_name,
        pronouns=row.user.pronouns,
        role=row.get_role_display(),
        room=room(taken, row.most_peers) if row.role == Role.SUPPORTER else "",
        pause=pause(row, now),
        since=day(row.starts_at),
    )


def pause(row: Membership, now: datetime) -> str:
    """That somebody takes a break, and until when; never why."""
    if row.paused_until is None or row.paused_until <= now:
        return ""
    return _("Taking a break until %(day)s") % {"day": day(row.paused_until)}


def _assigned(ids: Iterable[UUID]) -> dict[UUID, int]:
    rows = Assignment.objects.filter(supporter_id__in=list(ids), ends_at__isnull=True)
    return dict(rows.values_list("supporter_id").annotate(Count("pk")))


def invitation_rows(member: Member, now: datetime) -> list[InvitationRow]:
    """The newest invitations that nobody withdrew. One query."""
    rows = invitations_visible_to(member).filter(state__in=[SENT, ACCEPTED]).select_related("link")
    return [_invitation(row, now) for row in rows.order_by("-sent_at", "-pk")[:25]]


def waiting_invitations(member: Member, now: datetime, *, most: int) -> list[InvitationRow]:
    """The newest invitations that nobody has answered. One query, of columns, for the home page."""
    rows = invitations_visible_to(member).filter(state=SENT).order_by("-sent_at", "-pk")
    values = rows.values_list("pk", "email", "role", "sent_at", "link__expires_at", "link__revoked_at")
    return [
        InvitationRow(
            pk, email, str(Role(role).label), day(sent_at), *_waiting(ends, revoked, now), open=True
        )
        for pk, email, role, sent_at, ends, revoked in values[:most]
    ]


def _waiting(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> tuple[str, str]:
    link = PrivateLink(expires_at=expires_at, revoked_at=revoked_at)
    return (_("Waiting"), "wait") if link.works(now) else (_("Ran out"), "stop")


def _invitation(row: Invitation, now: datetime) -> InvitationRow:
    label, tone = invitation_state(row, now)
    return InvitationRow(
        row.pk, row.email, row.get_role_display(), day(row.sent_at), label, tone, open=row.state == SENT
    )


def invitation_state(row: Invitation, now: datetime) -> tuple[str, str]:
    """An invitation's state in words, and its tone."""
    if row.state == ACCEPTED:
        return _("Joined"), "good"
    return _waiting(row.link.expires_at, row.link.revoked_at, now)


def member_page(member: Member, row: Membership) -> MemberPage:
    """Whom somebody supports and who supports them. Two or three queries."""
    url = Addresses("people:member", member.organisation.slug)
    together = supervisions_visible_to(member).filter(ends_at__isnull=True)
    peers = _peers(member, row) if row.role == Role.SUPPORTER else []
    taken = len(peers)
    return MemberPage(
        supervisors=_named(together.filter(supporter=row), "supervisor", url)
        if row.role == Role.SUPPORTER
        else [],
        supporters=_named(together.filter(supervisor=row), "supporter", url)
        if row.role == Role.SUPERVISOR
        else [],
        peers=peers,
        room=room(taken, row.most_peers) if row.role == Role.SUPPORTER else "",
    )


def _named(rows: QuerySet[Supervision], side: str, url: Addresses) -> list[Named]:
    values = rows.order_by("pk").values_list("pk", f"{side}_id", f"{side}__user__preferred_name", "starts_at")
    return [Named(name, url(other_id), day(starts_at), pk) for pk, other_id, name, starts_at in values]


def _peers(member: Member, row: Membership) -> list[Named]:
    url = Addresses("people:peer", member.organisation.slug)
    rows = Assignment.objects.filter(supporter=row, ends_at__isnull=True).order_by("peer__name", "pk")
    values = rows.values_list("pk", "peer_id", "peer__name", "starts_at")
    return [Named(name, url(peer_id), day(starts_at), pk) for pk, peer_id, name, starts_at in values]


def who_could_be_together(member: Member, row: Membership, words: str, now: datetime) -> QuerySet[Membership]:
    """For a supporter the supervisors, for a supervisor the supporters, who are not with them already; by name."""
    other = Role.SUPERVISOR if row.role == Role.SUPPORTER else Role.SUPPORTER
    here, there = ("supporter", "supervisor") if row.role == Role.SUPPORTER else ("supervisor", "supporter")
    already = (
        supervisions_visible_to(member).filter(**{here: row}, ends_at__isnull=True).values(f"{there}_id")
    )
    rows = memberships_visible_to(member).active(now).filter(role=other)  # type: ignore[attr-defined]
    found: QuerySet[Membership] = rows.exclude(pk__in=already).select_related("user")
    return found.filter(user__preferred_name__icontains=words).order_by("user__preferred_name", "pk")
