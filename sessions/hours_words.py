"""Hours in words: a clock, a length of time, how a day differs. The same on every page."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.models import Differs

HOUR, DAY = 60, 60 * 24  # minutes
# Illness is nobody's affair but one's own.
TO_ONESELF: dict[str, Promise] = {
    Differs.AWAY: gettext_lazy("Away"),
    Differs.ILL: gettext_lazy("Ill; others read “away”"),
    Differs.EXTRA: gettext_lazy("Extra hours"),
}
TO_OTHERS: dict[str, Promise] = {
    Differs.AWAY: gettext_lazy("Away"),
    Differs.ILL: gettext_lazy("Away"),
    Differs.EXTRA: gettext_lazy("Extra hours"),
}
OF_A_ROOM: dict[str, Promise] = {
    Differs.AWAY: gettext_lazy("Closed"),
    Differs.ILL: gettext_lazy("Closed"),
    Differs.EXTRA: gettext_lazy("Open in addition"),
}


def clock(minute: int) -> str:
    """Minutes after midnight as a clock shows them; the end of a day is its midnight."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def length_words(minutes: int) -> str:
    """A length of time as people say it: whole days, whole hours, or minutes."""
    if not minutes:
        return _("none")
    if minutes % DAY == 0:
        return ngettext("%(count)s day", "%(count)s days", minutes // DAY) % {"count": minutes // DAY}
    if minutes % HOUR == 0:
        return ngettext("%(count)s hour", "%(count)s hours", minutes // HOUR) % {"count": minutes // HOUR}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
