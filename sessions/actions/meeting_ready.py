"""Making a meeting ready: ticks on its list, by whoever runs it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from sessions.meeting_ready import KEYS
from sessions.models import PeerSession, Preparation
from sessions.states import BOOKED


def ready(
    *, peer_session_id: UUID, tick: Collection[str], untick: Collection[str], by: Actor, now: datetime
) -> Preparation | None:
    """Set and take away ticks; what is in neither stays as it is, so that two who tick at once lose nothing.

    Raises Refused once the meeting is over or called off.
    """
    with transaction.atomic():
        meeting = PeerSession.objects.select_for_update(of=("self",)).get(pk=peer_session_id)
        if meeting.state != BOOKED:
            raise Refused(_("This meeting is over. There is nothing left to make ready."))
        row = Preparation.objects.filter(peer_session=meeting).first()
        before = set(row.ticked) if row else set()
        after = (before | (KEYS & set(tick))) - set(untick)
        if after == before:
            return row
        row = row or Preparation(organisation_id=by.organisation_id, peer_session=meeting)
        row.ticked, row.ticked_at, row.ticked_by = sorted(after), now, by.actor
        row.revision += 1
        row.save()
        record(by=by, verb="sessions.ready", what=meeting, now=now, ticked=len(after))
    return row
