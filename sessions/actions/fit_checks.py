"""Whether the boundaries still fit: asked at the beginning of a session, or answered on the peer's own page.

`by` is the supporter, who notes what either of the two says, or the peer by their own page. Sealed with the peer's key.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import already_made
from lib.refusal import Refused
from lib.sealing.models import seal_text
from people.access import LinkHolder
from people.models import Peer
from sessions.actions.goals import writable
from sessions.actions.looking_again import look_again
from sessions.actions.telling import other, tell
from sessions.models import Agreement, Fit, FitCheck, LookAgain, Pairing, Side
from sessions.queries.fit_checks import today_of
from sessions.states import IN_FORCE


def note_fit(
    *,
    once: UUID,
    pairing_id: UUID,
    peer_session_id: UUID | None = None,
    side: str,
    fit: str,
    words: str,
    by: Actor,
    now: datetime,
) -> FitCheck:
    """Note what one of the two says; the same form sent again gives the same note.

    What should change lets the agreement in force be looked at again; what is different today only ends with the day,
    by the peer's clock. Raises Refused after the ending, and where no agreement holds.
    """
    with transaction.atomic():
        earlier = already_made(FitCheck.objects.all(), once)
        if earlier is not None:
            return _same(earlier, pairing_id)
        pairing = writable(pairing_id)
        if not Agreement.objects.filter(pairing=pairing, state=IN_FORCE).exists():
            raise Refused(
                _("No agreement is in force between you just now, so there is nothing to ask about.")
            )
        check = FitCheck(
            id=once,
            organisation_id=pairing.organisation_id,
            pairing=pairing,
            peer_session_id=peer_session_id,
            side=Side(side),
            fit=Fit(fit),
            holds_on=today_of(pairing.peer, now) if fit == Fit.TODAY_ONLY else None,
            noted_at=now,
            noted_by=by.actor,
        )
        seal_text(check, "words", words, pairing.peer.data_key)
        check.save(force_insert=True)
        if fit == Fit.CHANGED:
            look_again(pairing_id=pairing.pk, because=LookAgain.CHANGED, now=now)
        _tell(check, pairing, by=by, now=now)
        record(by=by, verb="sessions.note_fit", what=check, now=now, pairing=pairing.pk)
    return check


def _same(earlier: FitCheck, pairing_id: UUID) -> FitCheck:
    if earlier.pairing_id != pairing_id:
        raise Refused(_("This form was sent already. Please open the page again."))
    return earlier


def _tell(check: FitCheck, pairing: Pairing, *, by: Actor, now: datetime) -> None:
    """The other one hears of a change, unless the two sit together, or the supporter notes what the peer says."""
    side = Side(check.side)
    beside = not isinstance(by, LinkHolder) and (check.peer_session_id is not None or side == Side.PEER)
    if check.fit != Fit.SAME and not beside:
        tell(pairing, other(side), slot=str(check.pk), by=by, now=now)


def look_fit(*, peer: Peer, checks: Sequence[FitCheck], by: Actor, now: datetime) -> None:
    """Leave one mark for all that a page opened, in the transaction in which it did. None for none."""
    if checks:
        record(by=by, verb="sessions.look_fit", what=peer, now=now, checks=[str(row.pk) for row in checks])
