"""A supporter with their own limits, each state reached through the real actions."""

from datetime import datetime
from typing import Any

from lib import wall
from people.actions import members
from people.models import Membership, Organisation
from sessions.actions import limits
from sessions.models import ItemList, LimitsSheet
from sessions.wording import Said
from tests import factories

START = factories.START
URL = "/o/ash/limits/"
NEVER, MAYBE, ALWAYS = (Said(answer=answer, note="") for answer in ("never", "maybe", "always"))


def newcomer(organisation: Organisation, **rest: Any) -> Membership:
    """A supporter who has written nothing yet."""
    return factories.supporter(organisation, is_ready=False, **rest)


def saved(
    row: Membership,
    answers: dict[str, Said],
    *,
    version: int = 1,
    revision: int = 0,
    now: datetime = START,
) -> LimitsSheet:
    """Something is answered."""
    with wall.inside(row.organisation_id):
        sheet = limits.save_limits(
            version=version, revision=revision, said=answers, by=factories.member(row), now=now
        )
    assert sheet is not None
    return sheet


def finished(
    row: Membership, answers: dict[str, Said], *, version: int = 1, now: datetime = START
) -> LimitsSheet:
    """A version is finished; what `answers` does not name stays as it was."""
    sheet = saved(row, answers, version=version, now=now)
    revision = sheet.revision if sheet.version == version else 0  # nothing changed, nothing is stored
    with wall.inside(row.organisation_id):
        return limits.finish_limits(version=version, revision=revision, by=factories.member(row), now=now)


def supervised(row: Membership, *, now: datetime = START) -> Membership:
    """A supervisor of this supporter."""
    supervisor = factories.supervisor(row.organisation)
    with wall.inside(row.organisation_id):
        members.begin_supervision(
            supervisor_id=supervisor.pk,
            supporter_id=row.pk,
            by=factories.member(factories.coordinator(row.organisation)),
            now=now,
        )
    return supervisor


def shown(row: Membership, sheet: LimitsSheet, *, now: datetime = START) -> LimitsSheet:
    """Their supervisors may read it."""
    with wall.inside(row.organisation_id):
        return limits.show_limits(limits_id=sheet.pk, by=factories.member(row), now=now)


def floor(organisation: Organisation, key: str, answer: str) -> ItemList:
    """The organisation's own list is in force, with a floor for one item."""
    entry = dict.fromkeys(("theme", "title", "supporter", "peer"), "")
    entry |= {"key": key, "floor": answer, "because": "We agreed on it in May."}
    return ItemList.objects.create(
        organisation=organisation,
        version=1,
        state="in_force",
        entries=[{**entry, "asked": True}],
        drafted_at=START,
        drafted_by="operator",
        published_at=START,
        published_by="operator",
    )
