"""What becomes of a booked session: confirmed, called off, missed, closed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.refusal import Refused
from people.access import LinkHolder
from people.actions.links import revoke_links
from reminders.actions import cancel_for
from sessions.actions.holding import release
from sessions.actions.notices import call_off
from sessions.models import Party, PeerSession, Why
from sessions.states import ENDED, SESSION_MOVES

LATE = timedelta(hours=24)  # called off with less notice than this


def confirm(*, peer_session_id: UUID, sequence: int | None = None, by: Actor, now: datetime) -> PeerSession:
    """Say that the peer will be there. Raises Refused once it has begun, or when it was called off.

    `sequence` is that of the page somebody answered on: nobody confirms a time they have not seen.
    """
    with transaction.atomic():
        peer_session = locked(peer_session_id)
        move(SESSION_MOVES, "confirm", peer_session)
        _refuse_older_page(peer_session, sequence)
        if peer_session.starts_at <= now:
            raise Refused(_("This session has begun already."))
        mark_confirmed(peer_session, by=by, now=now)
        peer_session.save(update_fields=["state", "confirmed_at", "confirmed_by"])
        record(by=by, verb="sessions.confirm", what=peer_session, now=now)
    return peer_session


def mark_confirmed(peer_session: PeerSession, *, by: Actor, now: datetime) -> None:
    """Note who said so, unsaved. Part of `confirm`, and of `move` by the peer."""
    peer_session.confirmed_at = now
    peer_session.confirmed_by = by.actor


def cancel(
    *,
    peer_session_id: UUID,
    why: str,
    side: str | None = None,
    said_in_time: bool = False,
    sequence: int | None = None,
    by: Actor,
    now: datetime,
) -> PeerSession:
    """Call a session off: its time is free again, reminders and link end, the other side is told.

    A peer can do so until it begins; a member also later, because it may have been said by phone `said_in_time`.
    `side` is who called it off; not named, it is the side of whoever says so here. Late is less than a day before.
    """
    with transaction.atomic():
        peer_session = locked(peer_session_id)
        move(SESSION_MOVES, "cancel", peer_session)
        _refuse_older_page(peer_session, sequence)
        by_link = isinstance(by, LinkHolder)
        if by_link and peer_session.starts_at <= now:
            raise Refused(_("This session has begun already."))
        peer_session.cancelled_at = now
        peer_session.cancelled_by = by.actor
        peer_session.cancelled_why = Why(why)
        peer_session.cancelled_side = Party(side) if side and not by_link else side_of(peer_session, by)
        too_near = peer_session.starts_at - now < LATE
        peer_session.cancelled_late = too_near and (by_link or not said_in_time)
        peer_session.sequence += 1  # a calendar takes it for news only then
        peer_session.save(update_fields=["state", "sequence", *CANCELLED_FIELDS])
        release(peer_session, now=now)
        revoke_links(object_id=peer_session.pk, now=now)
        cancel_for(object_id=peer_session.pk, by=by, now=now)
        call_off(peer_session, by=by, now=now)
        detail = {"why": why, "side": peer_session.cancelled_side, "late": peer_session.cancelled_late}
        record(by=by, verb="sessions.cancel", what=peer_session, now=now, **detail)
    return peer_session


CANCELLED_FIELDS = ("cancelled_at", "cancelled_by", "cancelled_why", "cancelled_side", "cancelled_late")


def side_of(peer_session: PeerSession, by: Actor) -> Party:
    """Whose side somebody speaks for: a link is the peer's, and who is neither of the two is the organisation."""
    if isinstance(by, LinkHolder):
        return Party.PEER
    if by.actor == f"member:{peer_session.two.supporter_id}":
        return Party.SUPPORTER
    return Party.ORGANISATION


def miss(*, peer_session_id: UUID, side: str = Party.PEER, by: Actor, now: datetime) -> PeerSession:
    """Note that it did not take place, and who could not be there: `side` is empty for neither, or not known.

    Raises Refused before the session has begun.
    """
    with transaction.atomic():
        peer_session = locked(peer_session_id)
        peer_session.missed_side = Party(side) if side else ""
        close(peer_session, "miss", "missed_side", by=by, now=now)
        record(by=by, verb="sessions.miss", what=peer_session, now=now, side=peer_session.missed_side)
    return peer_session


def settle(*, peer_session_id: UUID, by: Actor, now: datetime) -> PeerSession:
    """Note that a session took place of which nothing was written down, now that its pairing has ended.

    Raises Refused before it has begun, and while somebody is there who could still write.
    """
    with transaction.atomic():
        peer_session = locked(peer_session_id)
        if peer_session.two.state != ENDED:
            raise Refused(_("These two still meet, and the supporter can still write down how it was."))
        close(peer_session, "settle", by=by, now=now)
        record(by=by, verb="sessions.settle", what=peer_session, now=now)
    return peer_session


def nobody_there(*, peer_session_id: UUID, by: LinkHolder, now: datetime) -> PeerSession:
    """Keep that the peer found nobody there; the supporter sees it and says what it was. Saying it twice is fine.

    Raises Refused before the session has begun, and once somebody has noted what became of it.
    """
    with transaction.atomic():
        peer_session = locked(peer_session_id)
        if not peer_session.may("miss"):
            raise Refused(_("Somebody has noted meanwhile how it was."))
        _refuse_not_begun(peer_session, now)
        if peer_session.nobody_there_at is None:
            peer_session.nobody_there_at = now
            peer_session.save(update_fields=["nobody_there_at"])
            record(by=by, verb="sessions.nobody_there", what=peer_session, now=now)
    return peer_session


def close(peer_session: PeerSession, verb: str, *fields: str, by: Actor, now: datetime) -> None:
    """Let a session end as held or missed; what still waits to be sent ends with it. Part of `log`, `miss`, `settle`.

    `fields` are saved with it.
    """
    move(SESSION_MOVES, verb, peer_session)
    _refuse_not_begun(peer_session, now)
    peer_session.closed_at = now
    peer_session.closed_by = by.actor
    peer_session.save(update_fields=["state", "closed_at", "closed_by", *fields])
    cancel_for(object_id=peer_session.pk, by=by, now=now)


def _refuse_not_begun(peer_session: PeerSession, now: datetime) -> None:
    if peer_session.starts_at > now:
        raise Refused(_("This session has not begun yet."))


def _refuse_older_page(peer_session: PeerSession, sequence: int | None) -> None:
    if sequence is not None and sequence != peer_session.sequence:
        raise Refused(
            _("This session was moved while your page was open. Please look at its new time first.")
        )


def locked(peer_session_id: UUID) -> PeerSession:
    """A one-to-one session, its row locked, with the two whose it is. Raises PeerSession.DoesNotExist."""
    related = PeerSession.objects.select_related("pairing__organisation", "pairing__peer__data_key")
    return related.select_for_update(of=("self",)).get(pk=peer_session_id, pairing__isnull=False)
