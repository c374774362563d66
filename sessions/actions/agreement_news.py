"""Who hears what of an agreement, in words that say nothing: the other side, and the supporter on its day.

Part of the actions that record it. A peer is told only where a page of their own works; where none does, their
supporter tells them.
"""

from collections.abc import Collection
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.actions import Actor
from people.access import LinkHolder
from reminders.actions import cancel_for, cancel_for_all, schedule
from reminders.states import LOOK_AGAIN
from sessions.actions.telling import tell
from sessions.models import Agreement, SaidTo, Side

MORNING = time(9, 0)  # when the day to look again is announced, by the organisation's clock


def proposed(agreement: Agreement, *, by: Actor, now: datetime) -> None:
    """A version lies before both: the peer is told."""
    _tell(agreement, Side.PEER, f"proposed {agreement.version}", by=by, now=now)


def answered(agreement: Agreement, side: str, said: str, slot: str, *, by: Actor, now: datetime) -> None:
    """One side has answered, and the other is told; what a supporter notes for the peer, the peer is told too.

    A supporter's own yes is no news: the peer knows already that this version lies before them.
    """
    if isinstance(by, LinkHolder):
        _tell(agreement, Side.SUPPORTER, slot, by=by, now=now)
    elif side == Side.PEER or said == SaidTo.TALK:
        _tell(agreement, Side.PEER, slot, by=by, now=now)


def in_force(agreement: Agreement, earlier: Collection[Agreement], *, by: Actor, now: datetime) -> None:
    """Both have said yes: the other one hears of it, and the day to look again is noted."""
    if earlier:
        cancel_for_all(object_ids=[row.pk for row in earlier], by=by, now=now)
    _tell(agreement, _other(by), f"in force {agreement.version}", by=by, now=now)
    _remind(agreement, by=by, now=now)


def kept(agreement: Agreement, kept_id: UUID, *, by: Actor, now: datetime) -> None:
    """They looked at it and let it be: what was due before is not any more, the next day is noted, the peer is told."""
    cancel_for(object_id=agreement.pk, by=by, now=now)
    _tell(agreement, _other(by), str(kept_id), by=by, now=now)
    _remind(agreement, by=by, now=now)


def _remind(agreement: Agreement, *, by: Actor, now: datetime) -> None:
    """Note the day on which the supporter hears that it is time to look at what holds."""
    assert agreement.look_again_on is not None
    organisation = agreement.pairing.organisation
    schedule(
        kind=LOOK_AGAIN,
        object_id=agreement.pk,
        recipient_id=agreement.pairing.supporter_id,
        due_at=datetime.combine(agreement.look_again_on, MORNING, tzinfo=ZoneInfo(organisation.zone)),
        sender_name=organisation.sender_name,
        by=by,
        now=now,
    )


def withdrawn(agreement: Agreement, *, by: Actor, now: datetime) -> None:
    """It no longer holds, or was put aside: nothing of it is due any more, and the other one is told."""
    cancel_for(object_id=agreement.pk, by=by, now=now)
    _tell(agreement, _other(by), "withdrawn", by=by, now=now)


def _tell(agreement: Agreement, side: Side, slot: str, *, by: Actor, now: datetime) -> None:
    tell(agreement.pairing, side, about=agreement.pk, slot=slot, by=by, now=now)


def _other(by: Actor) -> Side:
    """Who did not do it: the supporter where the peer did, by their own page."""
    return Side.SUPPORTER if isinstance(by, LinkHolder) else Side.PEER
