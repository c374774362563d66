"""The commands behind the Makefile: `python -m peersafe.local run|test|with …`."""

import argparse
import os
import re
import signal
import subprocess
import sys

from peersafe.local.places import ROOT, Trouble, complain

MOST_LANES = 4  # each has servers and a Chromium of its own: half a gigabyte
# What one process is to do: show its words or stop for somebody, or be through while a second one starts.
IN_ONE_LANE = re.compile(r"-[kns]|--(pdb|trace|co|collect-only|lf|last-failed|capture=no)$|[^-].*\.py\b")


def with_servers(command: list[str], *, browser: bool, lanes: int = 1) -> int:
    """Runs a command beside servers of its own; Ctrl-C and SIGTERM reach it, and the servers end after it."""
    from peersafe.local import chromium
    from peersafe.local.testing import servers_side_by_side

    extra = {"CHROMIUM_PATH": chromium.path()} if browser else {}
    with servers_side_by_side(lanes) as env:
        child = subprocess.Popen(command, env={**env, **extra}, cwd=ROOT)
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the command itself
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        code = child.wait()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code


def tests(arguments: list[str]) -> list[str]:
    """The pytest command; ONLY names a folder or file below tests/, or else words in the tests' names."""
    command = [sys.executable, "-m", "pytest", *arguments]
    if only := os.environ.get("ONLY"):
        folder = ROOT / "tests" / only.replace(".", "/")
        for found in (folder, folder.with_suffix(".py"), folder.parent / f"test_{folder.name}.py"):
            if found.exists():
                return [*command, str(found.relative_to(ROOT))]
        return [*command, "-k", only]
    return command


def lanes_for(command: list[str]) -> int:
    """How many processes share these tests: one for each processor; one alone for a file or for chosen words."""
    if wanted := os.environ.get("LANES"):
        if not wanted.isdecimal() or not int(wanted):
            raise Trouble(
                f"LANES={wanted} is not a number of processes: LANES=1 runs one test after the other"
            )
        return int(wanted)
    if any(map(IN_ONE_LANE.match, command[3:])):
        return 1
    return min(processors(), MOST_LANES)


def processors() -> int:
    """Those that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_lanes(command: list[str], lanes: int) -> list[str]:
    """The pytest command for so many processes; a file's tests stay together, in the order of the files."""
    shared_out = [f"--numprocesses={lanes}", "--dist=loadfile", "--no-loadscope-reorder"]
    return [*command, *shared_out] if lanes > 1 else command


def main() -> int:
    """Reads the command line; 2 means that something on this machine stands in the way."""
    parser = argparse.ArgumentParser(prog="python -m peersafe.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything in the foreground").add_argument(
        "--port", default="8000"
    )
    for name, does in (
        ("test", "run pytest beside fresh servers"),
        ("with", "run any command beside fresh servers"),
    ):
        each = commands.add_parser(name, help=does)
        each.add_argument("--no-browser", action="store_true", help="do not look for a Chromium")
        each.add_argument("arguments", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    try:
        if chosen.command == "run":
            return start(chosen.port)
        arguments = chosen.arguments[1:] if chosen.arguments[:1] == ["--"] else chosen.arguments
        browser = not chosen.no_browser
        if chosen.command == "with":
            return with_servers(arguments, browser=browser)
        command = tests(arguments)
        lanes = lanes_for(command)
        return with_servers(in_lanes(command, lanes), browser=browser, lanes=lanes)
    except Trouble as trouble:
        complain(str(trouble))
        return trouble.code
    except KeyboardInterrupt:
        return 130


def start(port: str) -> int:
    """Runs PeerSafe at this port."""
    from peersafe.local.run import run

    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Trouble(
            f"PORT={port} is not a port: it is a number from 1 to 65535, such as  make run PORT=8001"
        )
    run(int(port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
