"""Signals of distance and closeness: facts with counts and dates, for a supporter and their supervisor.

No score, no ranking, and nothing of what was said: each is a reason to talk, not a verdict. One query finds them all,
in plain SQL, because each looks at other rows and Django would ask five times.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from people.access import Member
from people.addresses import Addresses
from sessions.free_time import WEEKS_APART
from sessions.models import Differs, Party
from sessions.policies import signals_visible_to
from sessions.queries.pairings import day
from sessions.signal_words import KINDS, WORDS
from sessions.states import CANCELLED, ENDED, HELD, IN_FORCE, MISSED, REPLACED, UPCOMING, WITHDRAWN

LOOK_BACK = timedelta(days=90)
NEW = timedelta(days=7)
OFTEN = 3  # times that the same side called off or did not come, within LOOK_BACK
RUNS_OVER = 10  # minutes more than agreed are nothing to speak of
MOST_SUPPORTERS = 200

# The hours of a supporter around a session: weekly ones as moments on their own clock (so a clock change moves them),
# extra ones added, time away taken out. A range that a clock change turns round is turned back.
HOURS = """
    (SELECT coalesce(range_agg(stretch), '{}'::tstzmultirange) FROM (
        SELECT tstzrange(least(first, last), greatest(first, last)) AS stretch FROM (
            SELECT (day + from_minute * interval '1 minute') AT TIME ZONE zone AS first,
                (day + to_minute * interval '1 minute') AT TIME ZONE zone AS last
            FROM generate_series(
                date_trunc('day', it.starts_at AT TIME ZONE zone), it.ends_at AT TIME ZONE zone, interval '1 day'
            ) AS day
            JOIN peer_sessions_weeklyhours ON availability_id = availability.id
                AND weekday = extract(isodow FROM day) - 1
        ) AS weekly
        UNION ALL
        SELECT during FROM peer_sessions_hoursexception
        WHERE membership_id = it.supporter_id AND kind = %(extra)s AND removed_at IS NULL
            AND during && tstzrange(it.starts_at, it.ends_at)
    ) AS stretches)
    - (SELECT coalesce(range_agg(during), '{}'::tstzmultirange) FROM peer_sessions_hoursexception
        WHERE membership_id = it.supporter_id AND kind <> %(extra)s AND removed_at IS NULL
            AND during && tstzrange(it.starts_at, it.ends_at))
"""
PLAIN = """
    WITH pairing AS (
        SELECT it.id, supporter_id, peer.name AS peer_name, peer.zone AS peer_zone
        FROM peer_sessions_pairing AS it JOIN people_peer AS peer ON peer.id = peer_id
        WHERE it.organisation_id = %(organisation)s AND supporter_id = ANY(%(supporters)s) AND it.state <> %(ended)s
    ), counted AS (
        SELECT pairing_id, booked_at, moved_at, starts_at, row_number() OVER one_by_one AS number,
            date_trunc('week', starts_at AT TIME ZONE peer_zone) AS week,
            date_trunc('week', lag(starts_at) OVER one_by_one AT TIME ZONE peer_zone) AS week_before
        FROM peer_sessions_peersession AS session JOIN pairing ON pairing.id = pairing_id
        WHERE state = ANY(%(counts)s)
        WINDOW one_by_one AS (PARTITION BY pairing_id ORDER BY starts_at, session.id)
    ), lately AS (
        SELECT session.id, pairing_id, supporter_id, starts_at, ends_at, state, cancelled_at, cancelled_side,
            missed_side
        FROM peer_sessions_peersession AS session JOIN pairing ON pairing.id = pairing_id
        WHERE session.organisation_id = %(organisation)s AND starts_at >= %(since)s AND starts_at < %(until)s
    ), absent AS (
        SELECT %(called_off)s AS what, pairing_id, cancelled_side AS side, cancelled_at AS at
        FROM lately WHERE state = %(cancelled)s
        UNION ALL
        SELECT %(not_there)s, pairing_id, missed_side, starts_at FROM lately WHERE state = %(missed)s
    ), repeated AS (
        SELECT what || ':' || side AS kind, pairing_id, count(*) AS count, max(at) AS at,
            sum(count(*)) OVER (PARTITION BY pairing_id, side) AS together
        FROM absent WHERE side = ANY(%(sides)s) AND at >= %(since)s
        GROUP BY pairing_id, what, side
    )
    SELECT %(beyond)s AS kind, supporter_id, pairing.id AS pairing_id, peer_name, count(*) AS count,
        sessions_agreed AS most, max(booked_at) AS at
    FROM counted JOIN pairing ON pairing.id = pairing_id
    JOIN peer_sessions_agreement AS agreement ON agreement.pairing_id = pairing.id AND agreement.state = %(in_force)s
    WHERE number > sessions_agreed
    GROUP BY supporter_id, pairing.id, peer_name, sessions_agreed
    UNION ALL
    SELECT %(outside)s, it.supporter_id, pairing.id, peer_name, count(*), NULL, max(it.starts_at)
    FROM lately AS it JOIN pairing ON pairing.id = it.pairing_id
    JOIN peer_sessions_availability AS availability ON availability.membership_id = it.supporter_id
    JOIN people_membership AS membership ON membership.id = it.supporter_id
    JOIN people_user AS person ON person.id = membership.user_id
    WHERE it.state = ANY(%(counts)s) AND it.starts_at < %(now)s
        AND EXISTS (SELECT FROM peer_sessions_weeklyhours WHERE availability_id = availability.id)
        AND NOT ({hours}) @> tstzrange(it.starts_at, it.ends_at)
    GROUP BY it.supporter_id, pairing.id, peer_name
    UNION ALL
    SELECT %(ran_over)s, it.supporter_id, pairing.id, peer_name, count(*), max(lasted_minutes - agreed.minutes),
        max(it.starts_at)
    FROM lately AS it JOIN pairing ON pairing.id = it.pairing_id
    JOIN peer_sessions_sessionlog AS log ON log.peer_session_id = it.id
    JOIN LATERAL (
        SELECT minutes FROM peer_sessions_agreement
        WHERE pairing_id = it.pairing_id AND in_force_at <= it.starts_at AND state = ANY(%(once_agreed)s)
        ORDER BY version DESC LIMIT 1
    ) AS agreed ON lasted_minutes > agreed.minutes + %(runs_over)s
    GROUP BY it.supporter_id, pairing.id, peer_name
    UNION ALL
    SELECT kind, supporter_id, pairing.id, peer_name, count, NULL, at
    FROM repeated JOIN pairing ON pairing.id = pairing_id
    WHERE together >= %(often)s
    UNION ALL
    SELECT %(too_often)s, supporter_id, pairing.id, peer_name, count(*), NULL,
        max(greatest(booked_at, moved_at, agreed.in_force_at))
    FROM counted AS it JOIN pairing ON pairing.id = it.pairing_id
    JOIN LATERAL (
        SELECT rhythm, in_force_at FROM peer_sessions_agreement
        WHERE pairing_id = it.pairing_id AND in_force_at <= it.starts_at AND state = ANY(%(once_agreed)s)
        ORDER BY version DESC LIMIT 1
    ) AS agreed ON true
    JOIN unnest(%(rhythms)s::text[], %(apart)s::int[]) AS rule (rhythm, weeks) ON rule.rhythm = agreed.rhythm
    WHERE it.starts_at >= %(since)s AND it.starts_at < %(until)s AND week - week_before < weeks * interval '7 days'
    GROUP BY supporter_id, pairing.id, peer_name
    UNION ALL
    SELECT %(too_many)s, membership.id, NULL, '', count(*), most_peers, max(assignment.starts_at)
    FROM people_membership AS membership
    JOIN people_assignment AS assignment ON supporter_id = membership.id AND assignment.ends_at IS NULL
    WHERE membership.organisation_id = %(organisation)s AND membership.id = ANY(%(supporters)s)
    GROUP BY membership.id HAVING count(*) > most_peers
    ORDER BY peer_name, kind
