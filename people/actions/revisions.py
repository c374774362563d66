"""Changing a row that somebody else may be changing at the same time."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.translation import gettext as _

from lib.refusal import Refused


class Revised(Protocol):
    """A row that counts its changes."""

    revision: int


def set_all(row: Revised, changes: Mapping[str, Any], *, revision: int, more: bool = False) -> list[str]:
    """Set what differs on a locked row, unsaved, and count the change; the names of what differed.

    Raises Refused when the row is newer than the page, unless it is as wished already: the same form sent twice
    is no quarrel. `more` says that something beside the row's own columns is to change.
    """
    changed = sorted(key for key, value in changes.items() if getattr(row, key) != value)
    if not changed and not more:
        return []
    if row.revision != revision:
        raise Refused(stale())
    for key in changed:
        setattr(row, key, changes[key])
    row.revision += 1
    return changed


def stale() -> str:
    """What somebody reads whose page is older than the row."""
    return _(
        "Somebody changed this while you had the page open. Your words are still here: "
        "compare them with the newest state, then save again."
    )
