"""The story of an agreement: each version, what changed with it, who said what to it and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.sealing.crypto import Unreadable
from sessions.differences import Outcome
from sessions.items import Answer
from sessions.models import Agreement, Pairing, SessionLog
from sessions.queries.changes import Change, changes_then
from sessions.queries.histories.moments import Moment, moments_of
from sessions.queries.histories.rows import Fitted, UrlOf, Version, fitted_told, versions_told
from sessions.queries.pairings import day
from sessions.state_words import Shown, agreement_shown
from sessions.states import DRAFT, IN_FORCE, PROPOSED
from sessions.wording import Body, Rhythm


@dataclass(frozen=True)
class Chapter:
    """One version, told."""

    number: int
    state: Shown
    when: str
    url: str
    is_in_force: bool
    since_version: int  # the one it is compared with; 0 for the first
    changes: Sequence[Change]
    summary: Sequence[str]
    points: Sequence[str]
    moments: Sequence[Moment]


@dataclass(frozen=True)
class Story:
    """The whole of it, the oldest first. `opened` counts the versions whose words were opened."""

    chapters: Sequence[Chapter]
    versions: Sequence[Version] = field(default_factory=list)
    fitted: Sequence[Fitted] = field(default_factory=list)
    opened: int = 0
    readable: bool = True

    @property
    def in_force(self) -> Chapter | None:
        """The version that holds now."""
        return next((chapter for chapter in self.chapters if chapter.is_in_force), None)


def story(pairing: Pairing, *, logs: QuerySet[SessionLog], url_of: UrlOf) -> Story:
    """The story of a pairing's agreement; three queries. `pairing` carries both names and the peer's key.

    `logs` are the notes of sessions that the reader may read; `url_of` gives the address of an agreed version.
    """
    try:
        versions = versions_told(pairing, url_of)
        fitted = fitted_told(pairing, logs)
        chapters = _chapters(pairing, versions, fitted)
    except Unreadable:
        return Story([], readable=False)
    return Story(chapters, versions, fitted, opened=sum(one.is_frozen for one in versions))


def _chapters(pairing: Pairing, versions: Sequence[Version], fitted: Sequence[Fitted]) -> list[Chapter]:
    """Each version, compared with the one that held when it was made; what was said of fitting, where it belongs."""
    chapters = []
    before: Version | None = None
    for number, version in enumerate(versions):
        following = next((one for one in versions[number + 1 :] if one.agreement.in_force_at), None)
        said = [row for row in fitted if _belongs(row, version, following, is_first=before is None)]
        chapters.append(_chapter(pairing, version, before, said))
        if version.agreement.in_force_at:
            before = version
    return chapters


def _belongs(row: Fitted, version: Version, following: Version | None, *, is_first: bool) -> bool:
    """Whether it was said while this version was the newest that had held."""
    since = version.agreement.in_force_at
    if since is None:
        return False
    until = following.agreement.in_force_at if following else None
    return (is_first or row.at >= since) and (until is None or row.at < until)


def _chapter(pairing: Pairing, version: Version, before: Version | None, said: Sequence[Fitted]) -> Chapter:
    agreement, compared = version.agreement, before if version.is_frozen else None
    return Chapter(
        number=agreement.version,
        state=agreement_shown(agreement.state, held=bool(agreement.in_force_at)),
        when=_when(agreement),
        url=version.url,
        is_in_force=agreement.state == IN_FORCE,
        since_version=compared.agreement.version if compared else 0,
        changes=changes_then(pairing, compared.opened, version.opened) if compared else [],
        summary=_summary(version) if version.is_frozen and not compared else [],
        points=points_told(version.body, compared.body if compared else None),
        moments=moments_of(pairing, version, said),
    )


def _when(agreement: Agreement) -> str:
    if agreement.in_force_at and agreement.left_at:
        words = {"first": day(agreement.in_force_at), "last": day(agreement.left_at)}
        return _("It held from %(first)s to %(last)s.") % words
    if agreement.in_force_at:
        return _("It has held since %(day)s.") % {"day": day(agreement.in_force_at)}
    if agreement.state == DRAFT:
        return _("You are still making it. It holds once you have both said yes.")
    if agreement.state == PROPOSED:
        return _("It lies before you both. It holds once you have both said yes.")
    return _("It never held.")


def _summary(version: Version) -> list[str]:
    """The first agreement in two lines."""
    agreement, rows = version.agreement, version.body["boundaries"]
    labels = [(Answer.NEVER, _("Never")), (Answer.MAYBE, _("It depends")), (Answer.ALWAYS, _("Fine"))]
    labels += [("", _("Not talked about yet"))]  # type: ignore[list-item]
    counts = [(label, sum(row["holds"] == answer for row in rows)) for answer, label in labels]
    plan = {
        "number": agreement.sessions_agreed,
        "minutes": agreement.minutes,
        "rhythm": Rhythm(version.body["rhythm"]).label,
        "day": day(agreement.review_on),
    }
    return [
        _("Sessions: %(number)s, of %(minutes)s minutes, %(rhythm)s. You look at it again on %(day)s.")
        % plan,
        " · ".join(_("%(label)s: %(number)s") % {"label": label, "number": n} for label, n in counts if n),
    ]


def points_told(body: Body, before: Body | None) -> list[str]:
    """What became of what the two saw differently, where that is not as it was in the version before."""
    titles, known = (
        {row["key"]: row["title"] for row in body["boundaries"]},
        before["points"] if before else {},
    )
    new = {key: point["outcome"] for key, point in body["points"].items() if point != known.get(key)}
    talked = [key for key, outcome in new.items() if outcome == Outcome.TALKED]
    left = [titles[key] for key, outcome in new.items() if outcome == Outcome.OPEN and key in titles]
    lines = []
    if talked:
        words = ngettext(
            "You talked through %(number)s matter you saw differently.",
            "You talked through %(number)s matters you saw differently.",
            len(talked),
        )
        lines.append(words % {"number": len(talked)})
    if left:
        lines.append(_("You left open on purpose: %(titles)s.") % {"titles": ", ".join(left)})
    return lines
