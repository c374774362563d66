"""Ends recorded processes, and only those: pid and birth must both match (standard library only).

Run as a script it is the guard: it sleeps until the process that started it is gone, however that went,
then ends what the record still names and removes the folders given.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

PATIENCE = 10.0  # seconds between asking a process to end and ending it


class Entry(TypedDict):
    """One process that a run started: its pid is also its group's."""

    name: str
    pid: int
    born: str  # boot and start time: a pid alone may by now be someone else's
    instance: str  # the run's random name, in the environment of all its processes
    signal: int  # what asks it to end
    server: bool  # ends after the programs that use it


def birth(pid: int) -> str | None:
    """When a process began, as an exact text to compare; None when it is gone, or dead and not yet buried."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return None if fields[0] in "ZX" else f"{boot}:{fields[19]}"
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
    shown = subprocess.run(
        ["ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return None if not shown or shown.startswith("Z") else shown.partition(" ")[2].strip()


def lives(entry: Entry) -> bool:
    """Whether exactly this process is still there."""
    return birth(entry["pid"]) == entry["born"]


def orphans(entry: Entry) -> list[int]:
    """Pids in a dead leader's group that carry its run's name (Linux only)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            group = int((folder / "stat").read_text().rpartition(")")[2].split()[2])
            named = f"PEERSAFE_INSTANCE={entry['instance']}".encode()
            if group == entry["pid"] and named in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def tell(entry: Entry, number: int) -> None:
    """Sends a signal: the gentle one to the leader, who knows how to stop its own; the last one to all."""
    with suppress(ProcessLookupError, PermissionError):
        if number == signal.SIGKILL:
            os.killpg(entry["pid"], number)
        else:
            os.kill(entry["pid"], number)


def end_together(entries: list[Entry]) -> None:
    """Asks these to end, waits, and ends for good those that would not."""
    waiting = [entry for entry in entries if lives(entry)]
    for entry in waiting:
        tell(entry, entry["signal"])
    until = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < until:
        time.sleep(0.02)
        waiting = [entry for entry in waiting if lives(entry)]
    for entry in waiting:
        tell(entry, signal.SIGKILL)
    while any(lives(entry) for entry in waiting):
        time.sleep(0.02)
    for entry in entries:
        for pid in orphans(entry):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def end(entries: list[Entry]) -> None:
    """Ends the programs first, then the servers they talk to."""
    end_together([entry for entry in entries if not entry["server"]])
    end_together([entry for entry in entries if entry["server"]])


def read(record: Path) -> list[Entry]:
    """What a run wrote down; nothing when there is no record or it was cut short."""
    try:
        entries: list[Entry] = json.loads(record.read_text())
    except (OSError, ValueError):
        return []
    return entries


def write(record: Path, entries: list[Entry]) -> None:
    """Writes the record in one step, so that a reader never sees half of it."""
    fresh = record.with_suffix(".new")
    fresh.write_text(json.dumps(entries))
    fresh.replace(record)


def end_recorded(record: Path) -> list[str]:
    """Ends what an earlier run left behind; returns the names of those that still ran."""
    entries = read(record)
    left = [entry["name"] for entry in entries if lives(entry) or orphans(entry)]
    end(entries)
    record.unlink(missing_ok=True)
    return left


def guard(record: Path, folders: list[Path]) -> None:
    """Waits for the end of its starter, who holds the other end of the pipe, then clears up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    end_recorded(record)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    guard(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
