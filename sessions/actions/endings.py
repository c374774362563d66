"""Endings: what the two prepare for it, written down as they go, and read under the eyes of the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from lib.sealing.models import open_text, seal_text
from people.actions.revisions import stale
from sessions.actions.pairings import open_pairing
from sessions.models import Ending, Pairing

SEALED = ("talk", "goodbye", "handover")


@dataclass(frozen=True)
class Written:
    """What was typed. `handover_yes` is None while it is only being typed: a yes is said to words that stand still."""

    talked_on: date | None
    talk: str
    goodbye: str
    handover: str
    handover_yes: bool | None


def save_ending(
    *, pairing_id: UUID, revision: int, written: Written, zone: ZoneInfo, by: Actor, now: datetime
) -> Ending:
    """Keep what the two prepare for their ending; `zone` is on whose clock the day of their talk is meant.

    The peer's yes belongs to the words of the handover note as they stand: with other words it has to be said again.
    The same words again change nothing. Raises Refused when somebody else was quicker, when the pairing has ended, and
    for a day that cannot be.
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        _refuse_day(written.talked_on, pairing, zone, now)
        ending = _ending(pairing)
        before = {name: open_text(ending, name, pairing.peer.data_key) for name in SEALED}
        changed = [name for name in SEALED if getattr(written, name) != before[name]]
        talked_at = _talked_at(ending, written.talked_on, zone, now)
        agreed_at = _agreed_at(ending, written, "handover" in changed, now)
        if not changed and (talked_at, agreed_at) == (ending.talked_at, ending.handover_agreed_at):
            return ending
        if ending.revision != revision:
            raise Refused(stale())
        for name in changed:
            seal_text(ending, name, getattr(written, name), pairing.peer.data_key)
        if talked_at != ending.talked_at:
            ending.talked_at, ending.talked_by = talked_at, by.actor if talked_at else ""
        ending.handover_agreed_at, ending.saved_at = agreed_at, now
        ending.revision += 1
        ending.save()
        facts = {"talked": talked_at is not None, "handover_agreed": agreed_at is not None}
        record(by=by, verb="sessions.save_ending", what=ending, now=now, **facts)
    return ending


def _ending(pairing: Pairing) -> Ending:
    """The pairing's ending, or a new one that is not stored yet."""
    found = Ending.objects.filter(pairing=pairing).first()
    return found or Ending(organisation_id=pairing.organisation_id, pairing=pairing)


def _refuse_day(talked_on: date | None, pairing: Pairing, zone: ZoneInfo, now: datetime) -> None:
    if talked_on is None:
        return
    if talked_on > now.astimezone(zone).date():
        raise Refused(_("This day is still to come. Note it once you have talked."), field="talked_on")
    if talked_on < pairing.introduced_at.astimezone(zone).date():
        raise Refused(_("On this day you did not know each other yet."), field="talked_on")


def _talked_at(ending: Ending, talked_on: date | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """A moment on that day: noon, so that it is the same day on most clocks."""
    if talked_on is None:
        return None
    if ending.talked_at is not None and ending.talked_at.astimezone(zone).date() == talked_on:
        return ending.talked_at
    return min(datetime.combine(talked_on, time(12), tzinfo=zone), now)


def _agreed_at(ending: Ending, written: Written, is_new: bool, now: datetime) -> datetime | None:
    """When the peer said yes to the handover note as it stands; None where they have not."""
    kept = None if is_new else ending.handover_agreed_at
    if not written.handover or written.handover_yes is False:
        return None
    return (kept or now) if written.handover_yes else kept


def look(*, rows: Sequence[Model], by: Actor, now: datetime) -> None:
    """Leave a mark that somebody read these, in the transaction in which they did."""
    with transaction.atomic():
        for row in rows:
            record(by=by, verb="sessions.look", what=row, now=now)
