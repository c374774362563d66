"""A month of the schedule: weeks from Monday to Sunday, a few sessions of each day, and how many more there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils.formats import date_format

from people.access import Member
from sessions.models import PeerSession
from sessions.queries.schedule import SessionRow, between, columns, maker, week_name
from sessions.states import CANCELLED

A_DAY = 4  # sessions shown of each day


@dataclass(frozen=True)
class MonthDay:
    """A day with its first sessions. `others` are those for which there is no room; its week has them."""

    number: int
    label: str
    today: bool
    inside: bool  # in this month, and not of the one beside it
    rows: Sequence[SessionRow]
    others: int
    week: str


@dataclass(frozen=True)
class Month:
    """A month: whole weeks, the months beside it as `2026-05`, and the week of its first day."""

    label: str
    weekdays: list[str]
    weeks: list[list[MonthDay]]
    previous: str
    next: str
    week: str
    is_now: bool
    is_empty: bool


class _Few(NamedTuple):
    """What is found of one day: the ids of its first sessions, and how many there are in all."""

    ids: list[UUID]
    total: int


NOTHING = _Few([], 0)


def month_of(text: str, today: date) -> date:
    """The first of a month written as `2026-05`; of this month for anything else."""
    year, _dash, number = text.partition("-")
    try:
        first = date(int(year), int(number), 1)
    except ValueError:
        first = today.replace(day=1)
    return first if 2000 <= first.year < 2200 else today.replace(day=1)


def month_page(rows: QuerySet[PeerSession], member: Member, *, month: str, now: datetime) -> Month:
    """A month in the reader's zone, without what was called off. Two queries."""
    zone = member.zone
    today = now.astimezone(zone).date()
    first = month_of(month, today)
    following = _following(first)
    begin = first - timedelta(days=first.weekday())
    days = [begin + timedelta(days=number) for number in range(_days(begin, following))]
    few = _few(between(rows, days[0], days[-1] + timedelta(days=1), zone), zone)
    shown = _shown(rows, [pk for each in few.values() for pk in each.ids], member)
    cells = [_cell(day, first, today, few.get(day, NOTHING), shown.get(day, ())) for day in days]
    return Month(
        label=date_format(first, "F Y"),
        weekdays=[date_format(day, "D") for day in days[:7]],
        weeks=[cells[number : number + 7] for number in range(0, len(cells), 7)],
        previous=f"{first - timedelta(days=1):%Y-%m}",
        next=f"{following:%Y-%m}",
        week=week_name(begin if first > today or following <= today else today),
        is_now=first <= today < following,
        is_empty=not any(each.total for day, each in few.items() if first <= day < following),
    )


def _following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _days(begin: date, following: date) -> int:
    """From a Monday to the Sunday of the month's last week."""
    return -(-(following - begin).days // 7) * 7


def _few(rows: QuerySet[PeerSession], zone: ZoneInfo) -> dict[date, _Few]:
    """Of each day the first ids and the count: numbered by the database, so that a full day costs no more to show."""
    by_day: dict[str, Any] = {"partition_by": [F("day")]}
    numbered = (
        rows.exclude(state=CANCELLED)
        .annotate(day=TruncDate("starts_at", tzinfo=zone))
        .annotate(
            place=Window(RowNumber(), order_by=[F("starts_at"), F("pk")], **by_day),
            total=Window(Count("pk"), **by_day),
        )
        .filter(place__lte=A_DAY)
    )
    found: dict[date, _Few] = {}
    for day, pk, total in numbered.values_list("day", "pk", "total"):
        found.setdefault(day, _Few([], total)).ids.append(pk)
    return found


def _shown(rows: QuerySet[PeerSession], ids: list[UUID], member: Member) -> dict[date, list[SessionRow]]:
    zone = member.zone
    make = maker(
        member.organisation.slug,
        zone,
        lambda row: f"{row.starts_at.astimezone(zone):%H:%M}",
        meeting_point=False,
    )
    by_day: dict[date, list[SessionRow]] = defaultdict(list)
    for row in columns(rows.filter(pk__in=ids)).order_by("starts_at", "pk"):
        made = make(row)
        by_day[made.day].append(made)
    return by_day


def _cell(day: date, first: date, today: date, few: _Few, shown: Sequence[SessionRow]) -> MonthDay:
    return MonthDay(
        number=day.day,
        label=date_format(day, "l j F"),
        today=day == today,
        inside=day.month == first.month,
        rows=shown,
        others=few.total - len(few.ids),
        week=week_name(day - timedelta(days=day.weekday())),
    )
