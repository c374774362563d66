"""Many who write at once: one unbroken chain, because the head's row is locked; without that lock it breaks."""

import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from audit.chain import verify
from lib import wall
from tests.audit.trails import EVENTS, add_event, trail
from tests.roles import SUPERUSER, connect

WRITERS, EACH = 3, 10  # the pool has four connections, and this thread holds one


def _write_at_once(organisation_id: UUID) -> list[Exception]:
    """WRITERS threads add EACH events, each pair of writes begun together inside open transactions."""
    barrier = threading.Barrier(WRITERS)
    troubles: list[Exception] = []

    def work(writer: int) -> None:
        try:
            for index in range(EACH):
                barrier.wait(timeout=30)
                try:
                    with wall.inside(organisation_id):
                        barrier.wait(timeout=30)
                        add_event(organisation_id, writer * EACH + index)
                except IntegrityError as error:
                    troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return troubles


@pytest.mark.django_db(transaction=True)
def test_parallel_events_make_one_chain() -> None:
    organisation_id = trail()
    assert _write_at_once(organisation_id) == []
    verdict = verify(organisation_id)
    assert (verdict.holds, verdict.events) == (True, EVENTS + WRITERS * EACH)


@pytest.fixture
def without_the_lock() -> Iterator[None]:
    """The chain's function with its FOR UPDATE taken out."""
    with connect(SUPERUSER) as superuser:
        row = superuser.execute("SELECT pg_get_functiondef('audit_chain'::regproc)").fetchone()
        assert row is not None
        assert row[0].count("FOR UPDATE;") == 1
        # A moment between reading the head and writing on, so that three at once do meet there.
        superuser.execute(row[0].replace("FOR UPDATE;", "; PERFORM pg_sleep(0.05);"))
    yield
    with connect(SUPERUSER) as superuser:
        superuser.execute(row[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_events_are_lost() -> None:
    """So the race above is a real one."""
    organisation_id = trail()
    troubles = _write_at_once(organisation_id)
    assert troubles
    assert verify(organisation_id).events < EVENTS + WRITERS * EACH
