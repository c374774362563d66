"""The thread of a first meeting, and of looking again: its steps, and what was talked about so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Agreement, Pairing, Side
from sessions.queries.extensions import needs_extension
from sessions.queries.sheets import body_of, sheets_of, versions_of

REVIEW_AFTER = timedelta(weeks=8)


@dataclass(frozen=True)
class Step:
    """One step of the first meeting: what to do, where, and whether it is done, next or later."""

    title: str
    text: str
    view: str
    anchor: str
    side: str
    state: str


@dataclass(frozen=True)
class FirstMeeting:
    """How far a pairing is on its way to its first agreement, or to the next version."""

    pairing: Pairing
    steps: Sequence[Step]
    in_force: Agreement | None
    draft: Agreement | None
    needs_extension: bool  # the draft names more sessions than were agreed on last


def first_meeting(pairing: Pairing) -> FirstMeeting:
    """The steps. Of the draft only the tick beside the exceptions is read; nothing it says is shown."""
    versions = versions_of(pairing)
    talked = versions.draft is not None
    read = body_of(pairing, versions.draft)["exceptions_read"]
    sheets = sheets_of(pairing, versions.number)
    shared = {side for side, sheet in sheets.items() if sheet.shared_at}
    # With the last step the version is made, and the thread stands at the beginning of the next one.
    done = [talked, read, talked, Side.SUPPORTER in shared, Side.PEER in shared, False, False]
    return FirstMeeting(
        pairing=pairing,
        steps=_steps(
            pairing,
            done,
            again=versions.number > 1,
            is_private=any(one.kept_private for one in sheets.values()),
        ),
        in_force=versions.in_force,
        draft=versions.draft,
        needs_extension=bool(versions.draft and needs_extension(versions.draft)),
    )


def _steps(pairing: Pairing, done: list[bool], *, again: bool, is_private: bool) -> list[Step]:
    named = {"name": pairing.peer.name}
    own = _("Never, maybe or always: short lines, one tap each.")
    theirs = _("Hand over your phone, or read the lines out and note the answers.")
    if again:
        own = _("Your earlier answers are filled in. Change only what is different now.")
        theirs = _("Their earlier answers are filled in. Change only what is different now.")
    if is_private:
        theirs = _("%(name)s is answering on their own page. You see it once they share it.") % named
    words = [
        (
            _("What this is, and what it is not"),
            _("Read it together, aloud if you like."),
            "expectations",
            "is",
            "",
        ),
        (
            _("Two exceptions to confidentiality"),
            _("Read both together, before anything private is shared."),
            "expectations",
            "exceptions",
            "",
        ),
        (
            _("Hopes and worries"),
            _("What each of you hopes for, and what might worry you. Short words are enough."),
            "expectations",
            "talk",
            "",
        ),
        (_("Your own boundaries"), own, "sheet", "", Side.SUPPORTER),
        (_("The boundaries of %(name)s") % named, theirs, "sheet", "", Side.PEER),
        (
            _("Side by side"),
            _("Talk about where you differ. The stricter answer holds."),
            "agree",
            "differ",
            "",
        ),
        (
            _("Your plan, and both of you say yes"),
            _("How many times, how long, how often, and when you look at it again."),
            "agree",
            "plan",
            "",
        ),
    ]
    first_open = done.index(False)
    return [
        Step(title, text, view, anchor, str(side), _state(number, done, first_open))
        for number, (title, text, view, anchor, side) in enumerate(words)
    ]


def _state(number: int, done: list[bool], first_open: int) -> str:
    if done[number]:
        return "done"
    return "now" if number == first_open else "later"


@dataclass(frozen=True)
class Talked:
    """The draft as its form begins with it."""

    version: int
    revision: int
    initial: dict[str, object]
    opened: Sequence[Model]


def talked(pairing: Pairing, now: datetime) -> Talked:
    """What was noted so far; a new version begins with the words of the one before, its exceptions to be read again."""
    versions = versions_of(pairing)
    draft, source, version = versions.draft, versions.newest, versions.number
    body = body_of(pairing, source)
    initial: dict[str, object] = {
        "supporter_expects": body["supporter_expects"],
        "peer_expects": body["peer_expects"],
        "supporter_fears": body["supporter_fears"],
        "peer_fears": body["peer_fears"],
        "rhythm": body["rhythm"],
        "exceptions_read": bool(draft) and body["exceptions_read"],
        "sessions_agreed": source.sessions_agreed if source else Agreement().sessions_agreed,
        "minutes": source.minutes if source else Agreement().minutes,
        "review_on": draft.review_on if draft else timezone.localdate(now) + REVIEW_AFTER,
    }
    revision = draft.revision if draft else 0
    return Talked(
        version=version,
        revision=revision,
        initial={**initial, "version": version, "revision": revision},
        opened=[source] if source else [],
    )
