"""The trail may only be added to: plain SQL as the app's role and as the owner of the tables."""

import psycopg
import pytest

from tests.audit.trails import EVENTS, trail
from tests.roles import APP, OWNER, SUPERUSER, connect

STATEMENTS = [
    "UPDATE audit_event SET verb = 'nothing'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    "UPDATE audit_head SET number = 0",
    "DELETE FROM audit_head",
    "TRUNCATE audit_head",
    "INSERT INTO audit_head (organisation_id, number, hash) VALUES ('{organisation}', 7, '')",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [APP, OWNER])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_change_is_refused(role: str, statement: str) -> None:
    organisation_id = trail()
    with connect(role) as connection:
        connection.execute("SELECT set_config('app.organisation', %s, true)", [str(organisation_id)])
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.IntegrityError)):
            connection.execute(statement.format(organisation=organisation_id))
    with connect(SUPERUSER) as connection:
        assert connection.execute("SELECT count(*) FROM audit_event WHERE verb <> 'nothing'").fetchone() == (
            EVENTS,
        )
        assert connection.execute("SELECT number FROM audit_head").fetchall() == [(EVENTS,)]


@pytest.mark.django_db(transaction=True)
def test_the_app_cannot_replace_the_chain() -> None:
    with connect(APP) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("ALTER TABLE audit_event DISABLE TRIGGER ALL")
    with connect(APP) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SET session_replication_role = replica")
    with connect(APP) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            "CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE sql AS 'SELECT 1'"
        )


@pytest.mark.django_db(transaction=True)
def test_number_time_user_and_hash_are_the_databases() -> None:
    organisation_id = trail()
    with connect(APP) as connection:
        connection.execute("SELECT set_config('app.organisation', %s, true)", [str(organisation_id)])
        connection.execute(
            "INSERT INTO audit_event (id, organisation_id, number, at, claimed_at, db_user, actor, verb, object_kind,"
            " object_id, detail, prev_hash, hash) VALUES (gen_random_uuid(), %s, 99, '1999-01-01', '1999-01-01',"
            " 'somebody else', 'member:x', 'people.leave', 'people.peer', 'x', '{}', 'x', 'x')"
            " RETURNING number, at > '2000-01-01', db_user, length(hash)",
            [organisation_id],
        )
        stored = connection.execute(
            "SELECT number, at > '2000-01-01', db_user, length(hash) FROM audit_event ORDER BY number DESC LIMIT 1"
        ).fetchone()
    assert stored == (EVENTS + 1, True, "peersafe_app", 32)
