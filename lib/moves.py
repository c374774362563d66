"""State tables: `MOVES = {verb: (states it may start from, state it ends in)}`."""

from collections.abc import Mapping
from typing import Protocol

from django.utils.translation import gettext as _

from lib.refusal import Refused

Moves = Mapping[str, tuple[tuple[str, ...], str]]


class Stateful(Protocol):
    """A row with a state."""

    state: str


def may(moves: Moves, verb: str, state: str) -> bool:
    """Whether `verb` may start from `state`. Raises KeyError for a verb that is not in the table."""
    return state in moves[verb][0]


def move(moves: Moves, verb: str, row: Stateful) -> None:
    """Set the row's state to where `verb` leads, unsaved. Raises Refused when the state has moved on meanwhile."""
    if not may(moves, verb, row.state):
        raise Refused(_("This has changed since you opened the page. Please look at it again."))
    row.state = moves[verb][1]
