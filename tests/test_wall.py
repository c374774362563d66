"""The wall between organisations in plain SQL, as the app's own role: what Django does is not asked here.

Every table that has an organisation is found in the catalogue, so a new one is held to the same from its first
migration on. tests/world.py must hold a row of each, or nothing would be proven.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from lib.ids import new_id
from tests import world
from tests.conftest import _sweep
from tests.roles import APP, OWNER, SUPERUSER, Connection, as_superuser, connect
from tests.world import World

# Tables without the wall, each with its reason.
UNWALLED = {
    "people_user": "one sign-in for somebody who may belong to several organisations; holds no role and no record",
    "account_emailaddress": "addresses of such a user, for signing in",
    "account_emailconfirmation": "of such an address",
    "mfa_authenticator": "second factors of such a user; seeds are wrapped",
    "usersessions_usersession": "where such a user is signed in",
    "django_session": "sign-ins; needed before an organisation is known",
    "django_content_type": "names of tables",
    "auth_permission": "made by Django, unused: roles live in memberships",
    "auth_group": "made by Django, unused",
    "auth_group_permissions": "made by Django, unused",
    "django_migrations": "which migrations have run",
    "peersafe_cache": "counts wrong tries by hashed source; needed before an organisation is known",
}
ORGANISATIONS = "people_organisation"
SETTING = "app.organisation"
# Functions that run with somebody else's rights: what each may be asked for.
DEFINERS = {
    "people_enter": "lets an active member in",
    "people_enter_by_link": "lets the holder of a working private link in",
    "people_choices": "the organisations a user may enter",
    "people_membership_keys": "a user's open memberships, ids only",
    "people_organisation_ids": "ids of organisations, for the clock and for commands",
    "audit_chain": "a trigger: writes the head of the chain",
}


def _rows(connection: Connection, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(query, values).fetchall()


def _walled() -> dict[str, str]:
    """Every table of an organisation: name -> the column that says whose a row is."""
    with connect(SUPERUSER) as superuser:
        found = _rows(
            superuser,
            "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t"
            " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            " AND c.column_name = 'organisation_id' ORDER BY 1",
        )
    return {ORGANISATIONS: "id", **{table: "organisation_id" for (table,) in found}}


@pytest.fixture(scope="module")
def two(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[World, World]]:
    """Two organisations, committed, so that plain connections see them."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            made = world.build("ash"), world.build("elm")
        yield made
        _sweep()


@pytest.fixture
def inside_ash(two: tuple[World, World]) -> Iterator[Connection]:
    """A connection as the app's role, inside the first organisation; whatever it does is undone."""
    with connect(APP) as app:
        app.execute("SELECT set_config('app.organisation', %s, true)", [str(two[0].organisation.pk)])
        yield app
        app.rollback()


def _refusal(app: Connection, statement: Any, values: Any = ()) -> str:
    """The name of the error a statement ends with, or how many rows it touched; undone either way."""
    try:
        with app.transaction(force_rollback=True):
            return f"{app.execute(statement, values).rowcount} rows"
    except psycopg.Error as error:
        return type(error).__name__


# The tables --------------------------------------------------------------------------------------------------


