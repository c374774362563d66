"""Easy questions to begin a session with: casual, about nothing heavy, and never a test."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOWN = 3  # at a time, so that nobody has to choose from a long list

WARM_UPS: tuple[Promise, ...] = (
    _("What did you see on your way here?"),
    _("What was the nicest small thing since last time?"),
    _("Which kind of weather would today be?"),
    _("What did you last eat that tasted good?"),
    _("Look around you: what here do you like?"),
    _("What would make this a good time for you?"),
    _("Has anything made you smile this week?"),
    _("What are you looking forward to, even a little?"),
    _("What is in your pocket or bag that has a story?"),
    _("Which sound do you like to wake up to?"),
    _("If you had the whole day free, where would you go?"),
    _("Shall we first breathe slowly together, three times?"),
    _("Is there something you would like to tell that has nothing to do with why we meet?"),
    _("What have you been making, watching or listening to?"),
    _("What does your body need just now: to sit, to stretch, to walk?"),
)


def for_session(number: int) -> list[Promise]:
    """A few for one session; the next session has other ones, and after some sessions they come again."""
    first = (number - 1) * SHOWN
    return [WARM_UPS[(first + step) % len(WARM_UPS)] for step in range(SHOWN)]
