"""Starts the processes of one run, watches them, and ends all of them."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from peersafe.local import leftovers
from peersafe.local.account import Account
from peersafe.local.places import ROOT, Trouble

LOG_LIMIT = 5_000_000  # bytes; a larger log is put aside at the next start


class Stopped(Exception):
    """Someone asked us to end: Ctrl-C, SIGTERM, or the end of the `make` that started us."""


class Died(Trouble):
    """A process ended that should have gone on."""

    code = 1


@dataclass
class Child:
    """One running process and where its words go."""

    popen: subprocess.Popen[bytes]
    entry: leftovers.Entry
    log: Path

    def check(self) -> None:
        """Raises Died, with the end of the log, when the process is gone."""
        code = self.popen.poll()
        if code is None:
            return
        lines = self.log.read_text(errors="replace").splitlines()[-20:]
        how = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
        shown = "\n".join(f"    {line}" for line in lines) or "    (nothing)"
        raise Died(f"{self.entry['name']} stopped by itself ({how}). The end of {self.log}:\n{shown}")


@dataclass
class Household:
    """All processes of one run; leaving the block ends them; if we are killed, the guard does."""

    instance: str
    record: Path
    logs: Path
    remove: Sequence[Path] = ()  # folders the guard removes in the end, whatever became of us
    children: list[Child] = field(default_factory=list)
    asked_to_end: bool = False  # set by a signal; looked at between steps, so that no child is half-recorded
    starter: int | None = None  # a parent without which we end as well
    _guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        script = str(Path(leftovers.__file__))
        command = [sys.executable, "-I", script, str(self.record), *map(str, self.remove)]
        with self.record.with_suffix(".guard").open("w") as turn:
            # An earlier run's guard may still be clearing up; ours holds the lock from its first moment on.
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._guard = subprocess.Popen(
                command, stdin=subprocess.PIPE, start_new_session=True, cwd="/", pass_fds=[turn.fileno()]
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as always:
            always.callback(self._dismiss_guard)
            self.end(self.children)

    def _dismiss_guard(self) -> None:
        if self._guard and self._guard.stdin:
            self._guard.stdin.close()
            self._guard.wait()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        ends_on: signal.Signals = signal.SIGTERM,
        server: bool = False,
        cwd: Path = ROOT,
        account: Account | None = None,
        shown: bool = False,
    ) -> Child:
        """Starts a process in a session of its own, so that Ctrl-C reaches us alone.

        Its words go to its log, or with `shown` to the screen.
        """
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as words:
            popen = subprocess.Popen(
                [str(part) for part in command],
                env={**env, "PEERSAFE_INSTANCE": self.instance},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=None if shown else words,
                stderr=None if shown else subprocess.STDOUT,
                start_new_session=True,
                **(account.change() if account else {}),
            )
        entry = leftovers.Entry(
            name=name,
            pid=popen.pid,
            born=leftovers.birth(popen.pid) or "",
            instance=self.instance,
            signal=ends_on,
            server=server,
        )
        child = Child(popen, entry, log)
        self.children.append(child)
        self._write()
        return child

    def end(self, children: Sequence[Child]) -> None:
        """Ends these, programs before servers."""
        ending = list(children)
        leftovers.end([child.entry for child in ending])
        for child in ending:
            child.popen.wait()
            self.children.remove(child)
        self._write()

    def check(self) -> None:
        """Raises Died for the first process that is gone, and Stopped when we were asked to end."""
        if self.asked_to_end or (self.starter and os.getppid() != self.starter):
            raise Stopped
        for child in self.children:
            child.check()

    def wait_for(self, what: str, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Asks until it is ready; a death on the way is told at once."""
        until = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > until:
                raise Trouble(f"{what} did not answer within {seconds:.0f} seconds; see {self.logs}")
            time.sleep(0.03)

    def finish(self, child: Child) -> int:
        """Waits for a process that is meant to end, while watching the others; returns its exit code."""
        self.children.remove(child)
        try:
            while (code := child.popen.poll()) is None:
                self.check()
                time.sleep(0.03)
        except BaseException:
            self.children.append(child)
            raise
        self._write()
        return code

    def _write(self) -> None:
        if self.children:
            leftovers.write(self.record, [child.entry for child in self.children])
        else:
            self.record.unlink(missing_ok=True)


def own_environment() -> dict[str, str]:
    """This process's environment, without the PG… variables that would turn our connections elsewhere."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}
