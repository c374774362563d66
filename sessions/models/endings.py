"""Endings: talked about before the last session, written down kindly, and handed over by a note made for it."""

from django.db import models
from django.db.models import F, Q

from lib.ids import new_id
from lib.moves import may
from lib.sealing.models import SealedField
from people.models import Organisation
from sessions.models.pairings import Pairing
from sessions.states import ASKED, DECLINED, EXTENSION_MOVES, GRANTED, TAKEN_BACK


class Ending(models.Model):
    """What the two prepare for their ending. Sealed with the peer's key; frozen when the pairing ends (`closed_at`).

    `goodbye` is for the peer; `handover` for the next supporter, only with the peer's yes (`handover_agreed_at`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.OneToOneField(Pairing, on_delete=models.PROTECT, related_name="ending")
    talked_at = models.DateTimeField(null=True)
    talked_by = models.CharField(max_length=80, blank=True)
    talk = SealedField()
    goodbye = SealedField()
    handover = SealedField()
    handover_agreed_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_ending_talked",
                condition=Q(talked_at__isnull=True, talked_by="")
                | (Q(talked_at__isnull=False) & ~Q(talked_by="")),
            ),
        ]


class Extension(models.Model):
    """More sessions than agreed at first: both ask, a supervisor decides; then a new agreement may name up to `up_to`.

    `because` is sealed with the peer's key and shared with the supervisor by asking.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="extensions")
    up_to = models.PositiveSmallIntegerField()
    because = SealedField()
    state = models.CharField(max_length=10, default=ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pairing"], condition=Q(state=ASKED), name="sessions_one_extension_asked"
            ),
            models.CheckConstraint(
                name="sessions_extension_state",
                condition=Q(state__in=[ASKED, GRANTED, DECLINED, TAKEN_BACK]),
            ),
            models.CheckConstraint(
                name="sessions_extension_up_to", condition=Q(up_to__gte=1, up_to__lte=120)
            ),
            models.CheckConstraint(
                name="sessions_extension_decided",
                condition=Q(state=ASKED, decided_at__isnull=True, decided_by="")
                | (
                    ~Q(state=ASKED)
                    & Q(decided_at__isnull=False)
                    & ~Q(decided_by="")
                    & ~Q(decided_by=F("asked_by"))
                )
                | Q(state=TAKEN_BACK, decided_at__isnull=False),
            ),
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(EXTENSION_MOVES, verb, self.state)


class ChangeWish(models.Model):
    """The peer would like another supporter. No reason is asked for, and none is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="change_wishes")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pairing"],
                condition=Q(answered_at__isnull=True),
                name="sessions_one_open_change_wish",
            ),
            models.CheckConstraint(
                name="sessions_change_wish_answered",
                condition=Q(answered_at__isnull=True, answered_by="")
                | (Q(answered_at__isnull=False) & ~Q(answered_by="")),
            ),
        ]