def test_every_table_is_walled_or_says_why_not(django_db_setup: None) -> None:
    with connect(SUPERUSER) as superuser:
        tables = {
            name
            for (name,) in _rows(superuser, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
    assert tables - set(_walled()) == set(UNWALLED)


def test_row_security_is_on_and_forced(django_db_setup: None) -> None:
    with connect(SUPERUSER) as superuser:
        on = _rows(superuser, "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        policies = _rows(
            superuser,
            "SELECT tablename, roles::text, cmd, qual, with_check FROM pg_policies WHERE policyname = 'wall'",
        )
    here = f"(({{column}} = (current_setting('{SETTING}'::text))::uuid))"[1:-1]
    expected = {
        (table, "{peersafe_app}", "ALL", here.format(column=column), here.format(column=column))
        for table, column in _walled().items()
    }
    assert {name for (name,) in on} >= set(_walled())
    assert set(policies) == expected


def test_no_other_policy_lets_the_app_see_more(django_db_setup: None) -> None:
    """Policies add up: one more for the app, or for everybody, would be a hole beside the wall."""
    with connect(SUPERUSER) as superuser:
        others = _rows(
            superuser,
            "SELECT tablename, policyname FROM pg_policies WHERE policyname <> 'wall'"
            " AND (roles && ARRAY['peersafe_app', 'public']::name[])",
        )
    assert others == []


def test_world_holds_a_row_of_every_table(two: tuple[World, World]) -> None:
    bare = []
    with connect(SUPERUSER) as superuser:
        for table, column in _walled().items():
            query = sql.SQL("SELECT count(DISTINCT {}) FROM {}").format(
                sql.Identifier(column), sql.Identifier(table)
            )
            if superuser.execute(query).fetchone() != (2,):
                bare.append(table)
    assert bare == [], "give tests/world.py a row of this kind"


# What the app's role can do ----------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", [None, ""])
def test_without_an_organisation_every_statement_is_an_error(
    two: tuple[World, World], setting: str | None
) -> None:
    wrong = []
    with connect(APP) as app:
        if setting is not None:
            app.execute("SELECT set_config('app.organisation', %s, true)", [setting])
        for table, column in _walled().items():
            name, whose = sql.Identifier(table), sql.Identifier(column)
            for statement in (
                sql.SQL("SELECT * FROM {}").format(name),
                sql.SQL("SELECT count(*) FROM {}").format(name),
                sql.SQL("UPDATE {} SET {} = {}").format(name, whose, whose),
                sql.SQL("DELETE FROM {}").format(name),
            ):
                answer = _refusal(app, statement)
                if answer not in {"UndefinedObject", "InvalidTextRepresentation", "InsufficientPrivilege"}:
                    wrong.append((statement.as_string(app), answer))
    assert wrong == []


def test_other_rows_are_not_there(two: tuple[World, World], inside_ash: Connection) -> None:
    ash, elm = (one.organisation.pk for one in two)
    wrong = []
    with connect(SUPERUSER) as superuser:
        for table, column in _walled().items():
            name, whose = sql.Identifier(table), sql.Identifier(column)
            count = sql.SQL("SELECT count(*), count(*) FILTER (WHERE {} = %s) FROM {}").format(whose, name)
            mine = superuser.execute(
                sql.SQL("SELECT count(*) FROM {} WHERE {} = %s").format(name, whose), [ash]
            ).fetchone()
            seen = inside_ash.execute(count, [elm]).fetchone()
            if mine is None or seen != (mine[0], 0):
                wrong.append((table, seen, mine))
    assert wrong == []


def test_other_rows_cannot_be_changed_or_taken(two: tuple[World, World], inside_ash: Connection) -> None:
    elm = two[1].organisation.pk
    wrong = []
    for table, column in _walled().items():
        name, whose = sql.Identifier(table), sql.Identifier(column)
        for statement in (
            sql.SQL("UPDATE {} SET {} = {} WHERE {} = %s").format(name, whose, whose, whose),
            sql.SQL("DELETE FROM {} WHERE {} = %s").format(name, whose),
        ):
            answer = _refusal(inside_ash, statement, [elm])
            if answer not in {"0 rows", "InsufficientPrivilege"}:
                wrong.append((statement.as_string(inside_ash), answer))
    assert wrong == []


def test_rows_cannot_be_put_on_the_other_side(two: tuple[World, World], inside_ash: Connection) -> None:
    """Neither inserted there, nor moved there."""
    ash, elm = (one.organisation.pk for one in two)
    wrong = []
    for table, column in _walled().items():
        columns, values = _a_row(table, column, elm)
        into = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(sql.Placeholder() * len(columns)),
        )
        if (answer := _refusal(inside_ash, into, values)) != "InsufficientPrivilege":
            wrong.append((table, "insert", answer))
        move = sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(
            *map(sql.Identifier, (table, column, column))
        )
        answer = _refusal(inside_ash, move, [new_id() if table == ORGANISATIONS else elm, ash])
        if answer not in {"InsufficientPrivilege", "RaiseException", "IntegrityConstraintViolation"}:
            wrong.append((table, "move", answer))
    assert wrong == []


def _a_row(table: str, column: str, organisation_id: UUID) -> tuple[list[str], list[Any]]:
    """A row of an organisation with a new id, as the superuser sees it, without what the database makes itself."""
    with connect(SUPERUSER) as superuser:
        made = _rows(
            superuser,
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND attidentity <> 'a'",
            table,
        )
        columns = [name for (name,) in made]
        query = sql.SQL("SELECT {} FROM {} WHERE {} = %s LIMIT 1").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table), sql.Identifier(column)
        )
        row = superuser.execute(query, [organisation_id]).fetchone()
    assert row is not None
    values = [psycopg.types.json.Jsonb(value) if isinstance(value, dict | list) else value for value in row]
    if "id" in columns and column != "id":
        values[columns.index("id")] = new_id()
    return columns, values


