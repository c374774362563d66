"""The wall around reminders, in plain SQL as the app's role; and what became of an attempt stays as it was."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from psycopg import Connection, errors

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from reminders.actions import schedule, send_batch, send_now
from reminders.models import Delivery
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


@pytest.fixture
def organisations() -> list[UUID]:
    """Two organisations, each with a reminder that is due and a message."""
    made = []
    for slug in ("ash", "elm"):
        with transaction.atomic():
            organisation_id = factories.organisation(slug).pk
            about: dict[str, Any] = {
                "object_id": new_id(),
                "recipient_id": new_id(),
                "sender_name": "Planner",
            }
            by = Operator(organisation_id)
            schedule(kind="session_tomorrow", due_at=NOW, by=by, now=NOW, **about)
            send_now(kind="session_booked", by=by, now=NOW, **about)
        made.append(organisation_id)
    return made


@pytest.fixture
def app() -> Iterator[Connection[Any]]:
    """A connection as the app's role."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner() -> Iterator[Connection[Any]]:
    """A connection as the tables' owner."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


def test_the_relay_tells_ids_of_all_organisations(organisations: list[UUID], app: Connection[Any]) -> None:
    due = app.execute("SELECT organisation_id FROM reminders_due(%s, 10)", [NOW]).fetchall()
    claimed = app.execute(
        "SELECT organisation_id FROM reminders_claim(%s, %s, interval '30 s', 10)", [NOW, new_id()]
    ).fetchall()
    assert sorted(row[0] for row in due) == organisations
    assert sorted(row[0] for row in claimed) == organisations


@pytest.mark.parametrize("table", ["channelpreference", "reminder", "message", "delivery"])
def test_without_an_organisation_there_is_an_error(
    organisations: list[UUID], app: Connection[Any], table: str
) -> None:
    with pytest.raises((errors.UndefinedObject, errors.InvalidTextRepresentation)):
        app.execute(f"SELECT * FROM reminders_{table}")


@pytest.mark.parametrize("table", ["reminder", "message"])
def test_another_organisations_rows_are_neither_seen_nor_touched(
    organisations: list[UUID], app: Connection[Any], table: str
) -> None:
    ash, elm = organisations
    with app.transaction():
        app.execute("SELECT set_config('app.organisation', %s, true)", [str(ash)])
        rows = app.execute(f"SELECT organisation_id FROM reminders_{table}").fetchall()
        assert rows == [(ash,)]
        for statement in ("UPDATE reminders_{} SET sender_name = 'x'", "DELETE FROM reminders_{}"):
            done = app.execute((statement + " WHERE organisation_id = %s").format(table), [elm])
            assert done.rowcount == 0


def test_a_row_for_another_organisation_is_refused(organisations: list[UUID], app: Connection[Any]) -> None:
    ash, elm = organisations
    app.execute("SELECT set_config('app.organisation', %s, false)", [str(ash)])
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("UPDATE reminders_message SET organisation_id = %s", [elm])


def test_the_app_is_not_the_relay(app: Connection[Any]) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("SET ROLE peersafe_relay")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sender_name FROM reminders_message",
        "SELECT recipient_id FROM reminders_reminder",
        "UPDATE reminders_message SET state = 'accepted'",
        "DELETE FROM reminders_message",
        "SELECT address FROM reminders_channelpreference",
        "SELECT code FROM reminders_delivery",
    ],
)
def test_the_relay_sees_ids_and_times_only(owner: Connection[Any], statement: str) -> None:
    owner.execute("SET ROLE peersafe_relay")
    with pytest.raises(errors.InsufficientPrivilege):
        owner.execute(statement)


@pytest.mark.parametrize("who", ["app", "owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reminders_delivery SET outcome = 'accepted'",
        "DELETE FROM reminders_delivery",
        "TRUNCATE reminders_delivery",
    ],
)
def test_deliveries_are_only_added(
    organisations: list[UUID], app: Connection[Any], owner: Connection[Any], who: str, statement: str
) -> None:
    send_batch(tell_time=lambda: NOW)
    connection = {"app": app, "owner": owner}[who]
    connection.execute("SELECT set_config('app.organisation', %s, false)", [str(organisations[0])])
    with pytest.raises((errors.InsufficientPrivilege, errors.IntegrityError)):
        connection.execute(statement)
    with wall.inside(organisations[0]):
        assert Delivery.objects.get().outcome == "no_address"
