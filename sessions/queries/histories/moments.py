"""What happened with a version of an agreement, in sentences.

What was said to fit today only has expired with its day: the story keeps that it was so, not in which words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.sealing.models import open_text
from sessions.models import Agreement, Fit, FitCheck, LookAgain, Pairing, SaidTo, SessionLog
from sessions.queries.histories.rows import LOG, Fitted, Kept, Version, name_of
from sessions.queries.pairings import day
from sessions.states import REPLACED


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, what, and perhaps words of somebody's own."""

    when: str
    words: str
    quote: str = ""


def moments_of(pairing: Pairing, version: Version, said: Sequence[Fitted]) -> list[Moment]:
    """All that happened with a version, the earliest first."""
    found = [*_steps(version.agreement), *_answers(version), *_kept(version), *_about_fitting(pairing, said)]
    return [moment for _at, _place, moment in sorted(found, key=lambda row: row[:2])]


Placed = tuple[datetime, int, Moment]  # when; the order of what happened in the same moment; and what


def _steps(agreement: Agreement) -> Iterable[Placed]:
    """Being made, laid before both, in force, over."""
    if not agreement.in_force_at or agreement.drafted_at < agreement.in_force_at:
        yield _placed(agreement.drafted_at, 0, _("You began to make it."))
    if agreement.proposed_at and agreement.proposed_at != agreement.in_force_at:
        words = _("It was laid before you both. From then on its words stood still.")
        yield _placed(agreement.proposed_at, 1, words)
    if agreement.in_force_at:
        yield _placed(agreement.in_force_at, 3, _("You had both said yes: it held from then on."))
    if agreement.look_again_at:
        yield _asked(agreement.look_again_at, agreement.look_again_because)
    if agreement.left_at:
        yield _placed(agreement.left_at, 7, _left(agreement))


def _asked(at: datetime, because: str) -> Placed:
    return _placed(at, 5, _("Time to look at it again: %(why)s.") % {"why": LookAgain(because).label})


def _kept(version: Version) -> Iterable[Placed]:
    """That they looked at it and let it be; and what had asked them to, of which the version says nothing any more."""
    for one in version.kept:
        if one.asked_at:
            yield _asked(one.asked_at, one.asked_because)
        yield _placed(one.at, 6, kept_words(one))


def kept_words(one: Kept) -> str:
    """That both looked at it, without the day: it stands beside."""
    return _("You both looked at it; it stays as it is. You look at it next on %(day)s.") % {
        "day": day(one.look_again_on)
    }


def _left(agreement: Agreement) -> str:
    if agreement.state == REPLACED:
        return _("A newer version took its place.")
    if agreement.in_force_at:
        return _("It was withdrawn. From then on it no longer held.")
    return _("It was put aside before you had both said yes.")


def _placed(at: datetime, place: int, words: str, quote: str = "") -> Placed:
    return at, place, Moment(when=moment_words(at), words=words, quote=quote)


def moment_words(at: datetime) -> str:
    """A moment on the reader’s clock."""
    local = timezone.localtime(at)
    return _("%(day)s at %(time)s") % {
        "day": date_format(local, "DATE_FORMAT"),
        "time": date_format(local, "H:i"),
    }


def _answers(version: Version) -> Iterable[Placed]:
    for spoken in version.spoken:
        place = 6 if spoken.answer.said == SaidTo.NO_LONGER else 2
        yield _placed(spoken.answer.at, place, spoken.sentence, spoken.words)


def _about_fitting(pairing: Pairing, said: Sequence[Fitted]) -> Iterable[Placed]:
    """What changed or was different for a day, one by one; that all still fitted, in one line for as long as it did."""
    fitting: list[Fitted] = []
    for row in said:
        if row.fit == Fit.SAME:
            fitting.append(row)
            continue
        if fitting:
            yield _still_fitted(fitting)
            fitting = []
        yield _placed(row.at, 4, fit_words(row, pairing), _fit_quote(row, pairing))
    if fitting:
        yield _still_fitted(fitting)


def _still_fitted(rows: Sequence[Fitted]) -> Placed:
    words = ngettext(
        "You were asked whether it still fits: yes.",
        "You were asked %(number)s times whether it still fits: yes, each time.",
        len(rows),
    )
    first, last = day(rows[0].at), day(rows[-1].at)
    when = first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
    return rows[0].at, 4, Moment(when=when, words=words % {"number": len(rows)})


def fit_words(row: Fitted, pairing: Pairing) -> str:
    """Who noted that it did not fit, and for how long."""
    name = {"name": name_of(pairing, row.side)}
    if row.fit == Fit.CHANGED:
        return _("%(name)s noted that something should change.") % name
    return _("%(name)s noted that something was different, on that day only.") % name


def _fit_quote(row: Fitted, pairing: Pairing) -> str:
    """The words about a change. Those about a single day have expired with it."""
    if row.fit != Fit.CHANGED:
        return ""
    of, column = (SessionLog, "fit_note") if row.source == LOG else (FitCheck, "words")
    kept = of(pk=row.pk, organisation_id=pairing.organisation_id, **{column: row.words})
    return open_text(kept, column, pairing.peer.data_key)