"""
SIGNALS = PLAIN.format(hours=HOURS)


@dataclass(frozen=True)
class Signal:
    """One fact: about whom, in words, and the newest day it is about."""

    supporter_id: UUID
    words: str
    peer_name: str
    url: str
    at: datetime
    is_new: bool


@dataclass(frozen=True)
class Group:
    """The signals of one supporter."""

    name: str
    pronouns: str
    signals: Sequence[Signal]


@dataclass(frozen=True)
class SignalPage:
    """Those who have any, by name; and how many supporters were looked at."""

    groups: Sequence[Group]
    looked_at: int


def signal_page(member: Member, now: datetime) -> SignalPage:
    """All signals a member sees. Two queries."""
    rows = signals_visible_to(member).order_by("user__preferred_name", "pk")
    people = list(rows.values_list("pk", "user__preferred_name", "user__pronouns")[:MOST_SUPPORTERS])
    found: dict[UUID, list[Signal]] = defaultdict(list)
    for signal in signals_of(member, [pk for pk, *_rest in people], now):
        found[signal.supporter_id].append(signal)
    groups = [Group(name, pronouns, found[pk]) for pk, name, pronouns in people if pk in found]
    return SignalPage(groups=groups, looked_at=len(people))


def signals_of(member: Member, supporter_ids: Iterable[UUID], now: datetime) -> list[Signal]:
    """The signals of these supporters, by peer. One query. Choose them from `signals_visible_to`."""
    values: dict[str, Any] = {
        "organisation": member.organisation_id,
        "supporters": list(supporter_ids),
        "now": now,
        "since": now - LOOK_BACK,
        "until": now + timedelta(days=366),
        "ended": ENDED,
        "in_force": IN_FORCE,
        "once_agreed": [IN_FORCE, REPLACED, WITHDRAWN],
        "counts": [*UPCOMING, HELD],
        "cancelled": CANCELLED,
        "missed": MISSED,
        "sides": [Party.PEER.value, Party.SUPPORTER.value],
        "extra": Differs.EXTRA.value,
        "runs_over": RUNS_OVER,
        "often": OFTEN,
        "rhythms": list(WEEKS_APART),
        "apart": list(WEEKS_APART.values()),
    }
    values |= {kind: kind for kind in KINDS}
    with connection.cursor() as cursor:
        cursor.execute(SIGNALS, values)
        rows = cursor.fetchall()
    url = Addresses("sessions:pairing", member.organisation.slug)
    return [_signal(row, url, now) for row in rows]


def _signal(row: Sequence[Any], url: Addresses, now: datetime) -> Signal:
    kind, supporter_id, pairing_id, peer_name, count, most, at = row
    return Signal(
        supporter_id=supporter_id,
        words=WORDS[kind](count, most) % {"count": count, "most": most, "day": day(at)},
        peer_name=peer_name,
        url=url(pairing_id) if pairing_id else "",
        at=at,
        is_new=at >= now - NEW,
    )
