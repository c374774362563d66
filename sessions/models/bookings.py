"""Sessions that are booked, and the holds that keep two of them from happening at once."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from people.models import Group, Membership, Organisation, Peer
from sessions.models.pairings import Pairing
from sessions.models.series import MeetingSeries
from sessions.models.settings import Setting
from sessions.states import BOOKED, CANCELLED, CONFIRMED, HELD, MEETING_MOVES, MISSED, SESSION_MOVES
from venues.models import Room

LONGEST_HOLD = timedelta(hours=12)


class Why(models.TextChoices):
    """Why a session was cancelled: a few neutral words, so that nobody has to explain themselves."""

    NOT_WELL = "not_well", _("not well enough today")
    TIME = "time", _("the time does not work any more")
    PLACE = "place", _("the place does not work any more")
    OTHER = "other", _("something else")


class Party(models.TextChoices):
    """Whose side something came from: it is counted for both, truthfully."""

    PEER = "peer", _("the peer")
    SUPPORTER = "supporter", _("the supporter")
    ORGANISATION = "organisation", _("the organisation")


class PeerSession(models.Model):
    """One meeting of a pairing, or of a group: exactly one of the two. (Django's own app owns the name Session.)

    A group's meeting out of a series is known by the day its rule gave it, `occurs_on`, wherever it is moved to.
    `places_taken` is kept by a trigger on MeetingPlace, so that no path fills a meeting beyond its places.
    `missed_side` is empty when neither came, or nobody knows. `nobody_there_at` is when the peer said, by their link,
    that they found nobody there: it decides nothing, and waits for the supporter.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, null=True, related_name="peer_sessions")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="meetings")
    series = models.ForeignKey(MeetingSeries, on_delete=models.PROTECT, null=True, related_name="meetings")
    occurs_on = models.DateField(null=True)
    changed_alone = models.BooleanField(default=False)
    setting = models.CharField(max_length=10, choices=Setting.choices)
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="peer_sessions"
    )
    side_room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="+")
    meeting_point = models.CharField(_("where exactly"), max_length=200, blank=True)
    places = models.PositiveSmallIntegerField(_("places"), null=True)
    places_taken = models.PositiveSmallIntegerField(default=0)
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
    cancelled_side = models.CharField(max_length=12, choices=Party.choices, blank=True)
    cancelled_late = models.BooleanField(default=False)
    missed_side = models.CharField(max_length=12, choices=Party.choices, blank=True)
    nobody_there_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    moved_by = models.CharField(max_length=80, blank=True)
    sequence = models.PositiveIntegerField(
        default=0
    )  # RFC 5545: grows when time or place change, and when it is off
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
            models.CheckConstraint(
                name="sessions_session_of_one_kind",
                condition=Q(
                    pairing__isnull=False, group__isnull=True, series__isnull=True, places__isnull=True
                )
                | Q(pairing__isnull=True, group__isnull=False, places__isnull=False),
            ),
            models.CheckConstraint(
                name="sessions_session_places",
                condition=Q(places__isnull=True, places_taken=0) | Q(places_taken__lte=F("places")),
            ),
            models.CheckConstraint(
                name="sessions_session_occurs",
                condition=Q(series__isnull=True, occurs_on__isnull=True)
                | Q(series__isnull=False, occurs_on__isnull=False),
            ),
            models.UniqueConstraint(fields=["series", "occurs_on"], name="sessions_one_meeting_for_each_day"),
            models.CheckConstraint(
                name="sessions_session_sides",
                condition=Q(cancelled_side__in=["", *Party.values])
                & Q(missed_side__in=["", Party.PEER, Party.SUPPORTER]),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "starts_at", "id"], name="sessions_session_by_time"),
            models.Index(fields=["organisation", "pairing", "starts_at"], name="sessions_session_by_pairing"),
            models.Index(fields=["organisation", "group", "starts_at"], name="sessions_session_by_group"),
            # Few are open of all there ever were: what is to come, and what nobody noted.
            models.Index(
                fields=["organisation", "starts_at", "id"],
                condition=Q(state__in=[BOOKED, CONFIRMED]),
                name="sessions_session_open",
            ),
        ]

    @property
    def two(self) -> Pairing:
        """The pairing of a one-to-one session. Raises TypeError for a group's meeting, which has none."""
        if self.pairing is None:
            raise TypeError("a group's meeting has no pairing")
        return self.pairing

    @property
    def meeting_of(self) -> Group:
        """The group whose meeting it is. Raises TypeError for a one-to-one session, which has none."""
        if self.group is None:
            raise TypeError("a one-to-one session has no group")
        return self.group

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(SESSION_MOVES if self.group_id is None else MEETING_MOVES, verb, self.state)


class Hold(models.Model):
    """A stretch of somebody's or some room's time. The database refuses two that overlap for the same holder.

    `supporter` is whoever works then: the supporter of a pairing, or a facilitator of a group's meeting.
    """

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
    # Behind row security no index is asked about a range (its functions are not leakproof), but about a moment it is.
    # Without this, all that somebody ever held would be looked through for one day of theirs.
    starts_at = models.GeneratedField(
        expression=RangeStartsWith("during"), output_field=models.DateTimeField(), db_persist=True
    )
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="sessions_no_two_holds_overlap",
                expressions=[("holder_id", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(released_at__isnull=True),
            ),
            models.CheckConstraint(
                name="sessions_hold_is_short",
                condition=Q(during__endswith__lte=F("starts_at") + LONGEST_HOLD),
            ),
            models.CheckConstraint(
                name="sessions_hold_has_one_holder",
                condition=Q(supporter__isnull=False, peer__isnull=True, room__isnull=True)
                | Q(supporter__isnull=True, peer__isnull=False, room__isnull=True)
                | Q(supporter__isnull=True, peer__isnull=True, room__isnull=False),
            ),
        ]
        indexes = [
            # What somebody holds between two moments begins no earlier than LONGEST_HOLD before the first.
            models.Index(
                fields=["holder_id", "starts_at"],
                include=["organisation", "during"],
                condition=Q(released_at__isnull=True),
                name="sessions_hold_by_holder",
            )
        ]
