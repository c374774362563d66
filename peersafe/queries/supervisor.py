"""A supervisor’s home: their supporters, and when those meet whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.timezone import localdate

from peersafe.queries.agenda import SHOWN, Waiting, agenda, moment_words
from peersafe.queries.waits import in_words, supervisor_lines
from people.access import Member
from people.addresses import Addresses
from people.models import Membership, Role
from people.policies import memberships_visible_to
from people.queries.team import pause, room
from sessions.policies import sessions_visible_to
from sessions.queries.schedule import SessionRow
from sessions.queries.signals import signals_of
from sessions.states import UPCOMING


@dataclass(frozen=True)
class SupporterLine:
    """One supporter of a supervisor: how many they support, and the next session."""

    name: str
    pronouns: str
    url: str
    room: str
    pause: str
    next: str


@dataclass(frozen=True)
class SupervisorHome:
    """My supporters, their next sessions, what waits for me, and how many signals are new since a week ago.

    The table has room for some of the supporters; what waits and what is new comes from all.
    """

    supporters: list[SupporterLine]
    agenda: list[SessionRow]
    waiting: list[Waiting]
    new_signals: int


def supervisor_home(member: Member, now: datetime) -> SupervisorHome:
    """Five queries."""
    rows = _supporters(member, now)
    ids = [row.pk for row in rows]
    return SupervisorHome(
        supporters=_supporter_lines(member, rows[:SHOWN], now),
        agenda=agenda(member, now),
        waiting=in_words(supervisor_lines(member, ids), member, now),
        new_signals=sum(signal.is_new for signal in signals_of(member, ids, now)),
    )


def _supporters(member: Member, now: datetime) -> list[Membership]:
    return list(
        memberships_visible_to(member)
        .active(now)  # type: ignore[attr-defined]
        .filter(role=Role.SUPPORTER)
        .select_related("user")
        .annotate(carried=Count("assignments", filter=Q(assignments__ends_at__isnull=True)))
        .order_by("user__preferred_name", "pk")
    )


def _supporter_lines(member: Member, rows: list[Membership], now: datetime) -> list[SupporterLine]:
    coming = _next_of_supporters(member, [row.pk for row in rows], now)
    words = {pk: moment_words(at, localdate(now), member.zone) for pk, at in coming.items()}
    url = Addresses("people:member", member.organisation.slug)
    return [_supporter(row, url(row.pk), words.get(row.pk, ""), now) for row in rows]


def _supporter(row: Membership, url: str, next_words: str, now: datetime) -> SupporterLine:
    return SupporterLine(
        name=row.user.preferred_name,
        pronouns=row.user.pronouns,
        url=url,
        room=room(row.carried, row.most_peers),  # type: ignore[attr-defined]
        pause=pause(row, now),
        next=next_words,
    )


def _next_of_supporters(member: Member, ids: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    rows = sessions_visible_to(member).filter(
        pairing__supporter_id__in=list(ids), state__in=UPCOMING, ends_at__gt=now
    )
    values = rows.order_by("pairing__supporter_id", "starts_at").distinct("pairing__supporter_id")
    return dict(values.values_list("pairing__supporter_id", "starts_at"))
