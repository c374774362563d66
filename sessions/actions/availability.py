"""When people and rooms can be booked: weekly hours set, days that differ noted and taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation
from psycopg.types.range import Range

from audit.actions import Actor, record
from lib.once import already_made, lock
from lib.refusal import Refused
from people.actions.revisions import set_all
from sessions.free_time import DAY_END, Stretch
from sessions.models import Availability, Differs, HoursException, WeeklyHours

FURTHEST = timedelta(days=2 * 366)  # a day that differs lies no further ahead
MOST_NOTICE, MOST_REST = 60 * 24 * 28, 60 * 12  # minutes


@dataclass(frozen=True)
class Owner:
    """Whose hours they are: a member's or a room's, one of the two."""

    membership_id: UUID | None = None
    room_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """The one that is set."""
        found = self.membership_id or self.room_id
        assert found is not None
        return found

    def columns(self) -> dict[str, UUID | None]:
        """As the rows keep it."""
        return {"membership_id": self.membership_id, "room_id": self.room_id}


def set_hours(
    *,
    owner: Owner,
    revision: int,
    weekly: Sequence[Stretch],
    notice_minutes: int,
    rest_minutes: int,
    most_a_week: int | None,
    by: Actor,
    now: datetime,
) -> Availability:
    """Set weekly hours and limits anew. What is booked already stays booked.

    `revision` is that of the page; 0 stands for hours that nobody has set yet. The same hours again change nothing.
    Raises Refused for stretches that overlap, for limits that cannot be, and when somebody else was quicker.
    """
    limits = {"notice_minutes": notice_minutes, "rest_minutes": rest_minutes, "most_a_week": most_a_week}
    _refuse_hours(weekly, notice_minutes, rest_minutes, most_a_week)
    with transaction.atomic():
        lock(f"hours:{owner.id}")
        found = Availability.objects.select_for_update(of=("self",)).filter(**owner.columns()).first()
        row = found or Availability(organisation_id=by.organisation_id, **owner.columns())
        before = _weekly(row) if found else None
        others = before != _in_order(weekly)
        changed = set_all(row, limits, revision=revision, more=others)
        if not changed and not others:
            return row
        row.set_at = now
        row.save(force_insert=found is None)
        if others:
            _replace(row, weekly)
        record(by=by, verb="sessions.set_hours", what=row, now=now, owner=owner.id)
    return row


def _refuse_hours(weekly: Sequence[Stretch], notice: int, rest: int, most_a_week: int | None) -> None:
    for one in weekly:
        if not (0 <= one.weekday <= 6 and 0 <= one.from_minute < one.to_minute <= DAY_END):
            raise Refused(
                _("Each of these hours has to begin and end on its day, and end later than it begins.")
            )
    for one, other in pairwise(_in_order(weekly)):
        if one.overlaps(other):
            raise Refused(_("Two of these hours overlap. Please make them one, or leave a gap."))
    if not 0 <= notice <= MOST_NOTICE:
        raise Refused(_("At most four weeks ahead."), field="notice_minutes")
    if not 0 <= rest <= MOST_REST:
        raise Refused(_("At most twelve hours."), field="rest_minutes")
    if most_a_week is not None and not 0 <= most_a_week <= 100:
        raise Refused(_("At most a hundred a week."), field="most_a_week")


def _in_order(weekly: Iterable[Stretch]) -> list[Stretch]:
    return sorted(weekly)


def _weekly(row: Availability) -> list[Stretch]:
    values = row.weekly_hours.order_by("weekday", "from_minute")
    return [Stretch(*one) for one in values.values_list("weekday", "from_minute", "to_minute")]


def _replace(row: Availability, weekly: Sequence[Stretch]) -> None:
    row.weekly_hours.all().delete()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(organisation_id=row.organisation_id, availability=row, **one._asdict()) for one in weekly
    )


def add_exception(
    *,
    once: UUID,
    owner: Owner,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    now: datetime,
) -> HoursException:
    """Note that a stretch of time differs from the weekly hours; the same form sent again gives the same row.

    What is booked then stays booked, until somebody moves it or calls it off. The trail keeps that there is one, never
    of what kind: illness is nobody's affair. Raises Refused for a stretch that is over, or ends before it begins, or
    meets another one.
    """
    _refuse_stretch(starts_at, ends_at, now)
    values: dict[str, Any] = {**owner.columns(), "kind": Differs(kind), "during": Range(starts_at, ends_at)}
    with transaction.atomic():
        earlier = already_made(HoursException.objects.all(), once)
        if earlier is not None:
            return earlier
        row = HoursException(
            id=once, organisation_id=by.organisation_id, added_at=now, added_by=by.actor, **values
        )
        _save(row)
        record(by=by, verb="sessions.add_exception", what=row, now=now, owner=owner.id)
    return row


def _refuse_stretch(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused(_("This ends before it begins. Please choose a later end."), field="last_on")
    if ends_at <= now:
        raise Refused(_("This is over already. Please choose a later end."), field="last_on")
    if ends_at > now + FURTHEST:
        raise Refused(_("Please choose days within the next two years."), field="last_on")


def _save(row: HoursException) -> None:
    """The database alone knows, whatever comes at the same moment, that no two overlap."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        words = _("Something is noted for that time already. Take it away first, or choose another time.")
        raise Refused(words, field="first_on") from error


def remove_exception(*, exception_id: UUID, by: Actor, now: datetime) -> HoursException:
    """Take back a day that differs: the weekly hours hold again. Taking it back twice does nothing."""
    with transaction.atomic():
        row = HoursException.objects.select_for_update(of=("self",)).get(pk=exception_id)
        if row.removed_at is not None:
            return row
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        record(
            by=by, verb="sessions.remove_exception", what=row, now=now, owner=row.membership_id or row.room_id
        )
    return row
