"""A supporter's own pattern: which of their own ticks came up how often. No score, and nobody to compare with."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from people.access import Member
from sessions import trust
from sessions.models import Reflection
from sessions.policies.around import reflections_visible_to
from sessions.trust import Broke, Built, Thoughts

MONTHS = (3, 6, 12)  # how far back one may look
MONTH = timedelta(days=30.44)


@dataclass(frozen=True)
class Bar:
    """One thing that came up, in how many of so many sessions."""

    key: str
    label: str | Promise
    times: int
    of: int

    @property
    def id(self) -> str:
        """What its words are called on the page, so that the bar can be named by them."""
        return f"bar-{self.key}"

    @property
    def words(self) -> str:
        """The bar in words."""
        if self.times == self.of > 1:
            return _("in all %(of)s") % {"of": self.of}
        return _("in %(times)s of %(of)s") % {"times": self.times, "of": self.of}


@dataclass(frozen=True)
class Pattern:
    """What one supporter ticked over some months."""

    months: int
    total: int
    built: Sequence[Bar]
    broke: Sequence[Bar]
    never_built: Sequence[str | Promise]
    never_broke: Sequence[str | Promise]

    @property
    def words(self) -> str:
        """How much there is to look back over."""
        return ngettext(
            "You wrote about %(total)s session.", "You wrote about %(total)s sessions.", self.total
        ) % {"total": self.total}


def months_asked(text: str) -> int:
    """How far back an address asks to look; three months for anything that is not offered."""
    return next((months for months in MONTHS if str(months) == text), MONTHS[0])


def pattern(member: Member, *, months: int, now: datetime) -> Pattern:
    """The ticks of one's own reflections on sessions since then; one query. Pairings that have ended count too.

    Opens reflections, so the view leaves a mark. The notes in them are not looked at.
    """
    rows = reflections_visible_to(member).filter(peer_session__starts_at__gt=now - months * MONTH)
    thoughts = [one for row in rows.select_related("author__data_key") if (one := _opened(row)) is not None]
    built, broke = _counted(one["built"] for one in thoughts), _counted(one["broke"] for one in thoughts)
    return Pattern(
        months=months,
        total=len(thoughts),
        built=_bars(Built, built, len(thoughts)),
        broke=_bars(Broke, broke, len(thoughts)),
        never_built=[each.label for each in Built if not built[each.value]],
        never_broke=[each.label for each in Broke if not broke[each.value]],
    )


def _opened(row: Reflection) -> Thoughts | None:
    try:
        return trust.read(open_text(row, "body", row.author.data_key))
    except Unreadable:
        return None


def _counted(ticks: Iterable[Iterable[str]]) -> Counter[str]:
    return Counter(key for keys in ticks for key in set(keys))


def _bars(kinds: type[TextChoices], counted: Counter[str], total: int) -> list[Bar]:
    """Those that came up, the most frequent first."""
    bars = [Bar(each.value, each.label, counted[each.value], total) for each in kinds if counted[each.value]]
    return sorted(bars, key=lambda bar: -bar.times)
