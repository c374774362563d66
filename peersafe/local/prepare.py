"""Brings database, static files and demo up to date, in one process (each start of Django costs a second).

Run as a script: `python -m peersafe.local.prepare STAMP [DEMO_MARK]`.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.core.management import call_command, get_commands

from peersafe.local.places import say


def collect(stamp: Path) -> None:
    """Runs collectstatic when any source file changed since the stamp was written."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            about = os.stat(storage.path(path))
            digest.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    current = digest.hexdigest()
    whole = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    if whole and stamp.is_file() and stamp.read_text() == current:
        return
    say("Collecting the static files …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(current)


def main(stamp: Path, demo_mark: Path | None) -> None:
    """Migrates as the owner, collects, and loads the demo, which ends at once when it is there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersafe.settings")
    django.setup()
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    collect(stamp)
    if "load_demo" not in get_commands():
        return
    if demo_mark and demo_mark.exists() and demo_mark.read_text() == "loaded":
        return
    if demo_mark:
        demo_mark.write_text("loading")
    say("Loading the demo organisation (the first time only) …")
    call_command("load_demo")
    if demo_mark:
        demo_mark.write_text("loaded")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
