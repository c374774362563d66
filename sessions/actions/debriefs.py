"""Talking a session over with one's supervisor: asked for, and settled. Never why, never what about."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import already_made, lock
from lib.refusal import Refused
from people.access import Member
from reminders.actions import cancel_for, send_now
from reminders.states import SOMETHING_WAITS
from sessions.models import DebriefWish
from sessions.policies.around import people_who_can_supervise


def ask_debrief(*, once: UUID, peer_session_id: UUID | None, by: Member, now: datetime) -> DebriefWish:
    """Ask one's supervisors for a debrief, of one session or in general; the same form again gives the same wish.

    They are told that something waits, in neutral words. Raises Refused where one waits already, or where nobody
    supervises this supporter.
    """
    with transaction.atomic():
        lock(f"debrief:{by.id}")  # a wish without a session is not unique to the database
        earlier = already_made(DebriefWish.objects.filter(supporter_id=by.id), once)
        if earlier is not None:
            return earlier
        open_ones = DebriefWish.objects.filter(supporter_id=by.id, settled_at__isnull=True)
        if open_ones.filter(peer_session_id=peer_session_id).exists():
            raise Refused(_("You have asked already, and it waits for your supervisor."))
        supervisors = list(people_who_can_supervise(by).values_list("pk", flat=True))
        if not supervisors:
            raise Refused(_("Nobody supervises you just now. Please ask a coordinator."))
        wish = DebriefWish.objects.create(
            id=once,
            organisation_id=by.organisation_id,
            supporter_id=by.id,
            peer_session_id=peer_session_id,
            asked_at=now,
        )
        for supervisor_id in sorted(supervisors):
            send_now(
                kind=SOMETHING_WAITS,
                object_id=wish.pk,
                recipient_id=supervisor_id,
                sender_name=by.organisation.sender_name,
                by=by,
                now=now,
            )
        record(by=by, verb="sessions.ask_debrief", what=wish, now=now)
    return wish


def settle_debrief(*, debrief_wish_id: UUID, by: Actor, now: datetime) -> DebriefWish:
    """Note that it was talked through; news of it that has not gone out yet stays here. A second time does nothing."""
    with transaction.atomic():
        wish = DebriefWish.objects.select_for_update(of=("self",)).get(pk=debrief_wish_id)
        if wish.settled_at is not None:
            return wish
        wish.settled_at, wish.settled_by = now, by.actor
        wish.save(update_fields=["settled_at", "settled_by"])
        cancel_for(object_id=wish.pk, by=by, now=now)
        record(by=by, verb="sessions.settle_debrief", what=wish, now=now)
    return wish
