"""How an agreement stood on a day that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.local_time import beginning
from sessions.models import Agreement, Fit, Pairing
from sessions.queries.histories.chapters import Story
from sessions.queries.histories.moments import Moment, fit_words, kept_words, moment_words
from sessions.queries.histories.rows import Version
from sessions.queries.pairings import day


@dataclass(frozen=True)
class Stood:
    """How a version stood on a day: since when and how long, and all that had been said to it by then."""

    number: int
    url: str
    when: str
    said: Sequence[Moment]


@dataclass(frozen=True)
class OnDay:
    """What held on a day, what lay before both, and what was different on that day only."""

    day: str
    held: Sequence[Stood]
    waited: Sequence[Stood]
    today_only: Sequence[str]


def on_day(told: Story, pairing: Pairing, on: date) -> OnDay:
    """How it stood on a day, by the reader's clock. On a day on which one version followed another, both held."""
    zone = timezone.get_current_timezone()
    assert isinstance(zone, ZoneInfo)
    start, end = (beginning(each, zone) for each in (on, on + timedelta(days=1)))
    return OnDay(
        day=day(on),
        held=[_stood(one, end) for one in told.versions if _held(one.agreement, start, end)],
        waited=[_stood(one, end) for one in told.versions if _waited(one.agreement, end)],
        today_only=[
            fit_words(row, pairing)
            for row in told.fitted
            if row.fit == Fit.TODAY_ONLY and on == (row.holds_on or timezone.localdate(row.at))
        ],
    )


def _held(agreement: Agreement, start: datetime, end: datetime) -> bool:
    since, until = agreement.in_force_at, agreement.left_at
    return since is not None and since < end and (until is None or until >= start)


def _waited(agreement: Agreement, end: datetime) -> bool:
    """Whether it lay before both at the end of the day, with a yes still missing."""
    since, done = agreement.proposed_at, agreement.in_force_at or agreement.left_at
    return since is not None and since < end and (done is None or done >= end)


def _stood(version: Version, end: datetime) -> Stood:
    agreement = version.agreement
    return Stood(
        number=agreement.version,
        url=version.url,
        when=_when_then(agreement, end),
        said=_said_by(version, end),
    )


def _said_by(version: Version, end: datetime) -> list[Moment]:
    """What each had said to it by then, and that both had looked at it and let it be."""
    said = [(one.answer.at, one.sentence, one.words) for one in version.spoken]
    said += [(one.at, kept_words(one), "") for one in version.kept]
    return [
        Moment(when=moment_words(at), words=words, quote=quote)
        for at, words, quote in sorted(said, key=lambda row: row[0])
        if at < end
    ]


def _when_then(agreement: Agreement, end: datetime) -> str:
    if agreement.in_force_at is None or agreement.in_force_at >= end:
        assert agreement.proposed_at is not None
        return _("It lay before you both since %(moment)s.") % {"moment": moment_words(agreement.proposed_at)}
    since = moment_words(agreement.in_force_at)
    if agreement.left_at is None or agreement.left_at >= end:
        return _("It held, since %(moment)s.") % {"moment": since}
    words = {"first": since, "last": moment_words(agreement.left_at)}
    return _("It held from %(first)s until that day, %(last)s.") % words
