"""Series of a group's meetings: a rule, a wall-clock time, a place."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from people.models import Group, Organisation
from sessions.models.settings import Setting
from venues.models import Room


class MeetingSeries(models.Model):
    """Meetings of a group that come again by a rule (RFC 5545, section 3.3.10), at the same time on the wall's clock.

    `rule` is the RRULE without DTSTART, always with an end; `zone` is whose clock it is. Meetings are made from it 26
    weeks ahead (`made_until` says how far). "This and following" ends one series and begins another that `follows` it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="series")
    rule = models.CharField(max_length=200)
    first_on = models.DateField()
    until_on = models.DateField()
    starts = models.TimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=90)
    zone = models.CharField(max_length=50)
    setting = models.CharField(max_length=10, choices=Setting.choices)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="+")
    side_room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="+")
    meeting_point = models.CharField(_("where exactly"), max_length=200, blank=True)
    places = models.PositiveSmallIntegerField(_("places"), default=12)
    made_until = models.DateField(null=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sessions_series_from_to", condition=Q(until_on__gte=F("first_on"))),
            models.CheckConstraint(name="sessions_series_setting", condition=Q(setting__in=Setting.values)),
            models.CheckConstraint(
                name="sessions_series_minutes", condition=Q(minutes__gte=10, minutes__lte=480)
            ),
            models.CheckConstraint(
                name="sessions_series_places", condition=Q(places__gte=2, places__lte=200)
            ),
            models.CheckConstraint(
                name="sessions_series_ended",
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "group", "first_on"], name="sessions_series_by_group")
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start now: as long as it goes on, it can be changed and ended."""
        return verb in {"change_series", "end_series"} and self.ended_at is None
