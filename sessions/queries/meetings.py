"""The thread of a first meeting: its steps, and what was talked about so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Agreement, Pairing, Side
from sessions.queries.sheets import body_of, live_agreements, sheets_of
from sessions.states import DRAFT, IN_FORCE

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
    """How far a pairing is on its way to an agreement."""

    pairing: Pairing
    steps: Sequence[Step]
    in_force: Agreement | None
    is_new: bool


def first_meeting(pairing: Pairing) -> FirstMeeting:
    """The steps. Of the draft only the tick beside the exceptions is read; nothing it says is shown."""
    live, sheets = live_agreements(pairing), sheets_of(pairing)
    draft, in_force = live.get(DRAFT), live.get(IN_FORCE)
    talked = draft is not None or in_force is not None
    read = (in_force is not None and draft is None) or body_of(pairing, draft)["exceptions_read"]
    shared = {side for side, sheet in sheets.items() if sheet.shared_at}
    agreed = draft is None and in_force is not None
    done = [
        talked,
        read,
        talked,
        Side.SUPPORTER in shared,
        Side.PEER in shared,
        agreed,
        agreed,
    ]
    return FirstMeeting(
        pairing=pairing, steps=_steps(pairing, done), in_force=in_force, is_new=not live and not sheets
    )


def _steps(pairing: Pairing, done: list[bool]) -> list[Step]:
    peer = pairing.peer.name
    named = {"name": peer}
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
        (_("Your own boundaries"), _("Never, maybe or always: 27 short lines."), "sheet", "", Side.SUPPORTER),
        (
            _("The boundaries of %(name)s") % named,
            _("Hand over your phone, or read the lines out and note the answers."),
            "sheet",
            "",
            Side.PEER,
        ),
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
    first_open = done.index(False) if False in done else len(done)
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
    """What was noted so far; a new version begins with what is in force, its exceptions to be read again."""
    live = live_agreements(pairing)
    draft, in_force = live.get(DRAFT), live.get(IN_FORCE)
    source = draft or in_force
    body = body_of(pairing, source)
    version = draft.version if draft else (in_force.version + 1 if in_force else 1)
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
