"""Between two versions: whether the boundaries still fit, and a boundary that was crossed."""

from django.db import models
from django.db.models import Q

from lib.ids import new_id
from lib.sealing.models import SealedField
from people.models import Organisation
from sessions.models.agreements import Side
from sessions.models.bookings import PeerSession
from sessions.models.logs import Fit
from sessions.models.pairings import Pairing


class FitCheck(models.Model):
    """Somebody was asked whether the boundaries still fit, at the beginning of a session or on their own page.

    Added, never changed. `words` (what is different) are sealed with the peer's key. What is different today only
    holds on the day `holds_on`, by the peer's clock, and expires with it by itself. (What is noted after a session
    stands in its SessionLog.)
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="fit_checks")
    peer_session = models.ForeignKey(
        PeerSession, on_delete=models.PROTECT, null=True, related_name="fit_checks"
    )
    side = models.CharField(max_length=10, choices=Side.choices)
    fit = models.CharField(max_length=12, choices=Fit.choices)
    words = SealedField()
    holds_on = models.DateField(null=True)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sessions_fit_check_fit", condition=Q(fit__in=Fit.values)),
            models.CheckConstraint(name="sessions_fit_check_side", condition=Q(side__in=Side.values)),
            models.CheckConstraint(
                name="sessions_fit_check_today",
                condition=Q(fit=Fit.TODAY_ONLY, holds_on__isnull=False)
                | (~Q(fit=Fit.TODAY_ONLY) & Q(holds_on__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "pairing", "noted_at"], name="sessions_fit_by_time")]


class Crossing(models.Model):
    """A boundary was crossed, noted by one of the two, without blame. `words` are sealed with the key of who notes it.

    The other of the two reads it only where `to_other`; a supervisor where the one who notes it wants that, or where it
    crossed a floor (`crosses_floor`). Nothing of it changes, but that a supervisor has talked about it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="crossings")
    side = models.CharField(max_length=10, choices=Side.choices)
    item_key = models.CharField(max_length=40, blank=True)
    words = SealedField()
    to_other = models.BooleanField(default=False)
    to_supervisor = models.BooleanField(default=False)
    crosses_floor = models.BooleanField(default=False)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sessions_crossing_side", condition=Q(side__in=Side.values)),
            models.CheckConstraint(
                name="sessions_crossing_floor",
                condition=Q(crosses_floor=False) | Q(to_supervisor=True),
            ),
            models.CheckConstraint(
                name="sessions_crossing_settled",
                condition=Q(settled_at__isnull=True, settled_by="")
                | (Q(settled_at__isnull=False, to_supervisor=True) & ~Q(settled_by="")),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "pairing", "noted_at"], name="sessions_crossing_by_time")
        ]
