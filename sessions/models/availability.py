"""When people and rooms can be booked: weekly hours on their own clock, days that differ, limits."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from people.models import Membership, Organisation
from venues.models import Room

ONE_OWNER = Q(membership__isnull=False, room__isnull=True) | Q(membership__isnull=True, room__isnull=False)


class Availability(models.Model):
    """What somebody, or a room, asks for before a booking. Without a row nothing is asked, and any hour can be booked.

    Notice and rest are minutes; `most_a_week` counts sessions from Monday to Sunday on the owner's clock.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, null=True, related_name="availability"
    )
    room = models.OneToOneField(Room, on_delete=models.PROTECT, null=True, related_name="availability")
    notice_minutes = models.PositiveIntegerField(_("how long before"), default=0)
    rest_minutes = models.PositiveSmallIntegerField(_("rest between sessions"), default=0)
    most_a_week = models.PositiveSmallIntegerField(_("most sessions a week"), null=True, blank=True)
    set_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sessions_availability_of_one", condition=ONE_OWNER),
            models.CheckConstraint(
                name="sessions_availability_limits",
                condition=Q(notice_minutes__lte=60 * 24 * 28, rest_minutes__lte=60 * 12),
            ),
        ]


class WeeklyHours(models.Model):
    """A stretch of a weekday, in minutes after midnight on the owner's clock. Monday is 0, a day's end 1440."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    availability = models.ForeignKey(Availability, on_delete=models.PROTECT, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField()
    from_minute = models.PositiveSmallIntegerField()
    to_minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_hours_in_a_day",
                condition=Q(weekday__lte=6, to_minute__lte=1440, to_minute__gt=F("from_minute")),
            ),
            ExclusionConstraint(
                name="sessions_hours_do_not_overlap",
                expressions=[
                    ("availability", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (
                        Func("from_minute", "to_minute", function="int4range"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class Differs(models.TextChoices):
    """How a day differs from the weekly hours. `ill` is shown to others as `away`."""

    AWAY = "away", _("away")
    ILL = "ill", _("ill")
    EXTRA = "extra", _("extra hours")


class HoursException(models.Model):
    """A stretch of time that differs from the weekly hours: nothing can be booked then, or something can after all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="hours_exceptions"
    )
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, related_name="hours_exceptions")
    owner_id = models.GeneratedField(
        expression=Coalesce("membership_id", "room_id"), output_field=models.UUIDField(), db_persist=True
    )
    kind = models.CharField(max_length=6, choices=Differs.choices)
    during = DateTimeRangeField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sessions_exception_of_one", condition=ONE_OWNER),
            models.CheckConstraint(name="sessions_exception_kind", condition=Q(kind__in=Differs.values)),
            ExclusionConstraint(
                name="sessions_exceptions_do_not_overlap",
                expressions=[("owner_id", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(removed_at__isnull=True),
            ),
        ]
