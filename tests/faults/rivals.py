"""Many who want the same at the same moment, each with a real connection of their own to the database.

`Rivals` starts some processes with many threads each; every thread stands inside the wall of its organisation, in an
open transaction, before all are let go at once. This module is also what such a process runs.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from peersafe.local.places import ROOT
from tests import processes

PROCESSES, EACH = 4, 50
WON, REFUSED, WRONG = "won", "refused", "wrong"
Wish = dict[str, Any]  # plain values, as JSON carries them


@dataclass(frozen=True)
class Outcome:
    """What one of them got: `won`, `refused` in the words of the refusal, or `wrong` with the error's."""

    what: str
    words: str


@dataclass(frozen=True)
class Contest:
    """What came of one moment, and how many seconds passed until the last of them knew."""

    outcomes: list[Outcome]
    seconds: float

    def count(self, what: str) -> int:
        """How many got this."""
        return sum(one.what == what for one in self.outcomes)


class Rivals:
    """Processes that stand ready."""

    def __init__(self, children: Sequence[subprocess.Popen[str]]) -> None:
        self._children = children

    def contest(
        self, act: Callable[[Wish], object], organisation_id: UUID, wishes: Sequence[Wish]
    ) -> Contest:
        """Let each wish be acted upon at the same moment. `act` is a function of a module, and is found by name."""
        shares = [wishes[number :: len(self._children)] for number in range(len(self._children))]
        name = f"{act.__module__}:{act.__qualname__}"
        for child, share in zip(self._children, shares, strict=True):
            _tell(child, {"act": name, "organisation": str(organisation_id), "wishes": list(share)})
        for child in self._children:
            _hear(child)  # all its threads are inside, and wait
        began = time.perf_counter()
        for child in self._children:
            _tell(child, "go")
        outcomes = [Outcome(*one) for child in self._children for one in _hear(child)]
        return Contest(outcomes, time.perf_counter() - began)


@contextmanager
def rivals() -> Iterator[Rivals]:
    """Start them; they end with the block, or when this process ends, because their input does."""
    command = [sys.executable, "-m", "tests.faults.rivals"]
    children = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=processes.environment(DJANGO_SETTINGS_MODULE="peersafe.settings"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _number in range(PROCESSES)
    ]
    try:
        yield Rivals(children)
    finally:
        for child in children:
            if child.stdin is not None:
                child.stdin.close()
            child.wait(30)


def _tell(child: subprocess.Popen[str], message: object) -> None:
    assert child.stdin is not None
    child.stdin.write(json.dumps(message) + "\n")
    child.stdin.flush()


def _hear(child: subprocess.Popen[str]) -> Any:
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise RuntimeError("a rival died; its error stands above")
    return json.loads(line)


# In the process -------------------------------------------------------------------------------------------------


def run() -> None:
    """Hear what to do, line by line, until there is no more."""
    import django

    django.setup()
    from django.db import connections

    connections["default"].settings_dict["OPTIONS"]["pool"] = {
        "min_size": EACH,
        "max_size": EACH,
        "timeout": 60,
    }
    for line in sys.stdin:
        task = json.loads(line)
        module, _, name = task["act"].partition(":")
        act = getattr(import_module(module), name)
        _contest(act, UUID(task["organisation"]), task["wishes"])


def _contest(act: Callable[[Wish], object], organisation_id: UUID, wishes: list[Wish]) -> None:
    ready, off = threading.Barrier(len(wishes) + 1), threading.Event()
    outcomes: list[tuple[str, str]] = [(WRONG, "never ran")] * len(wishes)

    def one(number: int) -> None:
        outcomes[number] = _act(act, organisation_id, wishes[number], ready, off)

    threads = [threading.Thread(target=one, args=[number]) for number in range(len(wishes))]
    for thread in threads:
        thread.start()
    ready.wait(120)
    _say("ready")
    sys.stdin.readline()
    off.set()
    for thread in threads:
        thread.join()
    _say(outcomes)


def _act(
    act: Callable[[Wish], object],
    organisation_id: UUID,
    wish: Wish,
    ready: threading.Barrier,
    off: threading.Event,
) -> tuple[str, str]:
    from django.db import connection

    from lib import wall
    from lib.refusal import Refused

    try:
        with wall.inside(organisation_id):
            ready.wait(120)
            off.wait(120)
            try:
                act(wish)
            except Refused as no:
                return REFUSED, str(no)
        return WON, ""
    except Exception as error:
        ready.abort()
        return WRONG, repr(error)
    finally:
        connection.close()


def _say(message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run()
