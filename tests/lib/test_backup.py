"""Backups for real: dumped and restored with PostgreSQL's own programs, as docs/guides/keys.md says.

The long-kept dump holds no keys, so that dropping a key reaches it; the dump of the keys is kept for a short time.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from psycopg import conninfo

from lib import wall
from lib.sealing.crypto import Unreadable
from lib.sealing.models import DataKey, SealedField, open_text
from peersafe.local.postgres import programs
from people.models import Peer
from reminders.models import ChannelPreference
from tests import world
from tests.roles import OWNER, SUPERUSER, connect
from tests.world import World

KEYS = "sealing_datakey"
RESTORED = "restored"


def _program(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [str(programs() / name), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _elsewhere(role: str) -> str:
    return conninfo.make_conninfo(os.environ[role], dbname=RESTORED)


@pytest.fixture
def ash(transactional_db: None) -> World:
    """An organisation, committed, every sealed column of it filled."""
    with transaction.atomic():
        return world.build("ash")


@pytest.fixture
def restored(ash: World) -> Iterator[str]:
    """An empty database beside ours, taken away again."""
    with psycopg.connect(os.environ[SUPERUSER], autocommit=True) as superuser:
        superuser.execute(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")
        superuser.execute(f"CREATE DATABASE {RESTORED}")
    yield _elsewhere(SUPERUSER)
    with psycopg.connect(os.environ[SUPERUSER], autocommit=True) as superuser:
        superuser.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")


def _dump(folder: Path) -> Path:
    """The long-kept one: everything but the keys."""
    path = folder / "rest.dump"
    _program(
        "pg_dump",
        "--format=custom",
        "--enable-row-security",
        f"--exclude-table-data={KEYS}",
        f"--file={path}",
        f"--dbname={os.environ[OWNER]}",
    )
    return path


def _dump_keys(folder: Path) -> Path:
    """The short-kept one: the keys alone."""
    path = folder / "keys.dump"
    _program(
        "pg_dump",
        "--format=custom",
        "--enable-row-security",
        "--data-only",
        f"--table={KEYS}",
        f"--file={path}",
        f"--dbname={os.environ[OWNER]}",
    )
    return path


def _restore(rest: Path, keys: Path | None, into: str) -> None:
    _program(
        "pg_restore", "--exit-on-error", "--section=pre-data", "--section=data", f"--dbname={into}", str(rest)
    )
    if keys is not None:
        _program("pg_restore", "--exit-on-error", "--disable-triggers", f"--dbname={into}", str(keys))
        _program("pg_restore", "--exit-on-error", "--section=post-data", f"--dbname={into}", str(rest))


def _address(database: str, peer_id: UUID) -> tuple[bytes, DataKey | None]:
    """The ciphertext of a peer's address and its key, as they stand in a database."""
    with psycopg.connect(database) as superuser:
        found = superuser.execute(
            "SELECT p.address, k.id, k.organisation_id, k.wrapped, k.wrapped_by, k.dropped_at"
            f" FROM reminders_channelpreference p LEFT JOIN {KEYS} k ON k.id = p.data_key_id"
            " WHERE p.recipient_id = %s",
            [peer_id],
        ).fetchone()
    assert found is not None
    address, key_id, organisation_id, wrapped, wrapped_by, dropped_at = found
    key = DataKey(key_id, organisation_id, wrapped, wrapped_by, dropped_at=dropped_at) if key_id else None
    return bytes(address), key


def _opened(database: str, ash: World, peer: Peer) -> str:
    address, key = _address(database, peer.pk)
    if key is None:
        raise Unreadable
    with wall.inside(ash.organisation.pk):
        row = ChannelPreference.objects.get(recipient_id=peer.pk)
    row.address = address
    return open_text(row, "address", key)


def test_dropped_key_reaches_a_backup_made_before(ash: World, restored: str, tmp_path: Path) -> None:
    """Dump without keys, drop one person's, dump the keys: restored, the others' texts open, theirs do not."""
    mine, other = ash.mine.peer, ash.others.peer
    assert _opened(os.environ[SUPERUSER], ash, mine).startswith("address-ash")
    rest = _dump(tmp_path)
    call_command("drop_key", str(mine.pk), "--yes")
    _restore(rest, _dump_keys(tmp_path), restored)
    with pytest.raises(Unreadable):
        _opened(restored, ash, mine)
    assert _opened(restored, ash, other).startswith("address-ash")


