"""Plain connections to the test database as each of its roles, beside Django."""

import os
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
APP, OWNER, SUPERUSER = "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPERUSER_URL"


def connect(role: str) -> Connection:
    """A connection of its own as APP, OWNER or SUPERUSER; use it in a `with`."""
    return psycopg.connect(os.environ[role])


def as_superuser() -> Connection:
    """Somebody with full power over the database, who has switched the triggers off."""
    connection = connect(SUPERUSER)
    connection.execute("SET session_replication_role = replica")
    return connection
