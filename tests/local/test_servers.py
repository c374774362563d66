"""The servers below PeerSafe: side by side, recovered, and silent about what people wrote."""

import os
import secrets
import smtplib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from mailbox import Maildir
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from peersafe.local import keys, leftovers, servers
from peersafe.local.places import Trouble, private_mode
from peersafe.local.processes import Household
from peersafe.local.servers import Servers
from peersafe.local.testing import servers_for_tests


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="peersafe-try-", dir="/tmp") as name:
        Path(name).chmod(private_mode())
        yield Path(name)


def household(folder: Path) -> Household:
    return Household(secrets.token_hex(8), folder / "running.json", folder / "log")


def test_two_sets_of_servers_stand_side_by_side_and_leave_nothing() -> None:
    with servers_for_tests() as one, servers_for_tests() as two:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "PEERSAFE_MAILBOX"):
            assert one[name] != two[name]
        for env in (one, two):
            with psycopg.connect(env["DATABASE_URL"]) as connection:
                assert connection.execute("SELECT current_user").fetchone() == ("peersafe_app",)
            with redis.Redis(unix_socket_path=urlsplit(env["REDIS_URL"]).path) as broker:
                assert broker.ping()
        entries = leftovers.read(Path(one["PEERSAFE_TEST_FOLDER"]) / "running.json")
        assert {entry["name"] for entry in entries} == {"postgres", "valkey", "mail"}
    assert not any(leftovers.lives(entry) for entry in entries)
    assert not Path(one["PEERSAFE_TEST_FOLDER"]).exists()


def test_the_mail_server_keeps_what_it_is_given() -> None:
    with servers_for_tests() as env:
        address = urlsplit(env["EMAIL_URL"])
        assert address.hostname
        assert address.port
        with smtplib.SMTP(address.hostname, address.port) as client:
            client.sendmail("a@example.org", ["b@example.org"], "Subject: hello\n\nAre you well?")
        (message,) = Maildir(env["PEERSAFE_MAILBOX"])
    assert message["X-RcptTo"] == "b@example.org"
    assert "Are you well?" in str(message.get_payload())


def test_the_database_log_holds_nothing_a_person_wrote() -> None:
    with servers_for_tests() as env:
        with psycopg.connect(env["DATABASE_SUPERUSER_URL"], autocommit=True) as connection:
            connection.execute("CREATE TABLE t (n integer, words text UNIQUE)")
            connection.execute("INSERT INTO t VALUES (1, 'SECRET-row')")
            for statement, values in (
                ("INSERT INTO t VALUES (2, 'SECRET-row')", ()),
                ("SELECT 1 / 0, 'SECRET-literal'", ()),
                ("SELECT %s::text, 1 / (%s::integer)", ("SECRET-value", 0)),
                ("SELECT 'SECRET-' || nonsense", ()),
            ):
                with pytest.raises(psycopg.Error):
                    connection.execute(statement, values)
        log = (Path(env["PEERSAFE_TEST_FOLDER"]) / "log" / "postgres.log").read_text()
    assert "division by zero" in log
    assert "SECRET" not in log


def test_a_lock_left_by_a_dead_server_is_cleared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = Servers(folder, folder, keys.make(), given={"REDIS_URL": "x", "EMAIL_URL": "x"})
    with household(folder) as first:
        servers.start(mine, first)
    # The number is taken by another process by now, as after a restart of the machine: this one.
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    with household(folder) as second:
        servers.start(mine, second)
        with psycopg.connect(mine.env["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert "PostgreSQL recovers its data by itself" in capsys.readouterr().out


def test_data_whose_keys_are_lost_is_put_aside_not_deleted(folder: Path) -> None:
    data = folder / "postgres"
    data.mkdir()
    (data / "peersafe-ready").write_text("18\n")
    servers.keys_for(folder)
    (aside,) = folder.glob("postgres-without-keys-*")
    assert (aside / "peersafe-ready").exists()
    assert servers.keys_for(folder) == keys.read(folder / "secrets.json")


def test_given_addresses_are_used_and_half_of_a_pair_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in servers.ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    assert servers.given_addresses() == {}
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    assert servers.given_addresses() == {"REDIS_URL": "redis://elsewhere"}
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/x")
    with pytest.raises(Trouble, match="DATABASE_OWNER_URL"):
        servers.given_addresses()


def test_a_process_that_took_over_a_recorded_number_is_left_alone(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    ) as other:
        entry = leftovers.Entry(
            name="web", pid=other.pid, born="long ago", instance="x", signal=15, server=False
        )
        leftovers.write(folder / "running.json", [entry])
        assert leftovers.end_recorded(folder / "running.json") == []
        assert other.poll() is None
        other.kill()
