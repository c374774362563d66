"""Boundary sheets: answered, and finished.

Every write holds the pairing's row locked, so that two people or two pages at once come one after the other.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from lib.sealing.models import seal_text
from people.actions.revisions import stale
from sessions import wording
from sessions.actions.pairings import open_pairing
from sessions.items import BY_KEY
from sessions.models import BoundarySheet, Pairing, Side
from sessions.queries.sheets import answers_of, key_of, newest_sheet, number_to_make
from sessions.wording import Answers, Said


def save_sheet(
    *,
    pairing_id: UUID,
    side: str,
    version: int,
    revision: int,
    said: Mapping[str, Said],
    by: Actor,
    now: datetime,
) -> BoundarySheet:
    """Keep what one side answered; items that `said` does not name stay as they are.

    `version` and `revision` are those of the sheet the page was made from; revision 0 stands for one that is not stored
    yet. The same answers again change nothing. Raises Refused when somebody else was quicker, or when the sheet was
    shared meanwhile.
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        sheet, before = _sheet(pairing, side, now)
        after = _merged(before, said)
        if after == before and (version, revision) <= (sheet.version, sheet.revision):
            return sheet
        if sheet.shared_at is not None:
            raise Refused(_("This sheet is finished. What it says stays as it is."))
        if (sheet.version, sheet.revision) != (version, revision):
            raise Refused(stale())
        _write(sheet, after, pairing)
        sheet.revision += 1
        sheet.save()
        record(
            by=by,
            verb="sessions.save_sheet",
            what=sheet,
            now=now,
            side=side,
            answered=wording.answered(after),
        )
    return sheet


def _sheet(pairing: Pairing, side: str, now: datetime) -> tuple[BoundarySheet, Answers]:
    """The side's sheet of the version being made, and what it says.

    A new one, not stored yet, begins with that side's answers of the version before: only what changed needs a tap.
    """
    version, newest = number_to_make(pairing), newest_sheet(pairing, side)
    answers = answers_of(pairing, newest)
    if newest is not None and newest.version == version:
        return newest, answers
    sheet = BoundarySheet(
        organisation_id=pairing.organisation_id,
        pairing=pairing,
        version=version,
        side=Side(side),
        started_at=now,
    )
    return sheet, answers


def _write(sheet: BoundarySheet, answers: Answers, pairing: Pairing) -> None:
    """Seal the answers in this row: those of another row would not open here."""
    seal_text(sheet, "answers", wording.write(answers), key_of(pairing, sheet.side))


def _merged(before: Answers, said: Mapping[str, Said]) -> Answers:
    both = {**before, **{key: said[key] for key in said if key in BY_KEY}}
    return {key: entry for key, entry in both.items() if entry["answer"] or entry["note"]}


def share_sheet(
    *, pairing_id: UUID, side: str, version: int, revision: int, by: Actor, now: datetime
) -> BoundarySheet:
    """Finish a sheet and lay it beside the other one; from now on the database refuses to change it.

    A sheet without any answer can be shared too, and one in which nothing changed. Sharing twice does nothing.
    Raises Refused when the sheet was changed since the page was opened.
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        sheet, answers = _sheet(pairing, side, now)
        if sheet.version == version and sheet.shared_at is not None:
            return sheet
        if (sheet.version, sheet.revision) != (version, revision):
            raise Refused(_("This sheet has changed since you opened the page. Please look at it again."))
        if sheet.revision == 0:
            _write(sheet, answers, pairing)
        sheet.shared_at = now
        sheet.save()
        record(by=by, verb="sessions.share_sheet", what=sheet, now=now, side=side)
    return sheet
