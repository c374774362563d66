"""The test database: migrated as its owner, used as the app's role, swept as the superuser."""

import os
from datetime import UTC, datetime

import psycopg
import pytest
from django.core.management import call_command
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from lib import wall
from people.models import Organisation
from tests import factories
from tests.processes import use_static_files

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def _sweep() -> None:
    """Empty every table. Only the superuser can: the triggers refuse it to the app and to the owner."""
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"], autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            if table not in KEPT:
                connection.execute(f'DELETE FROM "{table}"')


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """Migrate the throw-away database of this run as its owner."""
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _sweep_after_real_transactions() -> None:
    """Django would TRUNCATE as the app's role, which may not, and must not be able to."""
    TransactionTestCase._fixture_teardown = lambda self: _sweep()  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    """Pages name their static files by hash, so the files are collected; once for each state of their sources."""
    use_static_files()


@pytest.fixture
def now() -> datetime:
    """A fixed moment: a Tuesday in May, 10:00 UTC."""
    return datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


@pytest.fixture
def ash(db: None) -> Organisation:
    """An organisation; the rest of the test stands inside its wall."""
    organisation = factories.organisation("ash")
    wall.enter(organisation.pk)
    return organisation


@pytest.fixture
def elm(ash: Organisation) -> Organisation:
    """Another organisation, on the other side of the wall."""
    organisation = factories.organisation("elm")
    wall.enter(ash.pk)
    return organisation
