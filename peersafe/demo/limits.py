"""The demo's supporters and their own limits: written down first, looked at again, shown, talked through."""

import random
from datetime import datetime, timedelta

from peersafe.demo.meeting import answer
from peersafe.demo.people import Team
from people.access import Member
from people.models import Membership
from reminders.actions import cancel_for
from sessions.actions import floor_notes, limits
from sessions.items import ITEMS
from sessions.models import FloorNote, LimitsSheet, Side
from sessions.wording import Said

HALF_A_YEAR, LATELY = timedelta(weeks=25), timedelta(weeks=2)
ASKS_FIRST: dict[str, Said] = {"suicide_plan": {"answer": "maybe", "note": "I would want to ask them first."}}


def write_down(team: Team, began: datetime) -> None:
    """Before anybody is introduced. One supporter’s answer goes to their supervisor, who talks about it with them."""
    for number, row in enumerate(team.supporters):
        dice = random.Random(f"limits {number}")  # noqa: S311 - the same demo every time
        said = {item.key: answer(item, Side.SUPPORTER, dice) for item in ITEMS}
        _finished(row, 1, said if number else said | ASKS_FIRST, began)
    by = Member.of(team.supervisors[0])
    for note in FloorNote.objects.order_by("pk"):
        floor_notes.settle_floor_note(floor_note_id=note.pk, by=by, now=began + timedelta(weeks=1))


def look_again(team: Team, began: datetime, now: datetime) -> None:
    """Half a year later most have looked again, half of them once more since; the others are due by now."""
    for number, row in enumerate(team.supporters):
        if number % 4 < 3:
            _changed(row, 2, began + HALF_A_YEAR, number)
        if number % 4 < 2:
            _changed(row, 3, now - LATELY, number)
    asks = team.supporters[len(team.supervisors) % len(team.supporters)]
    _finished(asks, _versions(asks) + 1, ASKS_FIRST, now - timedelta(days=3), was_told=True)
    _show(team, now)


def _show(team: Team, now: datetime) -> None:
    """The first supporter would like to talk theirs through; the second has done so."""
    for number, row in enumerate(team.supporters[:2]):
        newest = LimitsSheet.objects.filter(membership=row).latest("version")
        limits.show_limits(limits_id=newest.pk, by=Member.of(row), now=now - timedelta(days=2))
        if number:
            supervisor = Member.of(team.supervisors[number % len(team.supervisors)])
            limits.talk_limits(limits_id=newest.pk, by=supervisor, now=now - timedelta(days=1))


def _changed(row: Membership, version: int, at: datetime, number: int) -> None:
    dice = random.Random(f"limits {number} {version}")  # noqa: S311 - the same demo every time
    said = {item.key: answer(item, Side.SUPPORTER, dice) for item in dice.sample(ITEMS, 2)}
    _finished(row, version, said, at)


def _finished(
    row: Membership, version: int, said: dict[str, Said], at: datetime, *, was_told: bool = False
) -> None:
    """A version answered and finished; nobody is written to about the past, unless `was_told`."""
    by = Member.of(row)
    sheet = limits.save_limits(version=version, revision=0, said=said, by=by, now=at)
    revision = sheet.revision if sheet and sheet.version == version else 0
    done = limits.finish_limits(version=version, revision=revision, by=by, now=at)
    if not was_told:
        cancel_for(object_id=done.pk, by=by, now=at)


def _versions(row: Membership) -> int:
    return LimitsSheet.objects.filter(membership=row).count()