def test_without_the_keys_a_backup_opens_for_nobody(ash: World, restored: str, tmp_path: Path) -> None:
    _restore(_dump(tmp_path), None, restored)
    for peer in (ash.mine.peer, ash.others.peer):
        assert len(_address(restored, peer.pk)[0]) > 40
        with pytest.raises(Unreadable):
            _opened(restored, ash, peer)


def test_drop_key_asks_first_and_leaves_its_mark(ash: World) -> None:
    peer = ash.mine.peer
    with pytest.raises(CommandError, match="--yes"):
        call_command("drop_key", str(peer.pk))
    assert _opened(os.environ[SUPERUSER], ash, peer)
    with pytest.raises(CommandError, match="nobody"):
        call_command("drop_key", str(ash.organisation.pk), "--yes")
    call_command("drop_key", str(peer.pk), "--yes")
    with connect(SUPERUSER) as superuser:
        marks = superuser.execute(
            "SELECT object_id, detail->>'key' FROM audit_event WHERE verb = 'sealing.drop_key'"
        ).fetchall()
    assert marks == [(str(peer.pk), str(peer.data_key_id))]


# Where sealed words must not be ------------------------------------------------------------------------------


def test_world_fills_every_sealed_column(ash: World) -> None:
    empty = []
    with connect(SUPERUSER) as superuser:
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, SealedField):
                    query = f"SELECT count(*) FROM {model._meta.db_table} WHERE length({field.column}) > 0"
                    if superuser.execute(query).fetchone() == (0,):
                        empty.append(f"{model._meta.label_lower}.{field.name}")
    assert empty == [], "give tests/world.py a text for this column"


def test_sealed_words_are_in_no_dump_no_log_and_no_write_ahead_log(ash: World, tmp_path: Path) -> None:
    words = [word.encode() for word in ash.plants.sealed]
    assert len(words) >= 20
    with psycopg.connect(os.environ[SUPERUSER], autocommit=True) as superuser:
        superuser.execute("CHECKPOINT")
        superuser.execute("SELECT pg_switch_wal()")
    dump = tmp_path / "all.sql"
    _program("pg_dump", f"--file={dump}", f"--dbname={os.environ[SUPERUSER]}")
    folder = Path(os.environ["PEERSAFE_TEST_FOLDER"])
    files = [dump, *(path for path in folder.rglob("*") if path.is_file())]
    found = {}
    searched = 0
    for path in files:
        content = path.read_bytes()
        searched += len(content)
        for word in words:
            if word in content:
                found[path.name] = word.decode()
    assert searched > 10_000_000  # data, write-ahead log, logs, broker and mail were there to be searched
    assert found == {}


def test_errors_that_quote_leave_nothing_in_the_servers_log(ash: World) -> None:
    words = [word.encode() for word in ash.plants.sealed]
    with psycopg.connect(os.environ[SUPERUSER], autocommit=True) as superuser:
        _make_errors_that_quote(superuser, ash)
    logs = [
        path for path in Path(os.environ["PEERSAFE_TEST_FOLDER"]).rglob("*postgres*") if path.suffix == ".log"
    ]
    written = b"".join(path.read_bytes() for path in logs)
    assert b"violates unique constraint" in written
    assert [word for word in words if word in written] == []


def test_open_words_are_found_so_the_search_can_see(ash: World, tmp_path: Path) -> None:
    dump = tmp_path / "all.sql"
    _program("pg_dump", f"--file={dump}", f"--dbname={os.environ[SUPERUSER]}")
    assert next(word for word in ash.plants.words if word.startswith("venue-")) in dump.read_text()


def _make_errors_that_quote(superuser: "psycopg.Connection[tuple[object, ...]]", ash: World) -> None:
    """Errors of the kinds whose details quote values, with each sealed word as the value."""
    for word in ash.plants.sealed:
        for statement in (
            "INSERT INTO people_user (id, email, preferred_name, password, pronouns, zone, language, is_active)"
            " SELECT gen_random_uuid(), email, %s, '', '', 'UTC', 'en-gb', true FROM people_user LIMIT 1",
            "UPDATE venues_room SET places = 0 WHERE name <> %s",
        ):
            with pytest.raises(psycopg.Error):
                superuser.execute(statement, [word])
