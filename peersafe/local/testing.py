"""Servers for tests: fresh, fast, thrown away afterwards, also when the tests are killed."""

import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from peersafe.local import keys
from peersafe.local.places import private_mode
from peersafe.local.processes import Household
from peersafe.local.servers import Servers, start

MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000  # bytes that must be free there; tests need a few hundred million
LANES = "PEERSAFE_TEST_LANES"  # for each process of a run that has several: where its own servers answer


def _fast_place() -> Path:
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        return MEMORY
    return Path("/tmp")


@contextmanager
def servers_for_tests() -> Iterator[dict[str, str]]:
    """Gives the environment that leads to a new PostgreSQL (roles, no tables), broker and mail sink.

    Besides the app's own names it holds DATABASE_SUPERUSER_URL (clearing up, making databases) and
    PEERSAFE_TEST_FOLDER (logs in `log/`; `running.json` names each server's pid, for tests that kill one).
    """
    folder = Path(tempfile.mkdtemp(prefix="peersafe-test-", dir=_fast_place()))
    folder.chmod(private_mode())
    servers = Servers(folder, folder, keys.make(), given={}, throwaway=True)
    try:
        with Household(
            secrets.token_hex(8), folder / "running.json", folder / "log", remove=[folder]
        ) as household:
            start(servers, household)
            assert servers.postgres
            yield {
                **servers.env,
                "DATABASE_SUPERUSER_URL": servers.postgres.superuser_url,
                "PEERSAFE_TEST_FOLDER": str(folder),
                "PEERSAFE_MODE": "test",
                "PEERSAFE_URL": "http://127.0.0.1:8000",
                "PEERSAFE_MAIL_FROM": "Planner <planner@example.org>",
                "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
                "DJANGO_SETTINGS_MODULE": "peersafe.settings",
            }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def servers_side_by_side(lanes: int) -> Iterator[dict[str, str]]:
    """Gives the environment of `lanes` sets of servers; tests/conftest.py leads each process to a set of its own.

    Nothing is shared, so that a test may empty every table, kill a server or wait for a mail beside all others.
    """
    with ExitStack() as stack:
        each = [stack.enter_context(servers_for_tests()) for _lane in range(lanes)]
        differing = {name for env in each for name in env if env[name] != each[0].get(name)}
        apart = [{name: env[name] for name in differing} for env in each]
        yield {**each[0], LANES: json.dumps(apart)}
