"""Sessions that are booked, and the holds that keep two of them from happening at once."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from people.models import Membership, Organisation, Peer
from sessions.models.pairings import Pairing
from sessions.states import BOOKED, CANCELLED, CONFIRMED, HELD, MISSED, SESSION_MOVES
from venues.models import Room


class Setting(models.TextChoices):
    """Where a session happens, chosen with the peer."""

    ROOM = "room", _("a room")
    WALK = "walk", _("a walk")
    CAFE = "cafe", _("a café")
    ONLINE = "online", _("online")
    PHONE = "phone", _("by phone")


class Why(models.TextChoices):
    """Why a session was cancelled: a few neutral words, so that nobody has to explain themselves."""

    NOT_WELL = "not_well", _("not well enough today")
    TIME = "time", _("the time does not work any more")
    PLACE = "place", _("the place does not work any more")
    OTHER = "other", _("something else")


class PeerSession(models.Model):
    """One meeting of a pairing. (Django's own app owns the name Session.)"""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="peer_sessions")
    setting = models.CharField(max_length=10, choices=Setting.choices)
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="peer_sessions"
    )
    meeting_point = models.CharField(_("where exactly"), max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=BOOKED)
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=80)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=80, blank=True)
    cancelled_why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_session_state",
                condition=Q(state__in=[BOOKED, CONFIRMED, HELD, MISSED, CANCELLED]),
            ),
            models.CheckConstraint(
                name="sessions_session_ends_later", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="sessions_session_setting", condition=Q(setting__in=Setting.values)),
            models.CheckConstraint(
                name="sessions_session_room", condition=Q(setting=Setting.ROOM) | Q(room__isnull=True)
            ),
            models.CheckConstraint(
                name="sessions_session_confirmed",
                condition=~Q(state=CONFIRMED) | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
            ),
            models.CheckConstraint(
                name="sessions_session_cancelled",
                condition=(
                    ~Q(state=CANCELLED) & Q(cancelled_at__isnull=True, cancelled_by="", cancelled_why="")
                )
                | (
                    Q(state=CANCELLED, cancelled_at__isnull=False)
                    & ~Q(cancelled_by="")
                    & ~Q(cancelled_why="")
                ),
            ),
            models.CheckConstraint(
                name="sessions_session_closed",
                condition=(~Q(state__in=[HELD, MISSED]) & Q(closed_at__isnull=True, closed_by=""))
                | (Q(state__in=[HELD, MISSED], closed_at__isnull=False) & ~Q(closed_by="")),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "starts_at", "id"], name="sessions_session_by_time"),
            models.Index(fields=["organisation", "pairing", "starts_at"], name="sessions_session_by_pairing"),
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(SESSION_MOVES, verb, self.state)


class Hold(models.Model):
    """A stretch of somebody's or some room's time. The database refuses two that overlap for the same holder."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer_session = models.ForeignKey(PeerSession, on_delete=models.PROTECT, related_name="holds")
    supporter = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="holds")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, null=True, related_name="holds")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="holds")
    holder_id = models.GeneratedField(
        expression=Coalesce("supporter_id", "peer_id", "room_id"),
        output_field=models.UUIDField(),
        db_persist=True,
    )
    during = DateTimeRangeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="sessions_no_two_holds_overlap",
                expressions=[("holder_id", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(released_at__isnull=True),
            ),
            models.CheckConstraint(
                name="sessions_hold_has_one_holder",
                condition=Q(supporter__isnull=False, peer__isnull=True, room__isnull=True)
                | Q(supporter__isnull=True, peer__isnull=False, room__isnull=True)
                | Q(supporter__isnull=True, peer__isnull=True, room__isnull=False),
            ),
        ]
