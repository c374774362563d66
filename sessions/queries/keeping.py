"""What the two see when they looked at their agreement again and want to leave it as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model
from django.utils import timezone

from sessions import floors
from sessions.item_sets import ItemSet
from sessions.items import Item
from sessions.models import Agreement
from sessions.queries.item_lists import ItemRow, item_row, items_in_force
from sessions.queries.meetings import REVIEW_AFTER
from sessions.queries.pairings import day
from sessions.queries.sheets import body_of
from sessions.states import IN_FORCE, PROPOSED
from sessions.wording import Said


@dataclass(frozen=True)
class KeepPage:
    """What asks for a look, what stands in the way of leaving it as it is, and the day to begin the form with."""

    agreed: str
    due: str  # the day that has come; empty while it is ahead
    asked: str  # since when something asks for a look; empty for not
    asked_because: str
    before_both: Agreement | None
    ruled_out: Sequence[ItemRow]  # what the organisation has drawn a firmer line for
    next_look: date
    seen: str
    opened: Sequence[Model]

    @property
    def is_free(self) -> bool:
        """Whether it can stay as it is."""
        return not self.ruled_out and self.before_both is None


def keep_page(agreement: Agreement, now: datetime) -> KeepPage:
    """Of an agreement in force; two queries. Its words are opened only where the list has changed since."""
    asked, today = items_in_force(agreement.organisation_id), timezone.localdate(now)
    proposed = Agreement.objects.filter(pairing=agreement.pairing_id, state=PROPOSED).only("pk").first()
    assert agreement.look_again_on is not None
    return KeepPage(
        agreed=day(agreement.in_force_at),
        due=day(agreement.look_again_on) if agreement.look_again_on <= today else "",
        asked=day(agreement.look_again_at),
        asked_because=agreement.look_again_because,
        before_both=proposed,
        ruled_out=[item_row(item) for item in ruled_out(agreement, asked)],
        next_look=today + REVIEW_AFTER,
        seen=seen(agreement),
        opened=[agreement] if agreement.item_list != asked.version else [],
    )


def ruled_out(agreement: Agreement, asked: ItemSet) -> list[Item]:
    """What holds between the two more loosely than the list in force allows.

    Nothing where they were asked from this very list: its floors were kept to when the words were frozen.
    """
    if agreement.item_list == asked.version:
        return []
    rows = body_of(agreement.pairing, agreement)["boundaries"]
    held: dict[str, Said] = {row["key"]: {"answer": row["holds"], "note": ""} for row in rows}
    return floors.below(asked.items, held)


def seen(agreement: Agreement) -> str:
    """What a page showed of it: any look that somebody asks for, or that was taken, after that makes the page old."""
    moments = (agreement.look_again_at, agreement.kept_at)
    marks = [moment.isoformat() if moment else "" for moment in moments]
    return "/".join([agreement.look_again_because, *marks, str(agreement.state == IN_FORCE)])
