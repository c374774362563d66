"""The servers PeerSafe needs and the environment that leads to them; an address that is set is left alone."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from peersafe.local import keys as key_file
from peersafe.local import mail_sink, postgres, valkey
from peersafe.local.keys import Keys
from peersafe.local.mail_sink import MailSink
from peersafe.local.places import Trouble, say
from peersafe.local.postgres import Postgres
from peersafe.local.processes import Household, own_environment
from peersafe.local.valkey import Valkey


@dataclass
class Servers:
    """What one folder's servers are, and the addresses they answer at."""

    folder: Path
    sockets: Path
    keys: Keys
    given: Mapping[str, str]  # addresses of servers that someone else runs
    throwaway: bool = False
    env: dict[str, str] = field(default_factory=dict)
    postgres: Postgres | None = None  # None: DATABASE_URL was given

    @property
    def mailbox(self) -> Path:
        """The maildir of everything that was sent."""
        return self.folder / "mailbox"


ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL")


def given_addresses() -> dict[str, str]:
    """The addresses in our own environment, which are used instead of servers of our own."""
    given = {name: value for name, value in own_environment().items() if name in ADDRESSES and value}
    if ("DATABASE_URL" in given) != ("DATABASE_OWNER_URL" in given):
        raise Trouble(
            "Set DATABASE_URL (the app's role) and DATABASE_OWNER_URL (who owns the tables) together,\n"
            "or neither; .env.example says how both roles are made."
        )
    return given


def keys_for(folder: Path) -> Keys:
    """The folder's keys; data whose keys are lost is put aside, never deleted."""
    path = folder / "secrets.json"
    if kept := key_file.read(path):
        return kept
    data = folder / "postgres"
    if (data / "peersafe-ready").exists():
        aside = folder / f"postgres-without-keys-{int(time.time())}"
        data.rename(aside)
        say(f"The keys in {path} are gone, so the old data cannot be opened: put aside as {aside.name}.")
    else:
        shutil.rmtree(data, ignore_errors=True)
    path.unlink(missing_ok=True)
    fresh = key_file.make()
    key_file.keep(path, fresh)
    return fresh


def start(servers: Servers, household: Household) -> None:
    """Starts those that were not given, and fills in `servers.env`."""
    base = own_environment()
    servers.env = {
        **base,
        **servers.given,
        "SECRET_KEY": base.get("SECRET_KEY") or servers.keys["secret_key"],
        "PEERSAFE_KEYS": base.get("PEERSAFE_KEYS") or servers.keys["peersafe_keys"],
    }
    if "DATABASE_URL" not in servers.given:
        servers.postgres = Postgres(
            servers.folder / "postgres", servers.sockets / "pg", servers.keys, servers.throwaway
        )
        start_postgres(servers.postgres, household)
        servers.env["DATABASE_URL"] = servers.postgres.app_url
        servers.env["DATABASE_OWNER_URL"] = servers.postgres.owner_url
    if "REDIS_URL" not in servers.given:
        broker = Valkey(servers.folder / "valkey", servers.sockets / "valkey.sock", servers.throwaway)
        valkey.start(broker, household, servers.env)
        servers.env["REDIS_URL"] = broker.url
    if "EMAIL_URL" not in servers.given:
        sink = MailSink(servers.mailbox, servers.folder / "mail-port")
        mail_sink.start(sink, household, servers.env)
        servers.env["EMAIL_URL"] = sink.url
        servers.env["PEERSAFE_MAILBOX"] = str(servers.mailbox)


def start_postgres(server: Postgres, household: Household) -> None:
    """Starts the server with its database, made first when missing or left half-made."""
    if server.data.exists() and not server.ready_mark.exists():
        say("An earlier start was cut off while making the database: making it again.")
        postgres.clear_stale_lock(server)
        postgres.remove(server)
    if server.data.exists():
        version = (server.data / "PG_VERSION").read_text().strip()
        if version != "18":
            raise Trouble(
                f"{server.data} was made by PostgreSQL {version}; this is 18. Move it away to start anew."
            )
        if postgres.clear_stale_lock(server):
            say("An earlier run was cut off: PostgreSQL recovers its data by itself.")
        postgres.start(server, household)
        return
    postgres.make(server)
    postgres.start(server, household)
    postgres.make_database(server)
