"""A copy of PeerSafe in a folder of its own, started for real and killed for real."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from peersafe.local import leftovers, prepare
from peersafe.local.places import ROOT
from tests import processes

# The servers of the test run itself must not be taken for ones that were given to the copy.
OWN = (
    "DATABASE",
    "REDIS_URL",
    "EMAIL_URL",
    "PEERSAFE_",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "STATIC_ROOT",
    "MAKELEVEL",
)


def free_port() -> int:
    """A port nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@cache
def static_root() -> str:
    """The test run's collected static files: collecting anew for each copy would take longer than all else."""
    folder = processes.static_files()
    (folder / "made-from").write_text(prepare.state_of_sources())
    return str(folder)


@dataclass
class Copy:
    """One `.local` folder and the runs started on it."""

    folder: Path
    port: int = field(default_factory=free_port)
    started: subprocess.Popen[str] | None = None

    def start(self, port: int | str | None = None) -> subprocess.Popen[str]:
        """Starts a run; the words it says are read from its pipe."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
        command = [sys.executable, "-m", "peersafe.local", "run", "--port", str(port or self.port)]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={
                **env,
                "STATIC_ROOT": static_root(),
                "PEERSAFE_LOCAL": str(self.folder),
                "PEERSAFE_DEMO": "no",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def up(self) -> str:
        """Starts a run, waits until it says that it is ready, and returns what it said."""
        self.started = self.start()
        assert self.started.stdout
        said = ""
        for line in self.started.stdout:
            said += line
            if "Ctrl-C stops everything" in line:
                return said
        raise AssertionError(f"it never got ready:\n{said}")

    def refused(self, port: int | None = None) -> str:
        """Starts a run that must not come up; returns its words after checking its exit code."""
        run = self.start(port)
        said, _ = run.communicate(timeout=30)
        assert run.returncode == 2, said
        return said

    def down(self) -> str:
        """Asks the run to end as Ctrl-C and `kill` do, and returns its last words."""
        assert self.started
        self.started.send_signal(signal.SIGTERM)
        said, _ = self.started.communicate(timeout=30)
        assert self.started.returncode == 0, said
        return said

    def entries(self) -> list[leftovers.Entry]:
        """The processes that the run wrote down."""
        return leftovers.read(self.folder / "running.json")

    def guard(self) -> int:
        """The pid of the run's guard."""
        wanted = ["-I", leftovers.__file__, str(self.folder / "running.json")]
        shown = subprocess.run(
            ["ps", "axww", "-o", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout
        (line,) = [line for line in shown.splitlines() if " ".join(wanted) in line]
        return int(line.split()[0])

    def instance(self) -> str:
        """The run that answers at the copy's port."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as response:
            return str(json.load(response)["instance"])


def gone(entries: list[leftovers.Entry], seconds: float = 15) -> bool:
    """Whether all of these end within the time."""
    until = time.monotonic() + seconds
    while any(leftovers.lives(entry) for entry in entries):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
