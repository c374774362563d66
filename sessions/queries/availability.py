"""What the pages about hours show: weekly hours, limits, and the days that differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from people.access import Member
from people.models import Membership, Role
from people.queries.team import room
from sessions.actions.availability import Owner
from sessions.free_time import DAY_END, Stretch
from sessions.hours_words import TO_OTHERS, clock, length_words
from sessions.models import Availability, HoursException

SHOWN = 50  # days that differ


@dataclass(frozen=True)
class Stored:
    """Somebody's hours as they are stored; no row where nobody has set any."""

    row: Availability | None
    weekly: Sequence[Stretch]

    @property
    def revision(self) -> int:
        """The state a page is made from."""
        return self.row.revision if self.row else 0


def stored(owner: Owner) -> Stored:
    """The hours of a member or a room; one or two queries."""
    row = Availability.objects.filter(**owner.columns()).first()
    if row is None:
        return Stored(None, ())
    hours = row.weekly_hours.order_by("weekday", "from_minute")
    values = hours.values_list("weekday", "from_minute", "to_minute")
    return Stored(row, tuple(Stretch(*one) for one in values))


@dataclass(frozen=True)
class ExceptionLine:
    """A stretch of time that differs from the weekly hours."""

    id: UUID
    kind: str | Promise
    when: str


def exceptions(
    rows: QuerySet[HoursException], words: Mapping[str, str | Promise], zone: ZoneInfo, now: datetime
) -> list[ExceptionLine]:
    """Those that are not over yet, the next ones first, on the owner's clock. One query."""
    rows = rows.filter(during__endswith__gt=now).order_by("during", "pk")[:SHOWN]
    values = rows.values_list("pk", "kind", "during")
    return [
        ExceptionLine(pk, words[kind], stretch_words(during.lower, during.upper, zone))
        for pk, kind, during in values
    ]


def stretch_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """From when to when, as people say it: whole days without a time, one day only once."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    whole = (first.hour, first.minute, last.hour, last.minute) == (0, 0, 0, 0)
    if whole:
        last -= timedelta(days=1)
    days = [date_format(day, "D j M Y") for day in (first, last)]
    if whole:
        return (
            days[0]
            if days[0] == days[1]
            else _("%(first)s to %(last)s") % {"first": days[0], "last": days[1]}
        )
    times = {"from": f"{first:%H:%M}", "to": f"{last:%H:%M}", "first": days[0], "last": days[1]}
    if days[0] == days[1]:
        return _("%(first)s, %(from)s to %(to)s") % times
    return _("%(first)s, %(from)s to %(last)s, %(to)s") % times


def most_peers(member: Member) -> int | None:
    """How many people a supporter can support at a time; None for anybody else. One query."""
    rows = Membership.objects.supporters().filter(pk=member.id)
    return rows.values_list("most_peers", flat=True).first()


@dataclass(frozen=True)
class WeekdayLine:
    """A weekday and its hours, to be read."""

    label: str
    hours: str


@dataclass(frozen=True)
class MemberHours:
    """What a coordinator reads of somebody's hours."""

    is_set: bool
    days: list[WeekdayLine]
    limits: list[tuple[str, str]]
    exceptions: list[ExceptionLine]


def member_hours(row: Membership, now: datetime) -> MemberHours:
    """Somebody's hours as others may read them: nobody learns that it was an illness. Four queries."""
    found = stored(Owner(membership_id=row.pk))
    away = HoursException.objects.filter(membership=row, removed_at__isnull=True)
    return MemberHours(
        is_set=found.row is not None,
        days=_lines(found.weekly),
        limits=[*_carries(row), *_limits(found.row)],
        exceptions=exceptions(away, TO_OTHERS, ZoneInfo(row.user.zone), now),
    )


def _lines(weekly: Iterable[Stretch]) -> list[WeekdayLine]:
    hours: dict[int, list[str]] = {weekday: [] for weekday in range(7)}
    for one in weekly:
        last = "24:00" if one.to_minute == DAY_END else clock(one.to_minute)
        hours[one.weekday].append(f"{clock(one.from_minute)} – {last}")
    return [
        WeekdayLine(str(WEEKDAYS[weekday]), ", ".join(found) or _("not at all"))
        for weekday, found in hours.items()
    ]


def _carries(row: Membership) -> list[tuple[str, str]]:
    """How many peers a supporter supports, of how many they can carry. One query."""
    if row.role != Role.SUPPORTER:
        return []
    taken = row.assignments.filter(ends_at__isnull=True).count()
    return [(_("Supports"), room(taken, row.most_peers))]


def _limits(row: Availability | None) -> list[tuple[str, str]]:
    if row is None:
        return []
    most = _("no limit") if row.most_a_week is None else str(row.most_a_week)
    return [
        (_("Most sessions a week"), most),
        (_("Needs to know before"), length_words(row.notice_minutes)),
        (_("Rest between two sessions"), length_words(row.rest_minutes)),
    ]
