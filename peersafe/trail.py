"""The trail as a page: who did what kind of thing when, never what was written."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.policies import events_visible_to
from audit.queries import EventRow, event_page
from peersafe.trail_words import act_words, kind_words
from people.access import Access, MemberRequest, Relation, members
from people.models import Membership, Role

ACCESS: Access = {
    "trail": {
        Role.COORDINATOR: Relation.ORGANISATION,
        Role.SUPPORTER: Relation.OWN,
        Role.SUPERVISOR: Relation.OWN,
    },
}
MEMBER_KIND = "people.membership"


@dataclass(frozen=True)
class TrailRow:
    """One event in words."""

    number: int
    at: str
    who: str
    what: str
    about: str


@members(ACCESS)
@require_safe
def trail(request: MemberRequest, slug: str) -> HttpResponse:
    """Coordinators see that things happened here; everybody else their own acts."""
    found = event_page(events_visible_to(request.member), after=request.GET.get("after"))
    names = _names(request.member.organisation_id, found.rows)
    rows = [_row(event, names) for event in found.rows]
    return render(
        request, "peersafe/trail.html", {"slug": slug, "rows": rows, "next": found.next, "first": found.first}
    )


def _names(organisation_id: UUID, events: Iterable[EventRow]) -> dict[str, str]:
    """What the members among the ids like to be called, in one query. Peers stay ids."""
    ids = {event.actor.removeprefix("member:") for event in events if event.actor.startswith("member:")}
    ids |= {event.object_id for event in events if event.object_kind == MEMBER_KIND}
    rows = Membership.objects.filter(organisation_id=organisation_id, pk__in=ids).select_related("user")
    return {str(row.pk): row.user.preferred_name for row in rows}


def _row(event: EventRow, names: dict[str, str]) -> TrailRow:
    return TrailRow(
        number=event.number,
        at=date_format(timezone.localtime(event.at), "SHORT_DATETIME_FORMAT"),
        who=_who(event.actor, names),
        what=act_words(event.verb),
        about=_about(event, names),
    )


def _who(actor: str, names: dict[str, str]) -> str:
    kind, _colon, key = actor.partition(":")
    if kind == "member":
        return names.get(key) or _("A member (%(id)s)") % {"id": _short(key)}
    if kind == "link":
        return _("Someone with a private link (%(id)s)") % {"id": _short(key)}
    if kind == "clock":
        return _("The clock, by itself")
    return _("Someone who looks after the server")


def _about(event: EventRow, names: dict[str, str]) -> str:
    if event.object_kind == MEMBER_KIND and event.object_id in names:
        return names[event.object_id]
    return f"{kind_words(event.object_kind)} {_short(event.object_id)}"


def _short(key: str) -> str:
    """The end of an id: enough to tell two rows apart."""
    return key[-8:]
