"""`make run`: everything started, watched and ended in the foreground."""

import fcntl
import json
import os
import secrets
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from urllib.error import URLError

from peersafe.local import leftovers, postgres, servers
from peersafe.local.places import LOCAL, Trouble, local_folder, say, socket_folder
from peersafe.local.processes import Died, Household, Stopped
from peersafe.local.servers import Servers

PEOPLE = ("coordinator", "supporter", "supervisor")
PASSWORD = "a-quiet-walk"  # of the demo accounts, which exist in local mode only


def must_be_free(port: int) -> None:
    """Raises Trouble when something already answers or listens at this port."""
    taken = f"Port {port} is taken by another program. Choose another one:  make run PORT={port + 1}"
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Trouble(taken)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Trouble(f"This account may not use port {port}. Try:  make run PORT=8000") from None
        except OSError:
            raise Trouble(taken) from None


@contextmanager
def only_one(folder: Path, url: str) -> Iterator[None]:
    """Holds this checkout for one run; the system lets go by itself however the run ends."""
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            who = lock.read().strip() or "another process"
            raise Trouble(
                f"PeerSafe already runs from this folder ({who}). Stop it with Ctrl-C in its window first."
            ) from None
        lock.truncate(0)
        lock.write(f"{url}, process {os.getpid()}")
        lock.flush()
        yield
        lock.truncate(0)


def clear_up(record: Path) -> None:
    """Ends what an earlier run of this checkout left running, and says so."""
    if left := leftovers.end_recorded(record):
        say(f"An earlier run was cut off and left {', '.join(left)} running: ended now.")


@contextmanager
def ends_on_signals(household: Household) -> Iterator[None]:
    """Lets Ctrl-C, SIGTERM and a closed terminal ask for a clean end, at the next safe step."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        household.asked_to_end = True

    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, ask) for number in wanted]
    try:
        yield
    finally:
        for number, old in zip(wanted, before, strict=True):
            signal.signal(number, old)


def prepare(mine: Servers, household: Household) -> None:
    """Migrations, static files and demo; a first load of it that was cut off begins anew."""
    command: list[str | Path] = [sys.executable, "-m", "peersafe.local.prepare"]
    if mine.postgres:
        mark = mine.postgres.demo_mark
        if mark.exists() and mark.read_text() == "loading":
            say("An earlier start was cut off while loading the demo: starting it from an empty database.")
            postgres.make_database(mine.postgres, anew=True)
            mark.unlink()
        command.append(mark)
    if household.finish(household.start("prepare", command, env=mine.env, shown=True)):
        raise Died("Could not prepare the database; the lines above say why.")


def start_programs(mine: Servers, household: Household, port: int) -> None:
    """Web, worker and clock; none of them knows the owner's address."""
    env = {name: value for name, value in mine.env.items() if name != "DATABASE_OWNER_URL"}
    python = sys.executable
    web = [python, "-m", "gunicorn", "peersafe.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    web += ["--workers", str((os.cpu_count() or 1) + 1), "--no-control-socket", "--graceful-timeout", "5"]
    # Browsers open connections ahead of need, and no proxy stands in front: each would hold a plain worker.
    web += ["--worker-class", "gthread", "--threads", "4"]
    household.start("web", web, env=env)
    celery = [python, "-m", "celery", "-A", "peersafe"]
    household.start("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"], env=env)
    household.start(
        "beat", [*celery, "beat", "--schedule", str(mine.folder / "beat-schedule"), "--pidfile="], env=env
    )


def answers(url: str, instance: str) -> bool:
    """Whether `/healthz` is well, and is this run's own."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as response:
            found = json.load(response)
    except (URLError, OSError, ValueError):
        return False
    return bool(found.get("instance") == instance)


def greeting(url: str, mine: Servers) -> str:
    """What a newcomer needs to know, and nothing else."""
    accounts = "\n".join(f"    {who}@example.org" for who in PEOPLE)
    demo = (
        f"  Sign in as one of these, password  {PASSWORD}\n{accounts}\n"
        "    and the same three at a second organisation: …@other.example.org\n\n"
    )
    mail = f"{url}/mailbox/" if "PEERSAFE_MAILBOX" in mine.env else "goes to your own mail server"
    return (
        f"\nPeerSafe is ready:  {url}\n\n"
        f"{'' if os.environ.get('PEERSAFE_DEMO') == 'no' else demo}"
        f"  Mail it sends:  {mail}\n"
        f"  Data and logs:  {mine.folder}\n\n"
        "Ctrl-C stops everything; what you entered stays."
    )


def environment(given: Mapping[str, str], url: str) -> dict[str, str]:
    """What the app reads, besides the addresses of its servers; what you set yourself stays."""
    chosen = {
        "PEERSAFE_MODE": "local",
        "PEERSAFE_URL": url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PEERSAFE_MAIL_FROM": "Planner <planner@example.org>",
        "DJANGO_SETTINGS_MODULE": "peersafe.settings",
        "STATIC_ROOT": str(LOCAL / "static"),
    }
    return {**given, **{name: given.get(name) or value for name, value in chosen.items()}}


def watch(household: Household) -> None:
    """Goes on until a process dies or we are asked to end."""
    while True:
        household.check()
        time.sleep(0.2)


def run(port: int) -> None:
    """Starts it all, says where, watches; raises Trouble when it cannot go on, returns when asked to end."""
    os.umask(0o077)
    url = f"http://127.0.0.1:{port}"
    folder = local_folder()
    record = folder / "running.json"
    with only_one(folder, url):
        clear_up(record)
        must_be_free(port)
        sockets = socket_folder()
        household = Household(secrets.token_hex(8), record, folder / "log", remove=[sockets])
        # When `make` itself is killed, nobody is left to press Ctrl-C to.
        household.starter = os.getppid() if "MAKELEVEL" in os.environ else None
        with ends_on_signals(household), household:
            mine = Servers(folder, sockets, servers.keys_for(folder), servers.given_addresses())
            with suppress(Stopped):
                say("Starting the servers …")
                servers.start(mine, household)
                mine.env = environment(mine.env, url)
                prepare(mine, household)
                start_programs(mine, household, port)
                household.wait_for("The web server", lambda: answers(url, household.instance))
                say(greeting(url, mine))
                watch(household)
            say("\nStopping …")
    say(f"Stopped. What you entered stays in {LOCAL}.")
