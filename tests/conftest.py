"""The test database: migrated as its owner, used as the app's role, swept as the superuser.

Where a run has several processes, each is led to servers of its own; files are tested in the order of LONG_FIRST.
"""

import json
import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.management import call_command
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from lib import wall
from peersafe.local.testing import LANES
from people.models import Organisation
from tests import factories, migrated
from tests.processes import list_static_files_once, use_static_files

if TYPE_CHECKING:
    from execnet import XSpec

KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Begun first, the longest before the others: no process shall be at work on one when the rest have nothing left.
LONG_FIRST = ("test_wall_crawl", "test_access", "browser/", "local/", "test_demo", "lib/")
MADE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: "list[XSpec]") -> None:
    """Leads each process of this run to its own servers, before it reads a setting."""
    lanes = json.loads(os.environ.get(LANES, "[]"))
    if len(lanes) != len(specs):
        raise pytest.UsageError(
            f"{len(specs)} processes, and servers for {len(lanes)}: say LANES={len(specs)}"
        )
    for spec, lane in zip(specs, lanes, strict=True):
        spec.env.update(lane)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts long files first where they are shared out."""
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    name = item.nodeid.removeprefix("tests/")
    return next((at for at, begin in enumerate(LONG_FIRST) if name.startswith(begin)), len(LONG_FIRST))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Names a test alike in every process: an id that was made while collecting is another one in each."""
    return MADE.sub("made", val) if isinstance(val, str) and MADE.search(val) else None


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
    """Migrate the throw-away database of this run as its owner, or restore what an earlier run migrated."""
    with django_db_blocker.unblock():
        migrated.make(lambda: call_command("migrate", database="owner", verbosity=0))


@pytest.fixture(scope="session", autouse=True)
def _sweep_after_real_transactions() -> None:
    """Django would TRUNCATE as the app's role, which may not, and must not be able to."""
    TransactionTestCase._fixture_teardown = lambda self: _sweep()  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    """Pages name their static files by hash, so the files are collected; once for each state of their sources."""
    use_static_files()
    list_static_files_once()


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
