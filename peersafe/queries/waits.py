"""What waits for a coordinator or a supervisor: many kinds of things, a few lines of each, read in one query.

Plain SQL, as `book` asks: Django would take longer to put six questions together than PostgreSQL to answer them. Who
may see what is said by who asks: a coordinator has the whole organisation, a supervisor the supporters they name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from peersafe.queries.agenda import FEW, Waiting, moment_words
from people.access import Member
from people.addresses import Addresses
from people.queries.groups import ENOUGH_FACILITATORS
from people.queries.peers import day
from reminders.states import FAILED, GAVE_UP
from sessions.models import LookAgain, Setting
from sessions.states import ASKED, BOOKED, ENDED, IN_FORCE, INTRODUCED, UPCOMING
from venues.states import ACTIVE as VENUE_ACTIVE

LOOKED_AHEAD = LOOKED_BACK = timedelta(days=28)
FAILURES_BACK = timedelta(days=14)
FAILED_MAIL = "failed:"  # and the kind of the message, ":", and MEETING for one about a group's meeting
MEETING = "meeting"
INTRODUCTION, CHANGE, SHORT, NO_PLACE, UNSETTLED = "introduction", "change", "short", "no_place", "unsettled"
NO_PLACE_TO_MEET, EXTENSION, DEBRIEF = "no_place_to_meet", "extension", "debrief"
CROSSING = "crossing"
LIMITS_SHOWN, FLOOR_NOTE = "limits_shown", "floor_note"
OVERDUE = "overdue"  # one line for all agreements whose day to look again has passed: how many, in the place of a name

# Names are looked up once for all lines that are shown: joined, so many tables would take longer to plan than to read.
NAMED = """
    SELECT kind, id, at, coalesce(
        (SELECT name FROM people_peer WHERE people_peer.id = peer_id),
        (SELECT name FROM people_group WHERE people_group.id = group_id),
        word
    ), coalesce(
        (SELECT preferred_name FROM people_membership JOIN people_user ON people_user.id = user_id
            WHERE people_membership.id = supporter_id),
        ''
    )
    FROM ({arms}) AS waits (kind, id, at, peer_id, supporter_id, group_id, word)
    ORDER BY at, id
"""
INTRODUCTIONS = """
    SELECT %(introduction)s, id, introduced_at, peer_id, supporter_id, NULL::uuid, '' FROM peer_sessions_pairing
    WHERE organisation_id = %(organisation)s AND state = %(introduced)s ORDER BY introduced_at, id LIMIT %(few)s
"""
CHANGES = """
    SELECT %(change)s, it.id, asked_at, peer_id, supporter_id, NULL::uuid, ''
    FROM peer_sessions_changewish AS it JOIN peer_sessions_pairing ON peer_sessions_pairing.id = pairing_id
    WHERE it.organisation_id = %(organisation)s AND answered_at IS NULL ORDER BY asked_at, it.id LIMIT %(few)s
"""
# Rooms that are closed, or stand in a place that was put away (`needs_a_place` in the sessions' `open_ends`).
PLACES = """
    WITH closed AS (
        SELECT venues_room.id FROM venues_room JOIN venues_venue ON venues_venue.id = venue_id
        WHERE closed_at IS NOT NULL OR venues_venue.state <> %(venue_active)s
    )
    SELECT CASE WHEN group_id IS NULL THEN %(no_place)s ELSE %(no_place_to_meet)s END,
        it.id, starts_at, peer_id, supporter_id, group_id, ''
    FROM peer_sessions_peersession AS it LEFT JOIN peer_sessions_pairing ON peer_sessions_pairing.id = pairing_id
    WHERE it.organisation_id = %(organisation)s AND starts_at > %(now)s AND starts_at <= %(soon)s
        AND it.state = ANY(%(upcoming)s)
        AND (room_id IN (SELECT id FROM closed) OR side_room_id IN (SELECT id FROM closed))
    ORDER BY starts_at, it.id LIMIT %(few)s
