"""Tampering with full power over the database: what the verifier finds, and the number it names."""

import io
import subprocess
import sys
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.chain import Finding, HeldHead, verify
from lib.ids import new_id
from tests.audit.trails import EVENTS, trail
from tests.roles import SUPERUSER, Connection, as_superuser, connect

REWRITE = """
DO $$
DECLARE
    event audit_event%ROWTYPE;
    before bytea;
BEGIN
    FOR event IN SELECT * FROM audit_event WHERE number >= {start} ORDER BY number LOOP
        SELECT hash INTO before FROM audit_event WHERE number = event.number - 1;
        UPDATE audit_event SET prev_hash = before, hash = sha256(before || convert_to(audit_line(event), 'UTF8'))
            WHERE id = event.id;
    END LOOP;
    UPDATE audit_head SET number = (SELECT max(number) FROM audit_event),
        hash = (SELECT hash FROM audit_event ORDER BY number DESC LIMIT 1);
END $$
"""
FORGE = """
INSERT INTO audit_event (id, organisation_id, number, at, claimed_at, db_user, actor, verb, object_kind, object_id,
    detail, prev_hash, hash)
SELECT gen_random_uuid(), organisation_id, {number}, at, claimed_at, db_user, actor, 'people.forged', object_kind,
    object_id, detail, hash, sha256('guess') FROM audit_event WHERE number = {after}
"""
SWAP = """
UPDATE audit_event SET number = -4 WHERE number = 4;
UPDATE audit_event SET number = 4 WHERE number = 5;
UPDATE audit_event SET number = 5 WHERE number = -4
"""

# name: (what is done with the triggers off, the first bad number, a word of what is said)
FOUND_BY_THE_CHAIN = {
    "verb changed": ("UPDATE audit_event SET verb = 'people.leave' WHERE number = 4", 4, "changed"),
    "detail changed": (
        "UPDATE audit_event SET detail = detail || '{\"count\": 99}' WHERE number = 6",
        6,
        "changed",
    ),
    "time changed": ("UPDATE audit_event SET at = at - interval '1 hour' WHERE number = 3", 3, "changed"),
    "actor changed": ("UPDATE audit_event SET actor = 'member:other' WHERE number = 10", 10, "changed"),
    "taken from the middle": ("DELETE FROM audit_event WHERE number = 5", 5, "missing"),
    "taken from the start": ("DELETE FROM audit_event WHERE number < 3", 1, "missing"),
    "end cut off": ("DELETE FROM audit_event WHERE number > 7", 8, "missing"),
    "reordered": (SWAP, 4, "does not follow"),
    "forged at the end": (FORGE.format(number=11, after=10), 11, "changed"),
    "middle rewritten, rest left": (
        "UPDATE audit_event SET hash = sha256('guess') WHERE number = 5",
        5,
        "changed",
    ),
    "head moved back": ("UPDATE audit_head SET number = 3", 4, "after the stored head"),
    "head gone": ("DELETE FROM audit_head", EVENTS, "head is gone"),
    "everything gone": ("DELETE FROM audit_event; DELETE FROM audit_head", 1, "no event at all"),
}
FOUND_BY_A_HELD_HEAD = {
    "end cut off and the head moved back": (
        "DELETE FROM audit_event WHERE number > 7;" + REWRITE.format(start=8),
        8,
    ),
    "all written anew from the fourth": (
        "UPDATE audit_event SET verb = 'people.leave' WHERE number = 4;" + REWRITE.format(start=4),
        EVENTS,
    ),
}


def _tamper(statements: str) -> None:
    with as_superuser() as connection:
        connection.execute(statements)


def _head(connection: Connection) -> tuple[int, str]:
    number, hash_ = connection.execute("SELECT number, hash FROM audit_head").fetchall()[0]
    return number, bytes(hash_).hex()


