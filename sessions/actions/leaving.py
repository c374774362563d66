"""Somebody leaves the organisation: their pairings end first, so that no session and no reminder outlives them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from audit.actions import Actor
from people.actions import members
from people.models import Membership
from reminders.actions import cancel_for_all
from sessions.actions.facilitating import let_go, queue_for_leaving
from sessions.actions.pairings import end, hold_what_ends
from sessions.models import LimitsSheet, Pairing
from sessions.states import ENDED


def end_membership(*, membership_id: UUID, by: Actor, now: datetime) -> Membership:
    """End a membership and all it carries, in one transaction. Raises Refused like the people's part of it.

    The people's part comes before the pairings': it holds the membership's row, so that nobody is introduced to
    somebody who leaves.
    """
    with transaction.atomic():
        queue_for_leaving(membership_id)
        let_go(membership_id, by=by, now=now)
        _hold_rows(membership_id, by=by, now=now)
        membership = members.end_membership(membership_id=membership_id, by=by, now=now)
        for pairing_id in list(_open_pairings(membership_id).values_list("pk", flat=True)):
            end(pairing_id=pairing_id, by=by, now=now)
    return membership


def _hold_rows(membership_id: UUID, *, by: Actor, now: datetime) -> None:
    """All that will end, locked before the first mark in the trail, for which others wait who answer just now."""
    rows = _open_pairings(membership_id).select_for_update(of=("self",))
    hold_what_ends(list(rows.values_list("pk", flat=True)), by=by, now=now)
    limits = LimitsSheet.objects.filter(membership_id=membership_id).values_list("pk", flat=True)
    cancel_for_all(object_ids=list(limits), by=by, now=now)


def _open_pairings(membership_id: UUID) -> QuerySet[Pairing]:
    return Pairing.objects.filter(supporter_id=membership_id).exclude(state=ENDED).order_by("pk")
