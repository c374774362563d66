"""The commands behind the Makefile: `python -m peersafe.local run|test|with …`."""

import argparse
import os
import signal
import subprocess
import sys

from peersafe.local.places import ROOT, Trouble, complain


def with_servers(command: list[str], *, browser: bool) -> int:
    """Runs a command beside servers of its own; Ctrl-C and SIGTERM reach it, and the servers end after it."""
    from peersafe.local import chromium
    from peersafe.local.testing import servers_for_tests

    extra = {"CHROMIUM_PATH": chromium.path()} if browser else {}
    with servers_for_tests() as env:
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
        command = tests(arguments) if chosen.command == "test" else arguments
        return with_servers(command, browser=not chosen.no_browser)
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