# Keys between tables: checks of keys do not see row security ------------------------------------------------


def _keys_between_walled_tables() -> list[tuple[str, list[str], str, list[str]]]:
    """(table, columns, table it points at, columns there)"""
    with connect(SUPERUSER) as superuser:
        found = _rows(
            superuser,
            "SELECT conrelid::regclass::text, confrelid::regclass::text,"
            " (SELECT array_agg(attname::text ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS k(number, place)"
            "   JOIN pg_attribute ON attrelid = conrelid AND attnum = k.number),"
            " (SELECT array_agg(attname::text ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS k(number, place)"
            "   JOIN pg_attribute ON attrelid = confrelid AND attnum = k.number)"
            " FROM pg_constraint WHERE contype = 'f' AND convalidated",
        )
    walled = set(_walled())
    return [
        (table, columns, target, there)
        for table, target, columns, there in found
        if table in walled and target in walled - {ORGANISATIONS}
    ]


def test_every_key_between_walled_tables_carries_the_organisation(django_db_setup: None) -> None:
    keys = _keys_between_walled_tables()
    plain = {(table, columns[0]) for table, columns, _target, _there in keys if len(columns) == 1}
    carrying = {
        (table, columns[1])
        for table, columns, _target, there in keys
        if columns[0] == "organisation_id" and there == ["organisation_id", "id"]
    }
    assert plain
    assert plain - carrying == set(), (
        "add Walled(…) for this model, or a composite key, to its app's 0002_wall"
    )


def test_a_key_to_the_other_side_is_refused_even_to_the_superuser(two: tuple[World, World]) -> None:
    ash, elm = (one.organisation.pk for one in two)
    wrong = []
    with connect(SUPERUSER) as superuser:
        for table, columns, target, _there in _keys_between_walled_tables():
            if len(columns) != 2:
                continue
            theirs = sql.SQL("SELECT id FROM {} WHERE organisation_id = %s LIMIT 1").format(
                sql.Identifier(target)
            )
            update = sql.SQL("UPDATE {} SET {} = ({}) WHERE organisation_id = %s").format(
                sql.Identifier(table), sql.Identifier(columns[1]), theirs
            )
            # Frozen rows and check constraints may speak first; what must never happen is that it works.
            answer = _refusal(superuser, update, [elm, ash])
            if not re.search("Violation", answer):
                wrong.append((table, columns[1], answer))
    assert wrong == []


# Roles and functions -----------------------------------------------------------------------------------------


