"""What a goal says: its name, and the answers that make it SMART for wellbeing. Only the name is asked for."""

from dataclasses import dataclass, fields
from datetime import date

from lib.sealing.models import DataKey, open_text, seal_text
from sessions.models import Goal


@dataclass(frozen=True)
class GoalWords:
    """Specific, meaningful, achievable, realistic, time-limited: in the peer's own words, or left open."""

    title: str
    specific: str = ""
    meaningful: str = ""
    achievable: str = ""
    realistic: str = ""
    until_on: date | None = None


SEALED = tuple(one.name for one in fields(GoalWords) if one.name != "until_on")


def read(goal: Goal, key: DataKey) -> GoalWords:
    """What a goal says, opened. Raises Unreadable when the peer was erased; whoever shows it records the look."""
    return GoalWords(**{name: open_text(goal, name, key) for name in SEALED}, until_on=goal.until_on)


def write(goal: Goal, words: GoalWords, key: DataKey) -> None:
    """Put the words into the row, sealed and unsaved."""
    for name in SEALED:
        seal_text(goal, name, getattr(words, name), key)
    goal.until_on = words.until_on
