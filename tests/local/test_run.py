"""`make run`: it starts, it is alone, it ends, and it recovers by itself from being killed."""

import hashlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.copies import Copy, free_port, gone

NAMES = {"postgres", "valkey", "mail", "web", "worker", "beat"}


@pytest.fixture
def copy() -> Iterator[Copy]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        each = Copy(Path(folder) / "local")
        yield each
        if each.started and each.started.poll() is None:
            each.started.terminate()
            each.started.communicate(timeout=30)


def test_the_life_of_a_copy(copy: Copy) -> None:
    # One story instead of six tests: each start costs seconds, and each part needs the one before.
    said = copy.up()
    assert f"http://127.0.0.1:{copy.port}" in said
    entries = copy.entries()
    assert {entry["name"] for entry in entries} == NAMES
    assert copy.instance() == entries[0]["instance"]

    second = copy.refused(port=free_port())
    assert "already runs from this folder" in second
    assert f"http://127.0.0.1:{copy.port}" in second
    with tempfile.TemporaryDirectory(dir="/tmp") as elsewhere:
        other = Copy(Path(elsewhere) / "local").refused(port=copy.port)
    assert f"Port {copy.port} is taken" in other
    assert f"make run PORT={copy.port + 1}" in other

    # Killed alone: its guard ends the rest.
    assert copy.started
    copy.started.kill()
    copy.started.communicate()
    assert gone(entries)

    # The second start is quick. Killed with its guard, in the middle of loading the demo: the next start
    # ends what is left and says so.
    began = time.monotonic()
    assert "cut off" not in copy.up()
    assert time.monotonic() - began < 10
    left = copy.entries()
    os.kill(copy.guard(), signal.SIGKILL)
    copy.started.kill()
    copy.started.communicate()
    (copy.folder / "postgres" / "peersafe-demo").write_text("loading")
    said = copy.up()
    assert "An earlier run was cut off and left postgres, valkey, mail, web, worker, beat running" in said
    assert "An earlier start was cut off while loading the demo" in said
    assert gone(left, seconds=0)

    # A process that dies is named, and takes the rest along.
    now = copy.entries()
    worker = next(entry for entry in now if entry["name"] == "worker")
    os.kill(worker["pid"], signal.SIGKILL)
    last, _ = copy.started.communicate(timeout=30)
    assert copy.started.returncode == 1
    assert "worker stopped by itself (SIGKILL)" in last
    assert gone(now, seconds=0)


def test_a_half_made_folder_is_made_again_and_ends_clean(copy: Copy) -> None:
    half = copy.folder / "postgres"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (copy.folder / "secrets.json").write_text('{"owner_password": "half')
    (copy.folder / "running.json").write_text('[{"name": "web", "pi')

    copy.up()

    # Killed, and started again while the guard is still at work: it must not clear away what is new.
    assert copy.started
    copy.started.kill()
    copy.started.communicate()
    copy.up()
    assert copy.instance() == copy.entries()[0]["instance"]
    time.sleep(1)

    entries = copy.entries()
    assert {entry["name"] for entry in entries} == NAMES
    name = hashlib.sha256(str(copy.folder).encode()).hexdigest()[:12]
    sockets = Path(f"/tmp/peersafe-{os.geteuid()}-{name}")
    assert sockets.exists()
    assert "Stopped." in copy.down()
    assert gone(entries, seconds=0)
    assert not (copy.folder / "running.json").exists()
    assert not sockets.exists()
    assert oct((copy.folder / "secrets.json").stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("port", ["abc", "0", "70000"])
def test_a_port_that_is_none_is_refused(copy: Copy, port: str) -> None:
    run = copy.start(port)
    said, _ = run.communicate(timeout=30)
    assert run.returncode == 2
    assert f"PORT={port} is not a port" in said
