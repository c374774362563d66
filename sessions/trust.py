"""What builds trust in a session and what costs some of it, to tick for oneself afterwards.

Worded without blame: what cost some trust happened, it is nobody's fault. A reflection is kept as `Thoughts`, sealed
with its author's key.
"""

import json
from typing import TypedDict, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 4000  # characters


class Built(models.TextChoices):
    """What let trust grow."""

    CONFIDENCE = "confidence", _("What was said between you stayed between you.")
    RELIABLE = "reliable", _("You were there, and did what you had said you would do.")
    LISTENING = "listening", _("You listened, more than you talked.")
    PRESENT = "present", _("You were all there: turned towards them, your phone away.")
    QUESTIONS = "questions", _("You asked open questions, and asked again where you were not sure.")
    NO_JUDGING = "no_judging", _("Nothing was judged.")
    ACCEPTED = "accepted", _("They could be as they are. Faith and politics stayed outside.")
    SHARED = (
        "shared",
        _("You met in what you both lived through, without saying you know just how they feel."),
    )
    OPENED_UP = "opened_up", _("You showed a soft side of your own, where that helped them.")
    EQUALS = "equals", _("You were two equals, and nobody was the expert.")
    LIMITS = "limits", _("You both kept to each other’s limits.")


class Broke(models.TextChoices):
    """What may have cost some trust."""

    CALLED_OFF = "called_off", _("Something was called off, or promised and not done yet.")
    ADVICE = "advice", _("There was advice that nobody had asked for.")
    PLAYED_DOWN = "played_down", _("A feeling was made smaller than it was.")
    TOO_MUCH = "too_much", _("There was more of your own story than helped them.")
    TOLD = "told", _("Somebody else was told, without a yes first.")


class Thoughts(TypedDict):
    """What a reflection says: keys of Built and of Broke, and a note in one's own words."""

    built: list[str]
    broke: list[str]
    note: str


def blank() -> Thoughts:
    """Nothing thought of yet."""
    return {"built": [], "broke": [], "note": ""}


def write(thoughts: Thoughts) -> str:
    """JSON, to be sealed."""
    return json.dumps(thoughts, ensure_ascii=False, sort_keys=True)


def read(text: str) -> Thoughts:
    """The thoughts from their opened text; none from an empty one."""
    return cast(Thoughts, {**blank(), **(json.loads(text) if text else {})})
