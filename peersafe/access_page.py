"""The page that says who may do what here, for trustees and for everybody else who is a member."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peersafe.access_words import act_words, reach_words, room_words
from peersafe.matrix import Address, addresses
from people.access import Access, MemberRequest, Relation, members
from people.models import Role

ACCESS: Access = {
    "who_may": {
        Role.COORDINATOR: Relation.ORGANISATION,
        Role.SUPPORTER: Relation.ORGANISATION,
        Role.SUPERVISOR: Relation.ORGANISATION,
    },
}


@dataclass(frozen=True)
class ActRow:
    """One act and how far each role reaches; an empty word means: not at all."""

    act: str
    coordinator: str
    supporter: str
    supervisor: str


@dataclass(frozen=True)
class RoomTable:
    """The acts of one room of the house."""

    title: str
    rows: list[ActRow]


@members(ACCESS)
@require_safe
def who_may(request: MemberRequest, slug: str) -> HttpResponse:
    """The whole matrix, room by room."""
    found = addresses()
    by_members = [address for address in found if address.marker and address.marker.kind == "members"]
    rooms = dict.fromkeys(address.app for address in by_members)
    tables = [
        RoomTable(room_words(room), [_row(address) for address in by_members if address.app == room])
        for room in rooms
    ]
    by_link = [act_words(one.name) for one in found if one.marker and one.marker.kind == "link"]
    return render(request, "peersafe/who_may.html", {"tables": tables, "by_link": by_link})


def _row(address: Address) -> ActRow:
    assert address.marker is not None
    reach = {role: reach_words(address.marker.row.get(role)) for role in Role}
    return ActRow(
        act=act_words(address.name),
        coordinator=reach[Role.COORDINATOR],
        supporter=reach[Role.SUPPORTER],
        supervisor=reach[Role.SUPERVISOR],
    )
