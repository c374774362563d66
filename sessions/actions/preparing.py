"""Making a space ready: ticks on the list of one session."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from people.actions.revisions import stale
from sessions import spaces
from sessions.models import PeerSession, Preparation
from sessions.states import UPCOMING


def prepare(
    *, peer_session_id: UUID, ticks: Mapping[str, bool], revision: int | None, by: Actor, now: datetime
) -> Preparation | None:
    """Set or take away ticks; what `ticks` does not name stays as it is, and what is as wished changes nothing.

    `revision` is that of the page that sends its whole list. A single tick needs none (None): it says one thing, and
    undoes nobody else's. Raises Refused once the session is over, or when somebody else was quicker.
    """
    with transaction.atomic():
        peer_session = PeerSession.objects.select_for_update(of=("self",)).get(pk=peer_session_id)
        if peer_session.state not in UPCOMING:
            raise Refused(_("This session is over. There is nothing left to make ready."))
        row = Preparation.objects.filter(peer_session=peer_session).first()
        before = set(row.ticked) if row else set()
        after = (before | _keys(ticks, True)) - _keys(ticks, False)
        if after == before:
            return row
        row = row or Preparation(organisation_id=by.organisation_id, peer_session=peer_session)
        if revision is not None and revision != row.revision:
            raise Refused(stale())
        row.ticked, row.ticked_at, row.ticked_by = sorted(after), now, by.actor
        row.revision += 1
        row.save()
        record(by=by, verb="sessions.prepare", what=peer_session, now=now, ticked=len(after))
    return row


def _keys(ticks: Mapping[str, bool], value: bool) -> set[str]:
    return {key for key, ticked in ticks.items() if ticked is value and key in spaces.KEYS}