"""
# Fewer than two facilitators, or no room where one is needed.
MEETINGS = """
    SELECT %(short)s, id, starts_at, NULL::uuid, NULL::uuid, group_id, '' FROM peer_sessions_peersession AS it
    WHERE organisation_id = %(organisation)s AND starts_at > %(now)s AND starts_at <= %(soon)s
        AND group_id IS NOT NULL AND state = %(booked)s AND (
            setting = %(room)s AND room_id IS NULL OR %(enough)s > (
                SELECT count(*) FROM peer_sessions_hold
                WHERE peer_session_id = it.id AND supporter_id IS NOT NULL AND released_at IS NULL
            )
        )
    ORDER BY starts_at, id LIMIT %(few)s
"""
# Nobody is left who could say how it was, or the peer found nobody there.
OPEN_ENDS = """
    SELECT %(unsettled)s, it.id, starts_at, peer_id, supporter_id, NULL::uuid, ''
    FROM peer_sessions_peersession AS it JOIN peer_sessions_pairing AS two ON two.id = pairing_id
    WHERE it.organisation_id = %(organisation)s AND starts_at >= %(lately)s AND ends_at <= %(now)s
        AND it.state = ANY(%(upcoming)s) AND (nobody_there_at IS NOT NULL OR two.state = %(ended)s)
    ORDER BY starts_at, it.id LIMIT %(few)s
"""
# The newest ones: of what kind, whether about a group's meeting, and in the place of a name what the last attempt
# came to.
FAILURES = """
    SELECT %(failed_mail)s || kind || ':' || coalesce((
            SELECT %(meeting)s FROM peer_sessions_peersession AS it WHERE it.id = object_id AND group_id IS NOT NULL
        ), ''), object_id, settled_at, NULL::uuid, NULL::uuid, NULL::uuid,
        coalesce((
            SELECT outcome FROM reminders_delivery
            WHERE message_id = reminders_message.id ORDER BY reminders_delivery.id DESC LIMIT 1
        ), '')
    FROM reminders_message
    WHERE organisation_id = %(organisation)s AND state IN (%(failed)s, %(gave_up)s) AND settled_at >= %(failures)s
    ORDER BY settled_at DESC, id LIMIT %(few)s
"""
# As `sessions.queries.agreement_list` counts them: before their day only where the organisation's own list changed.
REVIEWS = """
    SELECT %(overdue)s, it.organisation_id, %(now)s::timestamptz, NULL::uuid, NULL::uuid, NULL::uuid, count(*)::text
    FROM peer_sessions_agreement AS it JOIN peer_sessions_pairing AS two ON two.id = pairing_id
    WHERE it.organisation_id = %(organisation)s AND it.state = %(in_force)s AND two.state <> %(ended)s
        AND (look_again_on <= %(today)s OR look_again_because = %(floor)s)
    GROUP BY it.organisation_id
"""
EXTENSIONS = """
    SELECT %(extension)s, it.id, asked_at, peer_id, supporter_id, NULL::uuid, ''
    FROM peer_sessions_extension AS it JOIN peer_sessions_pairing AS two ON two.id = pairing_id
    WHERE it.organisation_id = %(organisation)s AND it.state = %(asked)s AND supporter_id = ANY(%(supporters)s)
    ORDER BY asked_at, it.id LIMIT %(few)s
"""
DEBRIEFS = """
    SELECT %(debrief)s, id, asked_at, NULL::uuid, supporter_id, NULL::uuid, '' FROM peer_sessions_debriefwish
    WHERE organisation_id = %(organisation)s AND settled_at IS NULL AND supporter_id = ANY(%(supporters)s)
    ORDER BY asked_at, id LIMIT %(few)s
"""

CROSSINGS = """
    SELECT %(crossing)s, it.id, noted_at, peer_id, supporter_id, NULL::uuid, ''
    FROM peer_sessions_crossing AS it JOIN peer_sessions_pairing AS two ON two.id = pairing_id
    WHERE it.organisation_id = %(organisation)s AND to_supervisor AND settled_at IS NULL
        AND supporter_id = ANY(%(supporters)s)
    ORDER BY noted_at, it.id LIMIT %(few)s
"""
# What supporters let their supervisor read, to talk it through, and answers of theirs that reach them by themselves.
LIMITS = """
    SELECT %(limits_shown)s, id, shown_at, NULL::uuid, membership_id, NULL::uuid, '' FROM peer_sessions_limitssheet
    WHERE organisation_id = %(organisation)s AND shown_at IS NOT NULL AND talked_at IS NULL
        AND membership_id = ANY(%(supporters)s)
    ORDER BY shown_at, id LIMIT %(few)s
