"""The lock files: pinned, hashed, without addresses, and made from this pyproject.toml."""

import shutil
from pathlib import Path

import pytest

from peersafe.local import lock


def test_the_lock_files_hold() -> None:
    assert lock.faults() == []


def test_an_address_and_an_old_lock_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(lock.REQUIREMENTS, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(lock, "REQUIREMENTS", tmp_path)
    app = tmp_path / "app.txt"
    app.write_text("# made from pyproject.toml 0\n--index-url https://example.org/simple\n" + app.read_text())
    assert lock.faults() == [
        "app.txt was not made from this pyproject.toml; run `make lock`.",
        "app.txt holds an address; a lock names packages and hashes only.",
    ]
