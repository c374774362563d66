"""Real processes for tests: the web server and the worker as they run live, on the servers of this run.

with processes.household("web") as household:
    web = processes.start_web(household)
    worker = processes.start_worker(household, PEERSAFE_URL=web.url)
"""

import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

from django.core.management import call_command
from django.test import override_settings
from whitenoise import WhiteNoise

from peersafe.local.places import LOCAL, Trouble
from peersafe.local.prepare import state_of_sources
from peersafe.local.processes import Child, Household, own_environment

# A browser opens connections ahead of need, and each would hold a plain worker for itself.
FOR_BROWSERS = ("--worker-class", "gthread", "--threads", "4")
KEPT = 3  # collected sets of static files: each takes 20 s to make, and several checkouts of the code may run


@dataclass(frozen=True)
class Web:
    """A running web server and where it answers."""

    child: Child
    url: str

    @property
    def pid(self) -> int:
        """The process above its workers."""
        return self.child.popen.pid


def folder() -> Path:
    """Where this run's servers keep their logs and records; thrown away at its end."""
    return Path(os.environ["PEERSAFE_TEST_FOLDER"])


@contextmanager
def household(name: str) -> Iterator[Household]:
    """Processes that end with the block, and also when this process is killed. Logs: `log-<name>/` in the folder."""
    record = folder() / f"running-{name}.json"
    with Household(secrets.token_hex(8), record, folder() / f"log-{name}") as mine:
        yield mine


def free_port() -> int:
    """A port nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**changes: str) -> dict[str, str]:
    """The environment of a process of the app: ours, with the static files, without the owner's address."""
    env = {**own_environment(), "STATIC_ROOT": str(static_files()), **changes}
    return {name: value for name, value in env.items() if name != "DATABASE_OWNER_URL"}


def start_web(
    household: Household,
    *options: str,
    name: str = "web",
    workers: int = 2,
    mode: str = "",
    settings_module: str = "peersafe.settings",
) -> Web:
    """Starts gunicorn and waits until it answers.

    `options` are gunicorn's, such as FOR_BROWSERS.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "peersafe.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(workers), "--no-control-socket", "--graceful-timeout", "2", *options]
    env = environment(PEERSAFE_URL=url, DJANGO_SETTINGS_MODULE=settings_module)
    child = household.start(name, command, env={**env, **({"PEERSAFE_MODE": mode} if mode else {})})
    _await(household, child, lambda: _answers(url, household.instance))
    return Web(child, url)


def start_worker(
    household: Household, *, name: str = "worker", concurrency: int = 1, **changes: str
) -> Child:
    """Starts a Celery worker and waits until it takes tasks; `changes` go into its environment."""
    command = [sys.executable, "-m", "celery", "-A", "peersafe", "worker", "--loglevel", "INFO"]
    child = household.start(name, [*command, "--concurrency", str(concurrency)], env=environment(**changes))
    _await(household, child, lambda: " ready." in child.log.read_text(errors="replace"))
    return child


def _await(household: Household, child: Child, ready: Callable[[], bool]) -> None:
    """The logs are thrown away with the servers, so what they say of a failure goes into the error."""
    try:
        household.wait_for(child.entry["name"], ready, seconds=30)
    except Trouble as trouble:
        end = "\n".join(child.log.read_text(errors="replace").splitlines()[-30:])
        raise Trouble(f"{trouble}\n{end}") from None


def _answers(url: str, instance: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as response:
            return bool(json.load(response).get("instance") == instance)
    except (URLError, OSError, ValueError):
        return False


def static_files() -> Path:
    """The static files, collected and compressed; made once for each state of their sources, kept in .local."""
    place = LOCAL / "static-for-tests"
    ready = place / state_of_sources()[:16]
    if not ready.exists():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=place, prefix="making-"))
        with override_settings(STATIC_ROOT=making):
            call_command("collectstatic", interactive=False, verbosity=0)
        try:
            making.rename(ready)
        except OSError:  # another run was quicker
            shutil.rmtree(making)
        _clear_old(place)
    ready.touch()
    return ready


def _clear_old(place: Path) -> None:
    kept = sorted(place.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)[:KEPT]
    for each in place.iterdir():
        if each not in kept:
            shutil.rmtree(each, ignore_errors=True)


def use_static_files() -> None:
    """Lets pages drawn in this very process find the collected files too."""
    override_settings(STATIC_ROOT=static_files()).enable()


def list_static_files_once() -> None:
    """Lets WhiteNoise go through a folder once: it would again for each test's first request, which adds up."""
    listed: dict[tuple[str, str], dict[str, Any]] = {}
    look = WhiteNoise.update_files_dictionary

    def remembered(self: Any, root: str, prefix: str) -> None:
        if (root, prefix) not in listed:
            before = self.files
            self.files = {}
            look(self, root, prefix)
            listed[root, prefix] = self.files
            self.files = before
        self.files.update(listed[root, prefix])

    WhiteNoise.update_files_dictionary = remembered