def test_roles_have_no_way_round(django_db_setup: None) -> None:
    with connect(SUPERUSER) as superuser:
        strong = _rows(
            superuser,
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'peersafe%%'"
            " AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)",
        )
        can_log_in = _rows(
            superuser, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'peersafe%%' AND rolcanlogin"
        )
        app_may_become = _rows(
            superuser,
            "SELECT rolname FROM pg_roles WHERE rolname <> 'peersafe_app'"
            " AND pg_has_role('peersafe_app', oid, 'MEMBER')",
        )
        app_owns = _rows(
            superuser,
            "SELECT relname FROM pg_class WHERE relowner = 'peersafe_app'::regrole"
            " UNION SELECT proname FROM pg_proc WHERE proowner = 'peersafe_app'::regrole",
        )
        app_truncates = _rows(
            superuser,
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege('peersafe_app', oid, 'TRUNCATE, TRIGGER, REFERENCES')",
        )
        makes = _rows(superuser, "SELECT has_schema_privilege('peersafe_app', 'public', 'CREATE')")
    assert (strong, app_may_become, app_owns, app_truncates, makes) == ([], [], [], [], [(False,)])
    assert {name for (name,) in can_log_in} == {"peersafe_app", "peersafe_owner"}


def test_functions_with_other_rights_are_few_and_closed(django_db_setup: None) -> None:
    with connect(SUPERUSER) as superuser:
        found = _rows(
            superuser,
            "SELECT proname, coalesce(proconfig::text, ''), coalesce(proacl::text, '') FROM pg_proc"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY proname",
        )
    unknown = [
        name for name, _config, _rights in found if name not in DEFINERS and not name.startswith("reminders_")
    ]
    open_path = [name for name, config, _rights in found if "search_path=pg_catalog, public" not in config]
    for_all = [name for name, _config, rights in found if re.search(r"[{,]=X", rights) or not rights]
    assert (unknown, open_path, for_all) == ([], [], [])


def test_views_ask_with_the_rights_of_who_asks(django_db_setup: None) -> None:
    with connect(SUPERUSER) as superuser:
        views = _rows(
            superuser,
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
            " AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)",
        )
    assert views == []


def test_the_app_cannot_switch_row_security_off(two: tuple[World, World]) -> None:
    with connect(APP) as app:
        assert _refusal(app, "ALTER TABLE people_peer DISABLE ROW LEVEL SECURITY") == "InsufficientPrivilege"
        assert _refusal(app, "SET ROLE peersafe_owner") == "InsufficientPrivilege"
        assert _refusal(app, "SET ROLE peersafe_door") == "InsufficientPrivilege"
        app.execute("SELECT set_config('app.organisation', %s, true)", [str(two[0].organisation.pk)])
        with app.transaction(force_rollback=True):
            app.execute("SET LOCAL row_security = off")
            assert _refusal(app, "SELECT * FROM people_peer") == "InsufficientPrivilege"


def test_the_doors_own_sight_is_column_by_column(two: tuple[World, World]) -> None:
    """The door's role sees rows of all organisations, but no name, no address, no text of anybody."""
    with connect(SUPERUSER) as superuser:
        seen = _rows(
            superuser,
            "SELECT table_name, column_name FROM information_schema.column_privileges"
            " WHERE grantee = 'peersafe_door' AND table_schema = 'public'",
        )
    tables = {table for table, _column in seen}
    assert tables == {ORGANISATIONS, "people_membership", "people_privatelink", "mfa_authenticator"}
    assert {column for table, column in seen if table == "mfa_authenticator"} == {"user_id", "type"}


def test_owner_sees_all_because_migrations_must_and_serves_nobody(two: tuple[World, World]) -> None:
    with connect(OWNER) as owner:
        assert _rows(owner, "SELECT count(DISTINCT organisation_id) FROM people_peer") == [(2,)]


def test_tampering_helper_is_as_strong_as_it_says(two: tuple[World, World]) -> None:
    with as_superuser() as superuser:
        assert _rows(superuser, "SHOW session_replication_role") == [("replica",)]
        superuser.rollback()