"""
FLOOR_NOTES = """
    SELECT %(floor_note)s, id, raised_at, NULL::uuid, supporter_id, NULL::uuid, '' FROM peer_sessions_floornote
    WHERE organisation_id = %(organisation)s AND settled_at IS NULL AND supporter_id = ANY(%(supporters)s)
    ORDER BY raised_at, id LIMIT %(few)s
"""


def _joined(*arms: str) -> str:
    return NAMED.format(arms=" UNION ALL ".join(f"({arm})" for arm in arms))


FOR_COORDINATORS = _joined(INTRODUCTIONS, CHANGES, PLACES, MEETINGS, OPEN_ENDS, FAILURES, REVIEWS)
FOR_SUPERVISORS = _joined(EXTENSIONS, DEBRIEFS, CROSSINGS, LIMITS, FLOOR_NOTES)


@dataclass(frozen=True)
class Line:
    """One thing that waits, as the database tells it: what kind, since or for when, whose."""

    kind: str
    pk: UUID
    at: datetime
    first: str
    second: str


def coordinator_lines(member: Member, now: datetime) -> list[Line]:
    """All that waits for a coordinator, the longest first. One query."""
    values: dict[str, Any] = {
        "introduced": INTRODUCED,
        "now": now,
        "soon": now + LOOKED_AHEAD,
        "lately": now - LOOKED_BACK,
        "failures": now - FAILURES_BACK,
        "upcoming": list(UPCOMING),
        "booked": BOOKED,
        "ended": ENDED,
        "venue_active": VENUE_ACTIVE,
        "room": Setting.ROOM.value,
        "enough": ENOUGH_FACILITATORS,
        "failed": FAILED,
        "gave_up": GAVE_UP,
        "failed_mail": FAILED_MAIL,
        "meeting": MEETING,
        "overdue": OVERDUE,
        "in_force": IN_FORCE,
        "today": now.astimezone(member.zone).date(),
        "floor": LookAgain.FLOOR.value,
    }
    values |= {kind: kind for kind in (INTRODUCTION, CHANGE, SHORT, NO_PLACE, NO_PLACE_TO_MEET, UNSETTLED)}
    return _lines(FOR_COORDINATORS, member, values)


def supervisor_lines(member: Member, supporter_ids: Iterable[UUID]) -> list[Line]:
    """All that waits for a supervisor of these supporters, the longest first. One query."""
    values: dict[str, Any] = {"supporters": list(supporter_ids), "asked": ASKED}
    kinds = (EXTENSION, DEBRIEF, CROSSING, LIMITS_SHOWN, FLOOR_NOTE)
    return _lines(FOR_SUPERVISORS, member, values | {kind: kind for kind in kinds})


def _lines(sql: str, member: Member, values: dict[str, Any]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"organisation": member.organisation_id, "few": FEW})
        return [Line(*row) for row in cursor.fetchall()]


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
    if not (line.first and line.second):
        return line.first or line.second
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
    NO_PLACE_TO_MEET: "sessions:move_meeting",
    UNSETTLED: "sessions:peer_session",
    EXTENSION: "sessions:extension",
    CROSSING: "sessions:crossing",
    LIMITS_SHOWN: "sessions:limits_version",
    FLOOR_NOTE: "sessions:floor_note",
}
WORDS: dict[str, Callable[[], str]] = {
    INTRODUCTION: lambda: _("since %(day)s"),
    CHANGE: lambda: _("another supporter is wished for, since %(day)s"),
    SHORT: lambda: _("%(when)s: facilitators or a room are missing"),
    NO_PLACE: lambda: _("%(when)s: the room is closed"),
    NO_PLACE_TO_MEET: lambda: _("%(when)s: the room is closed"),
    UNSETTLED: lambda: _("%(when)s: nobody has noted how it was"),
    EXTENSION: lambda: _("would like more sessions, since %(day)s"),
    DEBRIEF: lambda: _("asks for a talk, since %(day)s"),
    CROSSING: lambda: _("a boundary was crossed, noted on %(day)s"),
    LIMITS_SHOWN: lambda: _("would like to talk through their limits, since %(day)s"),
    FLOOR_NOTE: lambda: _("an answer to talk about, since %(day)s"),
}
