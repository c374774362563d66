"""A boundary was crossed: noted by one of the two, without blame, and talked about with a supervisor.

Sealed with the key of who notes it. It reaches the other one, and a supervisor, only where whoever notes it wants that,
or where it crossed a floor: that they are told before it is kept.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import already_made
from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from lib.sealing.models import seal_text
from people.models import Peer
from reminders.actions import cancel_for
from sessions import crossing_words
from sessions.actions import waiting
from sessions.actions.looking_again import look_again
from sessions.actions.pairings import open_pairing
from sessions.actions.telling import other, tell
from sessions.crossing_words import CrossingWords
from sessions.models import Crossing, LookAgain, Pairing, Side
from sessions.queries.crossings import open_crossing
from sessions.queries.matters import Matter, matters
from sessions.queries.sheets import key_of


def note_crossing(
    *,
    once: UUID,
    pairing_id: UUID,
    side: str,
    item_key: str,
    words: str,
    to_other: bool,
    to_supervisor: bool,
    by: Actor,
    now: datetime,
) -> Crossing:
    """Note it; the same form sent again gives the same note. The two look at their agreement again if both know of it.

    Raises Refused after the ending, for what is not on their list, and where a floor was crossed and whoever notes it
    has not said that a supervisor may read it.
    """
    with transaction.atomic():
        earlier = already_made(Crossing.objects.all(), once)
        if earlier is not None:
            return _same(earlier, pairing_id)
        pairing = open_pairing(pk=pairing_id)
        about = _about(pairing, item_key)
        if about.has_floor and not to_supervisor:
            raise Refused(needs_supervisor(), field="to_supervisor")
        crossing = Crossing(
            id=once,
            organisation_id=pairing.organisation_id,
            pairing=pairing,
            side=Side(side),
            item_key=item_key,
            to_other=to_other,
            to_supervisor=to_supervisor,
            crosses_floor=about.has_floor,
            noted_at=now,
            noted_by=by.actor,
        )
        _seal(crossing, CrossingWords(about.title, words), pairing)
        crossing.save(force_insert=True)
        if to_other:
            look_again(pairing_id=pairing.pk, because=LookAgain.CROSSED, now=now)
        _tell(crossing, pairing, by=by, now=now)
        record(by=by, verb="sessions.note_crossing", what=crossing, now=now, pairing=pairing.pk)
    return crossing


def needs_supervisor() -> str:
    """Why a crossing of a floor is not kept from the supervisor."""
    return _(
        "This line is there to keep people safe, and nobody has to carry it alone: whoever supervises reads it, too. "
        "Please tick this and send it again, or choose another line. Nothing has been sent yet."
    )


def _same(earlier: Crossing, pairing_id: UUID) -> Crossing:
    if earlier.pairing_id != pairing_id:
        raise Refused(_("This form was sent already. Please open the page again."))
    return earlier


def _about(pairing: Pairing, item_key: str) -> Matter:
    if not item_key:
        return Matter(key="", title="", theme="", has_floor=False)
    found = {row.key: row for row in matters(pairing).rows}.get(item_key)
    if found is None:
        raise Refused(_("This is not on your list any more. Please choose again."), field="item")
    return found


def _seal(crossing: Crossing, said: CrossingWords, pairing: Pairing) -> None:
    try:
        seal_text(crossing, "words", crossing_words.write(said), key_of(pairing, crossing.side))
    except Unreadable as error:
        raise Refused(_("What was kept about this person has been erased. Nothing can be added.")) from error


def _tell(crossing: Crossing, pairing: Pairing, *, by: Actor, now: datetime) -> None:
    if crossing.to_other:
        tell(pairing, other(Side(crossing.side)), slot=str(crossing.pk), by=by, now=now)
    if crossing.to_supervisor:
        sender = pairing.organisation.sender_name
        recipients = waiting.supervisors(pairing)
        waiting.tell(recipients, object_id=crossing.pk, sender_name=sender, by=by, now=now)


def settle_crossing(*, crossing_id: UUID, by: Actor, now: datetime) -> Crossing:
    """Note that a supervisor has talked about it. A second time does nothing.

    Raises Refused for one that was not meant for a supervisor.
    """
    with transaction.atomic():
        crossing = Crossing.objects.select_for_update(of=("self",)).get(pk=crossing_id)
        if crossing.settled_at is not None:
            return crossing
        if not crossing.to_supervisor:
            raise Refused(_("This was not meant for a supervisor."))
        crossing.settled_at, crossing.settled_by = now, by.actor
        crossing.save(update_fields=["settled_at", "settled_by"])
        cancel_for(object_id=crossing.pk, by=by, now=now)
        record(by=by, verb="sessions.settle_crossing", what=crossing, now=now)
    return crossing


def look_crossing(*, crossing: Crossing, by: Actor, now: datetime) -> CrossingWords:
    """Open one, and note who did, in one transaction. `crossing.pairing` carries both keys.

    Raises Unreadable when the key of who noted it was dropped.
    """
    with transaction.atomic():
        said = open_crossing(crossing)
        record(by=by, verb="sessions.look", what=crossing, now=now)
    return said


def look_crossings(*, peer: Peer, crossings: Sequence[Crossing], by: Actor, now: datetime) -> None:
    """Leave one mark for all that the peer's own page opened, in the transaction in which it did. None for none."""
    if crossings:
        ids = [str(row.pk) for row in crossings]
        record(by=by, verb="sessions.look_crossings", what=peer, now=now, crossings=ids)
