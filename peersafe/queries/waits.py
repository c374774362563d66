"""What waits for a coordinator or a supervisor: many kinds of things, a few lines of each, read in one query.

Names are looked up for each line that is shown: joined, so many tables would take longer to plan than to read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from peersafe.queries.agenda import FEW, Waiting, moment_words
from people.access import Member
from people.addresses import Addresses
from people.queries.groups import ENOUGH_FACILITATORS
from people.queries.peers import day
from reminders.models import Message
from reminders.states import FAILED, GAVE_UP
from sessions.models import Hold, PeerSession, Setting
from sessions.policies import (
    change_wishes_visible_to,
    extensions_visible_to,
    meetings_visible_to,
    pairings_visible_to,
)
from sessions.policies.around import debriefs_visible_to
from sessions.queries.open_ends import rows_needing_a_place, rows_unsettled
from sessions.queries.schedule import Name
from sessions.states import ASKED, BOOKED, INTRODUCED

LOOKED_AHEAD = LOOKED_BACK = timedelta(days=28)
FAILURES_BACK = timedelta(days=14)

FAILED_MAIL = "failed:"  # and the kind of the message
INTRODUCTION, CHANGE, SHORT, NO_PLACE, UNSETTLED = "introduction", "change", "short", "no_place", "unsettled"
EXTENSION, DEBRIEF = "extension", "debrief"

PEER_OF = (
    "(SELECT people_peer.name FROM peer_sessions_pairing AS p JOIN people_peer ON people_peer.id = p.peer_id"
    " WHERE p.id = %(expressions)s)"
)
SUPPORTER_OF = (
    "(SELECT preferred_name FROM peer_sessions_pairing AS p JOIN people_membership ON people_membership.id ="
    " p.supporter_id JOIN people_user ON people_user.id = user_id WHERE p.id = %(expressions)s)"
)
OUTCOME_OF = (
    "coalesce((SELECT outcome FROM reminders_delivery AS d WHERE d.message_id = %(expressions)s"
    " ORDER BY d.id DESC LIMIT 1), '')"
)
MEETING_OF = (
    "coalesce((SELECT 'meeting' FROM peer_sessions_peersession AS s WHERE s.id = %(expressions)s"
    " AND s.group_id IS NOT NULL), '')"
)
GROUP_OF = "(SELECT name FROM people_group WHERE id = %(expressions)s)"
MEMBER_OF = (
    "(SELECT preferred_name FROM people_membership JOIN people_user ON people_user.id = user_id"
    " WHERE people_membership.id = %(expressions)s)"
)


@dataclass(frozen=True)
class Line:
    """One thing that waits, as the database tells it: what kind, whose, since or for when."""

    kind: str
    pk: Any
    first: str
    second: str
    at: datetime


Rows = QuerySet[Any, Any]


COLUMNS = ("line_kind", "pk", "line_first", "line_second", "line_at")


def _lines(rows: Rows, kind: str, at: str, first: Any, second: Any = None) -> Rows:
    """Columns that are the same for every kind, the earliest first."""
    named = rows.annotate(
        line_kind=Value(kind, output_field=CharField()),
        line_first=first,
        line_second=second or Value("", output_field=CharField()),
        line_at=F(at),
    )
    lines: Rows = named.order_by(at, "pk").values_list(*COLUMNS)
    return lines[:FEW]


def _read(arms: Iterable[Rows]) -> list[Line]:
    first, *others = arms
    found = [Line(*values) for values in first.union(*others, all=True)]
    return sorted(found, key=lambda line: (line.at, line.pk))  # put together, the parts have no order


def coordinator_lines(member: Member, now: datetime) -> list[Line]:
    """All that waits for a coordinator. One query."""
    soon, lately = Q(starts_at__lte=now + LOOKED_AHEAD), Q(starts_at__gte=now - LOOKED_BACK)
    begun = {"first": Name(F("pk"), template=PEER_OF), "second": Name(F("pk"), template=SUPPORTER_OF)}
    wishes = change_wishes_visible_to(member).filter(answered_at__isnull=True)
    introduced = pairings_visible_to(member).filter(state=INTRODUCED)
    return _read(
        [
            _lines(wishes, CHANGE, "asked_at", **_of_two()),
            _lines(rows_needing_a_place(member, now).filter(soon), NO_PLACE, "starts_at", **_of_two()),
            _short(member, now),
            _lines(rows_unsettled(member, now).filter(lately), UNSETTLED, "starts_at", **_of_two()),
            _lines(introduced, INTRODUCTION, "introduced_at", **begun),
            _failed(member, now),
        ]
    )


def _of_two() -> dict[str, Name]:
    return {
        "first": Name(F("pairing_id"), template=PEER_OF),
        "second": Name(F("pairing_id"), template=SUPPORTER_OF),
    }


def _short(member: Member, now: datetime) -> Rows:
    """Meetings of the next weeks with fewer than two facilitators, or without the room they need."""
    held = Hold.objects.filter(peer_session=OuterRef("pk"), supporter__isnull=False, released_at__isnull=True)
    counted = held.order_by().values("peer_session").annotate(n=Count("pk")).values("n")
    lacking = Q(held__lt=ENOUGH_FACILITATORS) | Q(setting=Setting.ROOM, room__isnull=True)
    rows: QuerySet[PeerSession] = meetings_visible_to(member)
    rows = rows.filter(state=BOOKED, starts_at__gt=now, starts_at__lte=now + LOOKED_AHEAD)
    short = rows.annotate(held=Coalesce(Subquery(counted), 0)).filter(lacking)
    return _lines(short, SHORT, "starts_at", Name(F("group_id"), template=GROUP_OF))


def _failed(member: Member, now: datetime) -> Rows:
    """Mail that did not reach anybody lately, the newest first: its outcome, and whether it was about a meeting."""
    rows = Message.objects.filter(
        organisation_id=member.organisation_id,
        state__in=[FAILED, GAVE_UP],
        settled_at__gte=now - FAILURES_BACK,
    )
    named = rows.annotate(
        line_kind=Concat(Value(FAILED_MAIL), F("kind"), output_field=CharField()),
        line_first=Name(F("pk"), template=OUTCOME_OF),
        line_second=Name(F("object_id"), template=MEETING_OF),
        line_at=F("settled_at"),
    )
    columns = ("line_kind", "object_id", "line_first", "line_second", "line_at")
    lines: Rows = named.order_by("-settled_at", "pk").values_list(*columns)
    return lines[:FEW]


def supervisor_lines(member: Member) -> list[Line]:
    """All that waits for a supervisor. One query."""
    wishes = extensions_visible_to(member).filter(state=ASKED)
    debriefs = debriefs_visible_to(member).filter(settled_at__isnull=True)
    return _read(
        [
            _lines(wishes, EXTENSION, "asked_at", **_of_two()),
            _lines(debriefs, DEBRIEF, "asked_at", Name(F("supporter_id"), template=MEMBER_OF)),
        ]
    )


def in_words(lines: Iterable[Line], member: Member, now: datetime) -> list[Waiting]:
    """The lines as they are read, each leading to where it is put right."""
    slug, zone = member.organisation.slug, member.zone
    today = now.astimezone(zone).date()
    places = {kind: _place(kind, slug) for kind in {line.kind for line in lines}}
    return [
        Waiting(
            label=_label(line),
            meta=WORDS[line.kind]() % {"day": day(line.at), "when": moment_words(line.at, today, zone)},
            url=places[line.kind](line.pk),
        )
        for line in lines
    ]


def _label(line: Line) -> str:
    if not line.second:
        return line.first or _("A group")
    return _("%(peer)s and %(supporter)s") % {"peer": line.first, "supporter": line.second}


def _place(kind: str, slug: str) -> Callable[[Any], str]:
    if kind == DEBRIEF:  # settled on the list itself
        debriefs = reverse("sessions:debrief_list", args=[slug])
        return lambda _pk: debriefs
    return Addresses(VIEWS[kind], slug)


VIEWS = {
    INTRODUCTION: "sessions:pairing",
    CHANGE: "sessions:answer_change",
    SHORT: "sessions:meeting",
    NO_PLACE: "sessions:move",
    UNSETTLED: "sessions:peer_session",
    EXTENSION: "sessions:extension",
}
WORDS: dict[str, Callable[[], str]] = {
    INTRODUCTION: lambda: _("since %(day)s"),
    CHANGE: lambda: _("another supporter is wished for, since %(day)s"),
    SHORT: lambda: _("%(when)s: facilitators or a room are missing"),
    NO_PLACE: lambda: _("%(when)s: the room is closed"),
    UNSETTLED: lambda: _("%(when)s: nobody has noted how it was"),
    EXTENSION: lambda: _("would like more sessions, since %(day)s"),
    DEBRIEF: lambda: _("asks for a talk, since %(day)s"),
}
