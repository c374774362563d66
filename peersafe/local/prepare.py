"""Brings database, static files and demo up to date, in one process (each start of Django costs a second).

Run as a script: `python -m peersafe.local.prepare [DEMO_MARK]`.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from peersafe.local.places import say


def state_of_sources() -> str:
    """A hash that changes when any static file's source does."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = os.stat(storage.path(path))
            digest.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect() -> None:
    """Runs collectstatic when any source changed since the last time."""
    made_from = Path(settings.STATIC_ROOT) / "made-from"
    current = state_of_sources()
    if made_from.is_file() and made_from.read_text() == current:
        return
    say("Collecting the static files …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    made_from.write_text(current)


def load_demo(mark: Path | None) -> None:
    """Loads the demo into a new database, or notes that this copy does without: people may have used it since.

    The mark says `loading` meanwhile; a start that finds it so knows that nobody has used the database yet.
    """
    if mark and mark.exists():
        return
    if os.environ.get("PEERSAFE_DEMO") == "no":
        if mark:
            mark.write_text("without")
        return
    if mark:
        mark.write_text("loading")
    say("Loading the demo organisation (the first time only) …")
    call_command("load_demo")
    if mark:
        mark.write_text("loaded")


def main(demo_mark: Path | None) -> None:
    """Migrates as the owner, collects, and loads the demo."""
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    collect()
    load_demo(demo_mark)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersafe.settings")
    django.setup()
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
