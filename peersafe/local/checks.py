"""`make check`: every check runs, also after one failed; the last lines say which did not hold."""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from peersafe.local.places import ROOT, Trouble, complain, say
from peersafe.local.testing import servers_for_tests

PYTHON = sys.executable
BIN = Path(PYTHON).parent
PATIENCE = 120  # seconds for the list of known holes, which comes over the network


@dataclass(frozen=True)
class Check:
    """One command that must end with 0."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


def live_settings(static: str) -> dict[str, str]:
    """A sensible live server's environment, for Django's own check of it; the key opens nothing."""
    return {
        "PEERSAFE_MODE": "live",
        "PEERSAFE_URL": "https://peersafe.example.org",
        "ALLOWED_HOSTS": "peersafe.example.org",
        "SECRET_KEY": base64.b64encode(os.urandom(48)).decode(),
        "STATIC_ROOT": static,
    }


def checks(static: str) -> list[Check]:
    """All of them, quickest first."""
    manage = (PYTHON, "manage.py")
    compose = (
        PYTHON,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "docker-compose.yml",
    )
    return [
        Check("format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
        Check("lint", (PYTHON, "-m", "ruff", "check", ".")),
        Check("locks", (PYTHON, "-m", "peersafe.local.lock", "check")),
        Check("compose file", compose),
        Check("layers", (str(BIN / "lint-imports"),)),
        Check("migrations", (*manage, "makemigrations", "--check", "--dry-run")),
        Check(
            "live settings", (*manage, "check", "--deploy", "--fail-level", "WARNING"), live_settings(static)
        ),
        Check("translations", (PYTHON, "-m", "tests.check_translations")),
        Check("types", (PYTHON, "-m", "mypy")),
    ]


def holds(check: Check, env: Mapping[str, str]) -> bool:
    """Runs one check; shows its words only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        env={**env, **check.env},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = time.monotonic() - began
    say(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {check.name}  ({took:.1f} s)")
    if done.returncode:
        say(done.stdout)
    return done.returncode == 0


def audit() -> bool:
    """Looks for known holes in what we depend on; where the list cannot be had, it says so."""
    with tempfile.NamedTemporaryFile(suffix=".json") as found:
        command = [
            PYTHON,
            "-m",
            "pip_audit",
            "-r",
            "requirements/dev.txt",
            "--require-hashes",
            "--disable-pip",
        ]
        command += [
            "--progress-spinner",
            "off",
            "--timeout",
            "10",
            "--format",
            "json",
            "--output",
            found.name,
        ]
        try:
            subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=PATIENCE)
            packages = json.loads(Path(found.name).read_text())["dependencies"]
        except (subprocess.TimeoutExpired, ValueError, KeyError):
            packages = []
    return _report(packages)


def _report(packages: Sequence[Mapping[str, object]]) -> bool:
    holes = [each for each in packages if each.get("vulns")]
    if holes:
        say("FAILED  known holes")
    elif not packages or any("skip_reason" in each for each in packages):
        # pip-audit itself calls this "no known vulnerabilities".
        say("NOT AUDITED  known holes: the advisories cannot be reached from here, or not for every package")
    else:
        say("ok      known holes")
    for each in holes:
        vulns = each["vulns"]
        assert isinstance(vulns, list)
        say(f"    {each['name']} {each['version']}: {', '.join(hole['id'] for hole in vulns)}")
    return not holes


def main() -> int:
    """Runs all checks beside throw-away servers, which the ones about migrations and settings ask."""
    try:
        with servers_for_tests() as env, tempfile.TemporaryDirectory() as static:
            failed = [check.name for check in checks(static) if not holds(check, env)]
    except Trouble as trouble:
        complain(str(trouble))
        return trouble.code
    if not audit():
        failed.append("known holes")
    say(f"\n{len(failed)} failed: {', '.join(failed)}" if failed else "\nAll checks hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
