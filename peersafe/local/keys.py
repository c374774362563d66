"""The passwords and keys of one checkout: made on the first start, kept in `.local/secrets.json`."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import TypedDict


class Keys(TypedDict):
    """What a run must know and nobody else may."""

    superuser_password: str
    owner_password: str
    app_password: str
    secret_key: str
    peersafe_keys: str


def make() -> Keys:
    """Fresh random ones."""
    return Keys(
        superuser_password=secrets.token_urlsafe(24),
        owner_password=secrets.token_urlsafe(24),
        app_password=secrets.token_urlsafe(24),
        secret_key=secrets.token_urlsafe(48),
        peersafe_keys=f"local1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    )


def read(path: Path) -> Keys | None:
    """Those of an earlier start; None when there are none or the file is not whole."""
    try:
        kept = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
    whole = isinstance(kept, dict) and Keys.__required_keys__ <= kept.keys()
    return Keys(**kept) if whole else None  # type: ignore[typeddict-item]


def keep(path: Path, keys: Keys) -> None:
    """Writes them in one step, readable by this account only."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(keys, file, indent=1)
    fresh.replace(path)
