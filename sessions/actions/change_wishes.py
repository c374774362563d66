"""A peer would like another supporter: said without a reason, answered by a coordinator."""

from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Actor, record
from reminders.actions import cancel_for
from sessions.actions.pairings import open_pairing
from sessions.actions.waiting import coordinators, tell
from sessions.models import ChangeWish


class Outcome(models.TextChoices):
    """What came of it. Kept in the trail alone: the row says only that it was answered."""

    ARRANGED = "arranged", _("somebody else will support them")
    STAYS = "stays", _("it stays as it is, and they are fine with that")


def wish_change(*, pairing_id: UUID, by: Actor, now: datetime) -> ChangeWish:
    """Note that the peer would like another supporter, and tell the coordinators; the supporter is told nothing.

    `by` is the peer on their own page, or a member to whom they said it. While one is open, a second changes nothing.
    Raises Refused when the pairing has ended.
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        earlier = ChangeWish.objects.filter(pairing=pairing, answered_at__isnull=True).first()
        if earlier is not None:
            return earlier
        wish = ChangeWish.objects.create(
            organisation_id=pairing.organisation_id, pairing=pairing, asked_at=now, asked_by=by.actor
        )
        sender = pairing.organisation.sender_name
        tell(coordinators(pairing), object_id=wish.pk, sender_name=sender, by=by, now=now)
        record(by=by, verb="sessions.wish_change", what=wish, now=now)
    return wish


def answer_change(*, change_wish_id: UUID, outcome: str, by: Actor, now: datetime) -> ChangeWish:
    """A coordinator has talked with the peer and found an answer; why is not asked. Answering twice does nothing.

    Raises ValueError for an outcome there is none of.
    """
    kind = Outcome(outcome)
    with transaction.atomic():
        wish = ChangeWish.objects.select_for_update(of=("self",)).get(pk=change_wish_id)
        if wish.answered_at is not None:
            return wish
        wish.answered_at, wish.answered_by = now, by.actor
        wish.save(update_fields=["answered_at", "answered_by"])
        cancel_for(object_id=wish.pk, by=by, now=now)
        record(by=by, verb="sessions.answer_change", what=wish, now=now, outcome=kind.value)
    return wish
