"""The wall between organisations: which one this transaction may see.

Row security in the database reads the setting `app.organisation`; without it every walled table answers
with an error, not with an empty page. The setting lives for one transaction only, so that a
pooled connection carries nothing over to the next request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction


class NoTransaction(RuntimeError):
    """The wall was entered outside a transaction, where its setting would not last to the next statement."""


def enter(organisation_id: UUID, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let the rest of this transaction see this organisation and no other. Raises NoTransaction outside one."""
    connection = connections[using]
    if not connection.in_atomic_block:
        raise NoTransaction("wall.enter needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation', %s, true)", [str(organisation_id)])


def current(*, using: str = DEFAULT_DB_ALIAS) -> UUID | None:
    """The organisation this transaction may see, or None."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('app.organisation', true), '')")
        value = cursor.fetchone()[0]
    return UUID(value) if value else None


@contextmanager
def inside(organisation_id: UUID, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A transaction inside one organisation's wall, for commands, tasks and tests.

    Nested in another one's wall, that one's is put back at the end; an error rolls both back with the savepoint.
    """
    with transaction.atomic(using=using):
        before = current(using=using)
        enter(organisation_id, using=using)
        yield
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('app.organisation', %s, true)", [str(before) if before else ""])
