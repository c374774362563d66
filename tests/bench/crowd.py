"""A large organisation: 200 supporters, and as many sessions as a row of the bench asks for, up to a million.

Made in the database by itself, for one by one it would take an hour. That no two holds overlap is checked for each row
as it comes, as always. Put aside meanwhile are only plain indexes, which are made again from their own definitions, and
the triggers of foreign keys: every key here comes out of a join with the table that it points to.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import transaction
from django.utils import timezone

from lib import wall
from lib.sealing.models import new_key
from people.models import Membership, Organisation, Role
from tests import factories
from tests.bench.world import Place, monday

THOUSAND, MILLION = 1_000, 1_000_000
SUPPORTERS, PEERS_EACH, GROUPS = 200, 5, 40
A_WEEK = 20  # sessions of each supporter: four on each of five days, so there is time left to be found
TABLES = ("peer_sessions_peersession", "peer_sessions_hold")

PEOPLE = """
WITH named AS (
    INSERT INTO people_user (id, password, email, preferred_name, pronouns, zone, language, is_active, created_at)
    SELECT uuidv7(), '!', %(slug)s || n || '@crowd.example.org', 'Robin ' || n, '', 'Europe/London', 'en-gb', true,
        %(start)s
    FROM generate_series(1, %(supporters)s) n RETURNING id
)
INSERT INTO people_membership (id, organisation_id, user_id, role, starts_at, ended_by, most_peers, data_key_id)
SELECT uuidv7(), %(organisation)s, id, 'supporter', %(start)s, '', 20, %(key)s FROM named
"""
PEERS = """
INSERT INTO people_peer (id, organisation_id, name, pronouns, zone, language, state, archived_by, created_at,
    created_by, revision, data_key_id)
SELECT uuidv7(), %(organisation)s, 'Peer ' || lpad(n::text, 4, '0'), '', 'Europe/London', 'en-gb', 'active', '',
    %(start)s, 'operator', 0, %(key)s
FROM generate_series(0, %(peers)s - 1) n
"""
PAIRINGS = """
WITH supporters AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people_membership
    WHERE organisation_id = %(organisation)s AND role = 'supporter'
), peers AS (
    SELECT id, row_number() OVER (ORDER BY name) - 1 AS n FROM people_peer WHERE organisation_id = %(organisation)s
), two AS (
    SELECT peers.id AS peer_id, supporters.id AS supporter_id, peers.n
    FROM peers JOIN supporters ON supporters.n = peers.n / %(each)s
), assigned AS (
    INSERT INTO people_assignment (id, organisation_id, peer_id, supporter_id, starts_at)
    SELECT uuidv7(), %(organisation)s, peer_id, supporter_id, %(start)s FROM two
)
INSERT INTO peer_sessions_pairing (id, organisation_id, peer_id, supporter_id, state, introduced_at, introduced_by,
    begun_at, ended_by)
SELECT uuidv7(), %(organisation)s, peer_id, supporter_id, 'active', %(start)s + n * interval '1 minute', 'operator',
    %(start)s + interval '7 days', '' FROM two
"""
# All work from Monday to Friday with a break at noon; every third takes only so many a week.
HOURS = """
WITH asks AS (
    INSERT INTO peer_sessions_availability (id, organisation_id, membership_id, notice_minutes, rest_minutes,
        most_a_week, set_at, revision)
    SELECT uuidv7(), %(organisation)s, id, 120, 10, CASE WHEN row_number() OVER () %% 3 = 0 THEN 25 END, %(start)s, 1
    FROM people_membership WHERE organisation_id = %(organisation)s AND role = 'supporter' RETURNING id
)
INSERT INTO peer_sessions_weeklyhours (id, organisation_id, availability_id, weekday, from_minute, to_minute)
SELECT uuidv7(), %(organisation)s, asks.id, weekday, first, last
FROM asks, generate_series(0, 4) weekday, (VALUES (480, 750), (810, 1110)) AS stretch (first, last)
"""
GROUP_ROWS = """
INSERT INTO people_group (id, organisation_id, name, for_whom, why, childcare, travel, most_members, state,
    archived_by, created_at, created_by, revision)
SELECT uuidv7(), %(organisation)s, 'Group ' || n, '', '', '', '', 12, 'active', '', %(start)s, 'operator', 0
FROM generate_series(1, %(groups)s) n
"""
COLUMNS = """
INSERT INTO peer_sessions_peersession (id, organisation_id, pairing_id, group_id, places, setting, meeting_point,
    starts_at, ends_at, state, booked_at, booked_by, confirmed_by, cancelled_by, cancelled_why, cancelled_side,
    cancelled_late, changed_alone, missed_side, moved_by, places_taken, sequence, closed_at, closed_by)
SELECT uuidv7(), %(organisation)s, pairing_id, group_id, places, 'walk', 'By the fountain', starts_at,
    starts_at + interval '50 minutes', CASE WHEN starts_at < %(now)s THEN 'held' ELSE 'booked' END, %(start)s,
    'operator', '', '', '', '', false, false, '', '', 0, 0,
    CASE WHEN starts_at < %(now)s THEN starts_at + interval '1 hour' END,
    CASE WHEN starts_at < %(now)s THEN 'operator' ELSE '' END
