"""The migrated database, kept as a dump in `.local`, so that the next run starts in a second instead of ten.

A dump is used only while all that made it is the same, to the byte: migrations, what they import, models, roles, locks.
In a fresh clone there is none, and every table is made by the migrations.
"""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

from peersafe.local.places import LOCAL
from peersafe.local.postgres import programs

ROOT = Path(settings.BASE_DIR)
PLACE = LOCAL / "migrated-for-tests"
KEPT = 3  # dumps, for those who change branches


def _sources() -> Iterator[Path]:
    ours = [Path(config.path) for config in apps.get_app_configs() if ROOT in Path(config.path).parents]
    for folder in ours:
        yield from folder.glob("migrations/*.py")
        yield from folder.glob("models.py")
        yield from folder.glob("models/**/*.py")
    yield from ROOT.glob("lib/**/*.py")
    yield from ROOT.glob("peersafe/sql/*")
    yield from ROOT.glob("requirements/*.txt")
    yield from (
        ROOT / "peersafe" / "settings.py",
        ROOT / "peersafe" / "local" / "postgres.py",
        Path(__file__),
    )


def _dump() -> Path:
    """Where the dump of this state of the sources lies, or would lie."""
    digest = hashlib.sha256()
    for path in sorted(set(_sources())):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return PLACE / f"{digest.hexdigest()[:16]}.sql"


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(programs() / program), *arguments, f"--dbname={os.environ['DATABASE_SUPERUSER_URL']}"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )


def make(migrate: Callable[[], object]) -> None:
    """Fills the empty database: from the dump, or by migrating; whoever comes meanwhile waits for the dump."""
    PLACE.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (PLACE / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        dump = _dump()
        if not dump.exists():
            migrate()
            _keep(dump)
            return
    dump.touch()
    all_or_nothing = ("-X", "-q", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={dump}")
    if _run("psql", *all_or_nothing).returncode:
        migrate()


def _keep(dump: Path) -> None:
    making = dump.with_suffix(".making")
    if _run("pg_dump", f"--file={making}").returncode == 0:
        making.replace(dump)
    for old in sorted(PLACE.glob("*.sql"), key=lambda each: each.stat().st_mtime, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)
