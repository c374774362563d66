"""Looking at a part of the schedule only: of one supporter, in one room, of one group."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from people.access import Member
from people.models import Role
from people.policies import groups_visible_to, memberships_visible_to
from people.states import ACTIVE
from sessions.models import Hold, PeerSession
from venues.models import Room
from venues.policies import rooms_visible_to

MOST = 500  # choices of each kind
ASKED = "narrow"  # asks for the choices, which are many: they are not read for everybody who looks at a week


class Choice(NamedTuple):
    """One thing to choose."""

    id: UUID
    label: str


@dataclass(frozen=True)
class Question:
    """One list to choose from, and what is chosen."""

    name: str
    label: str
    every: str
    choices: list[Choice]
    chosen: UUID | None


@dataclass(frozen=True)
class Narrowing:
    """What the reader has chosen; `asks` is whether the choices are to be shown."""

    chosen: dict[str, UUID]
    asks: bool

    @property
    def query(self) -> str:
        """As it goes on from page to page, to be put behind another parameter."""
        words = {name: str(pk) for name, pk in self.chosen.items()}
        return f"&{urlencode(words)}" if words else ""

    def apply(self, rows: QuerySet[PeerSession]) -> QuerySet[PeerSession]:
        """The rows that are left. An id of nothing, or of somebody else's, leaves none."""
        for name, pk in self.chosen.items():
            rows = rows.filter(WAYS[name](pk))
        return rows


def _of_supporter(pk: UUID) -> Q:
    meetings = Hold.objects.filter(
        supporter_id=pk, released_at__isnull=True, peer_session__group__isnull=False
    )
    return Q(pairing__supporter_id=pk) | Q(pk__in=meetings.values("peer_session_id"))


WAYS: dict[str, Callable[[UUID], Q]] = {
    "supporter": _of_supporter,
    "room": lambda pk: Q(room_id=pk) | Q(side_room_id=pk),
    "group": lambda pk: Q(group_id=pk),
}


def narrowing(member: Member, asked: Mapping[str, str]) -> Narrowing:
    """What was chosen, as the address says it. Only coordinators see so much that they need it."""
    if not member.is_coordinator():
        return Narrowing({}, asks=False)
    chosen = {name: pk for name in WAYS if (pk := _id(asked.get(name, "")))}
    return Narrowing(chosen, asks=bool(chosen) or ASKED in asked)


def questions(member: Member, chosen: Mapping[str, UUID]) -> list[Question]:
    """The lists to choose from: what the member sees, of what is in use. Three queries."""
    people = memberships_visible_to(member).filter(role=Role.SUPPORTER, ends_at__isnull=True)
    rooms = rooms_visible_to(member)
    groups = groups_visible_to(member).filter(state=ACTIVE)
    found = {
        "supporter": (
            _("Peer supporter"),
            _("Everybody"),
            _choices(people.order_by("user__preferred_name", "pk").values_list("pk", "user__preferred_name")),
        ),
        "room": (_("Room"), _("Everywhere"), _rooms(rooms)),
        "group": (
            _("Group"),
            _("All, and sessions of two"),
            _choices(groups.order_by("name", "pk").values_list("pk", "name")),
        ),
    }
    return [
        Question(name=name, label=label, every=every, choices=choices, chosen=chosen.get(name))
        for name, (label, every, choices) in found.items()
    ]


def _rooms(rows: QuerySet[Room]) -> list[Choice]:
    found = rows.order_by("venue__name", "name", "pk").values_list("pk", "venue__name", "name")[:MOST]
    return [Choice(pk, f"{venue}, {room}") for pk, venue, room in found]


def _choices(rows: QuerySet[Any, tuple[UUID, str]]) -> list[Choice]:
    return [Choice(*row) for row in rows[:MOST]]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