FROM rows
"""
# The k-th session of a supporter: four a day, from Monday to Friday, with each of their peers in turn.
SESSIONS = (
    """
WITH pairings AS (
    SELECT id, row_number() OVER (ORDER BY introduced_at) - 1 AS n FROM peer_sessions_pairing
    WHERE organisation_id = %(organisation)s
), rows AS (
    SELECT pairings.id AS pairing_id, NULL::uuid AS group_id, NULL::smallint AS places,
        %(first)s + (k / %(a_week)s) * interval '7 days' + (k %% %(a_week)s / 4) * interval '1 day'
        + (ARRAY[9, 11, 14, 16])[k %% 4 + 1] * interval '1 hour' + (n / %(each)s %% 6) * interval '10 minutes'
        AS starts_at
    FROM generate_series(0, %(sessions)s / %(supporters)s - 1) k
    JOIN pairings ON n %% %(each)s = k %% %(each)s
)
"""
    + COLUMNS
)
MEETINGS = (
    """
WITH rows AS (
    SELECT NULL::uuid AS pairing_id, id AS group_id, 12 AS places,
        %(first)s + week * interval '7 days' + (n %% 5) * interval '1 day' + interval '7 hours 30 minutes' AS starts_at
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people_group
        WHERE organisation_id = %(organisation)s) AS groups, generate_series(0, %(weeks)s - 1) week
)
"""
    + COLUMNS
)
# Two statements of about the same length, for two connections at once.
SUPPORTERS_HOLDS = """
INSERT INTO peer_sessions_hold (id, organisation_id, peer_session_id, supporter_id, during)
SELECT uuidv7(), s.organisation_id, s.id, p.supporter_id, tstzrange(s.starts_at, s.ends_at)
FROM peer_sessions_peersession s JOIN peer_sessions_pairing p ON p.id = s.pairing_id
WHERE s.organisation_id = %(organisation)s
"""
OTHER_HOLDS = """
INSERT INTO peer_sessions_hold (id, organisation_id, peer_session_id, peer_id, supporter_id, during)
SELECT uuidv7(), s.organisation_id, s.id, p.peer_id, NULL, tstzrange(s.starts_at, s.ends_at)
FROM peer_sessions_peersession s JOIN peer_sessions_pairing p ON p.id = s.pairing_id
WHERE s.organisation_id = %(organisation)s
UNION ALL
SELECT uuidv7(), s.organisation_id, s.id, NULL, m.id, tstzrange(s.starts_at, s.ends_at)
FROM peer_sessions_peersession s
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people_group
    WHERE organisation_id = %(organisation)s) g ON g.id = s.group_id
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people_membership
    WHERE organisation_id = %(organisation)s AND role = 'supporter') m ON m.n / 2 = g.n
"""
STEPS: tuple[LiteralString, ...] = (PEOPLE, HOURS, PEERS, PAIRINGS, GROUP_ROWS, SESSIONS, MEETINGS)
PLAIN_INDEXES = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def build(slug: str, rows: int) -> Place:
    """An organisation with so many sessions of 200 supporters, four in five of them past, and meetings of 40 groups."""
    with transaction.atomic():
        organisation = factories.organisation(slug)
    coordinator, supervisor = factories.coordinator(organisation), factories.supervisor(organisation)
    with wall.inside(organisation.pk):
        values = _values(organisation, rows, key_id=new_key(organisation.pk).pk)
    aside = _put_aside() if rows > THOUSAND else []
    for step in STEPS:
        _run(step, values)
    with ThreadPoolExecutor(max_workers=2) as both:
        list(both.map(lambda step: _run(step, values), (SUPPORTERS_HOLDS, OTHER_HOLDS)))
    with _superuser() as connection:
        for definition in aside:
            connection.execute(definition)
    with wall.inside(organisation.pk):
        supporter = Membership.objects.filter(role=Role.SUPPORTER).select_related("user").order_by("pk")[0]
    members = {"coordinator": coordinator, "supervisor": supervisor, "supporter": supporter}
    return Place(organisation, members, rows)


def _values(organisation: Organisation, rows: int, *, key_id: UUID) -> dict[str, Any]:
    now = timezone.now()
    weeks = max(1, rows // SUPPORTERS // A_WEEK)
    return {
        "organisation": organisation.pk,
        "slug": organisation.slug,
        "key": key_id,
        "start": factories.START,
        "now": now,
        "first": monday(now) - timedelta(weeks=weeks * 4 // 5),
        "sessions": rows,
        "weeks": weeks,
        "supporters": SUPPORTERS,
        "each": PEERS_EACH,
        "peers": SUPPORTERS * PEERS_EACH,
        "groups": GROUPS,
        "a_week": A_WEEK,
    }


def _superuser() -> psycopg.Connection[Any]:
    return psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"])


def _run(step: LiteralString, values: dict[str, Any]) -> None:
    with _superuser() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(step, values)


def _put_aside() -> list[Any]:
    """Drop the plain indexes of the two large tables; the statements that make them again."""
    with _superuser() as connection:
        found = connection.execute(PLAIN_INDEXES, {"tables": list(TABLES)}).fetchall()
        for drop, _definition in found:
            connection.execute(drop)
    return [definition for _drop, definition in found]
