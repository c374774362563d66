"""Boundary sheets: answered, shown while they are still open, and finished.

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
from people.access import LinkHolder
from people.actions.revisions import stale
from sessions import about, wording
from sessions.actions import floor_notes
from sessions.actions.answering import merged, refuse, refuse_to_finish
from sessions.actions.pairings import open_pairing
from sessions.actions.telling import tell
from sessions.item_sets import ItemSet
from sessions.models import BoundarySheet, Pairing, Side
from sessions.queries.sheets import begun, key_of, number_to_make
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
    """Keep what one side answered; lines that `said` does not name stay as they are.

    `version` and `revision` are those of the sheet the page was made from; revision 0 stands for one that is not stored
    yet. A peer's sheet begun on their own page is kept private. The same answers again change nothing. Raises Refused
    when somebody else was quicker, when the sheet was shared meanwhile or is private to the peer, and for an answer
    that the organisation does not allow its supporters.
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        sheet, before, asked = _sheet(pairing, side, by, now)
        after = merged(before, said, asked.by_key.keys() | about.BY_KEY.keys() | before.keys())
        if after == before and (version, revision) <= (sheet.version, sheet.revision):
            return sheet
        if sheet.shared_at is not None:
            raise Refused(_("This sheet is finished. What it says stays as it is."))
        if (sheet.version, sheet.revision) != (version, revision):
            raise Refused(stale())
        refuse(after, said, asked, side)
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


def _sheet(pairing: Pairing, side: str, by: Actor, now: datetime) -> tuple[BoundarySheet, Answers, ItemSet]:
    """The side's sheet of the version being made, what it says, and what is asked.

    A new one, not stored yet, begins with that side's answers of the version before: only what changed needs a tap.
    Raises Refused for somebody else than the peer while it is kept private.
    """
    is_own = isinstance(by, LinkHolder)
    found = begun(pairing, side, sees_private=is_own)
    if found.is_hidden:
        raise Refused(
            _("They are answering this on their own page. You see it once they share it, or let you see it.")
        )
    if found.sheet is not None:
        return found.sheet, found.answers, found.items
    sheet = BoundarySheet(
        organisation_id=pairing.organisation_id,
        pairing=pairing,
        version=found.version,
        side=Side(side),
        started_at=now,
        kept_private=is_own,
    )
    return sheet, found.answers, found.items


def _write(sheet: BoundarySheet, answers: Answers, pairing: Pairing) -> None:
    """Seal the answers in this row: those of another row would not open here."""
    seal_text(sheet, "answers", wording.write(answers), key_of(pairing, sheet.side))


def let_see(*, pairing_id: UUID, by: LinkHolder, now: datetime) -> BoundarySheet | None:
    """The peer lets their supporter see the sheet they began on their own page, so that they can go on together.

    Doing it twice does nothing, nor does it where there is nothing to show (None).
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        mine = BoundarySheet.objects.filter(pairing=pairing, side=Side.PEER, version=number_to_make(pairing))
        sheet = mine.first()
        if sheet is None or not sheet.kept_private:
            return sheet
        sheet.kept_private = False
        sheet.save(update_fields=["kept_private"])
        record(by=by, verb="sessions.let_see", what=sheet, now=now)
    return sheet


def share_sheet(
    *, pairing_id: UUID, side: str, version: int, revision: int, by: Actor, now: datetime
) -> BoundarySheet:
    """Finish a sheet and lay it beside the other one; from now on the database refuses to change it.

    A sheet without any answer can be shared too, and one in which nothing changed. A supporter's answers against
    ethical support are noted for their supervisor. Sharing twice does nothing. Raises Refused when the sheet was
    changed since the page was opened, while it is private to the peer, and with an answer that the organisation's
    newest list rules out for its supporters.
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        sheet, answers, asked = _sheet(pairing, side, by, now)
        if sheet.version == version and sheet.shared_at is not None:
            return sheet
        if (sheet.version, sheet.revision) != (version, revision):
            raise Refused(_("This sheet has changed since you opened the page. Please look at it again."))
        refuse_to_finish(answers, asked, side)
        if sheet.revision == 0:
            _write(sheet, answers, pairing)
        sheet.shared_at = now
        sheet.kept_private = False
        sheet.save()
        if side == Side.SUPPORTER:
            _note_floors(sheet, pairing, asked, answers, by=by, now=now)
        if isinstance(by, LinkHolder):  # their supporter hears that what they answered by themselves is there
            tell(pairing, Side.SUPPORTER, about=sheet.pk, by=by, now=now)
        record(by=by, verb="sessions.share_sheet", what=sheet, now=now, side=side)
    return sheet


def _note_floors(
    sheet: BoundarySheet, pairing: Pairing, asked: ItemSet, answers: Answers, *, by: Actor, now: datetime
) -> None:
    supporter = pairing.supporter
    supporter.organisation = pairing.organisation
    floor_notes.raise_for(
        sheet_id=sheet.pk,
        supporter=supporter,
        pairing=pairing,
        items=asked.items,
        answers=answers,
        by=by,
        now=now,
    )