@pytest.mark.django_db(transaction=True)
def test_whole_trail_holds() -> None:
    organisation_id = trail()
    with connect(SUPERUSER) as connection:
        number, hash_ = _head(connection)
    verdict = verify(organisation_id, [HeldHead(organisation_id, number, hash_[:12])])
    assert (verdict.holds, verdict.events, verdict.number, verdict.hash) == (True, EVENTS, EVENTS, hash_)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FOUND_BY_THE_CHAIN)
def test_chain_finds(name: str) -> None:
    statements, number, word = FOUND_BY_THE_CHAIN[name]
    organisation_id = trail()
    _tamper(statements)
    finding = verify(organisation_id).finding
    assert finding is not None
    assert (finding.number, word in finding.what) == (number, True), finding


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FOUND_BY_A_HELD_HEAD)
def test_only_a_held_head_finds(name: str) -> None:
    statements, number = FOUND_BY_A_HELD_HEAD[name]
    organisation_id = trail()
    with connect(SUPERUSER) as connection:
        held = HeldHead(organisation_id, *_head(connection))
    _tamper(statements)
    assert (
        verify(organisation_id).finding is None
    )  # a chain alone cannot: this is why heads are kept elsewhere
    finding = verify(organisation_id, [held]).finding
    assert finding is not None
    assert finding.number == number


@pytest.mark.django_db(transaction=True)
def test_row_moved_to_another_organisation_is_missed_here_and_found_there() -> None:
    ash, elm = trail("ash"), trail("elm")
    _tamper(
        f"UPDATE audit_event SET organisation_id = '{elm}', number = 11 WHERE organisation_id = '{ash}' AND number = 6"
    )
    assert verify(ash).finding == Finding(6, "missing: the next event there is has number 7")
    finding = verify(elm).finding
    assert finding is not None
    assert finding.number == 11


@pytest.mark.django_db(transaction=True)
def test_replaced_function_is_found() -> None:
    """A function that always says the same would make every later event look right to a verifier that asks it."""
    organisation_id = trail()
    with connect(SUPERUSER) as connection:
        row = connection.execute("SELECT pg_get_functiondef('audit_line'::regproc)").fetchone()
        assert row is not None
        connection.execute(
            "CREATE OR REPLACE FUNCTION audit_line(event audit_event) RETURNS text LANGUAGE sql STABLE "
            "AS $$ SELECT 'same' $$"
        )
    try:
        finding = verify(organisation_id).finding
    finally:
        with connect(SUPERUSER) as connection:
            connection.execute(row[0])
    assert finding is not None
    assert (finding.number, "replaced" in finding.what) == (1, True)
    assert verify(organisation_id).holds


def _run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_command_prints_heads_and_takes_them_back() -> None:
    organisation_ids = {trail("ash"), trail("elm")}
    lines = _run("--print-heads").splitlines()
    heads = [line for line in lines if line.count(":") == 2]
    assert {UUID(head.partition(":")[0]) for head in heads} == organisation_ids
    assert "20 events of 2 organisations" in _run(*(f"--head={head}" for head in heads))
    with pytest.raises(CommandError) as failed:
        _run(f"--head=ash:{EVENTS}:{'0' * 64}")
    assert failed.value.returncode == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("head", "code"), [("nonsense", 2), ("ash:ten:00", 2), (f"{new_id()}:1:{'0' * 64}", 1)]
)
def test_command_refuses_heads_that_make_no_sense(head: str, code: int) -> None:
    trail()
    with pytest.raises(CommandError) as failed:
        _run(f"--head={head}")
    assert failed.value.returncode == code


@pytest.mark.django_db(transaction=True)
def test_process_ends_with_1_and_names_organisation_and_number() -> None:
    trail("ash")
    elm = trail("elm")
    _tamper(f"DELETE FROM audit_event WHERE organisation_id = '{elm}' AND number = 5")
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_audit"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"BROKEN  elm ({elm}): number 5 missing" in done.stdout
    assert "whole   ash: 10 events" in done.stdout
