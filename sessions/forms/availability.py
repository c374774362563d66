"""Forms of weekly hours, and of days that differ. All times are typed on the owner's own clock."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import RevisionForm
from sessions.actions.availability import FURTHEST, MOST_REST
from sessions.free_time import DAY_END, Stretch
from sessions.hours_words import DAY, HOUR, clock, length_words
from sessions.local_time import Unclear, beginning, clock_change, moment
from sessions.models import Availability, Differs, HoursException

CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::00)?")
PLACE = re.compile(r"day[0-6]_(\d{1,3})_(?:from|to)")
ROWS, MOST_ROWS = 3, 6  # stretches of a day: room for so many at first, and at most
DAY_INPUT = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
TIME_INPUT = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
LONGEST_AGO = timedelta(days=62)  # so that a long illness can be noted from its beginning
WORKING_DAYS = range(1, 5)  # those that may follow Monday's hours
NOTICES = (0, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY)  # minutes


def notices() -> list[tuple[int, str]]:
    """How long before somebody can ask to know."""
    return [(minutes, length_words(minutes)) for minutes in NOTICES]


class ClockField(forms.Field):
    """A time of day in minutes after midnight; 24:00 is 1440."""

    widget = forms.TimeInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput(attrs={"type": "time"}), **options)

    def to_python(self, value: Any) -> int | None:
        """Minutes, or None where nothing was typed."""
        text = str(value or "").strip()
        if not text:
            return None
        found = CLOCK.fullmatch(text)
        minutes = int(found[1]) * 60 + int(found[2]) if found else DAY_END + 1
        if minutes > DAY_END:
            raise forms.ValidationError(_now("Please write a time like 9:30."))
        return minutes

    def prepare_value(self, value: Any) -> Any:
        """Minutes as a clock shows them; what was typed stays."""
        return clock(value) if isinstance(value, int) else value


@dataclass(frozen=True)
class Row:
    """Two bound fields of one stretch, and which of its day it is."""

    number: int
    first: forms.BoundField
    last: forms.BoundField

    def is_used(self) -> bool:
        """Whether anything stands in them."""
        return any(field.value() not in (None, "") for field in (self.first, self.last))


@dataclass(frozen=True)
class WeekdayRows:
    """A weekday with its stretches, for the page; those `more` that are empty are folded away."""

    label: str
    rows: list[Row]
    more: list[Row]


class HoursForm(RevisionForm):
    """Weekly hours, several stretches a day, and the limits."""

    copy_monday = forms.BooleanField(label=_("Use Monday’s hours from Tuesday to Friday too"), required=False)
    notice_minutes = forms.TypedChoiceField(
        label=_("How long before do you need to know?"),
        help_text=_("Others cannot book you at shorter notice than this."),
        coerce=int,
        choices=notices,
    )
    rest_minutes = forms.IntegerField(
        label=_("Minutes of rest between two sessions"), min_value=0, max_value=MOST_REST, initial=0
    )
    most_a_week = forms.IntegerField(
        label=_("Most sessions a week"),
        help_text=_("From Monday to Sunday. Leave it empty for no limit."),
        min_value=0,
        max_value=100,
        required=False,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        row: Availability | None,
        weekly: Sequence[Stretch],
    ) -> None:
        super().__init__(data, initial=_as_it_is(row))
        self.is_set = row is not None
        self._counts = [self._count(weekday, weekly) for weekday in range(7)]
        for weekday, number in self._places():
            for end, words in (("from", _now("%(day)s from")), ("to", _now("%(day)s to"))):
                label = words % {"day": WEEKDAYS[weekday]}
                self.fields[_name(weekday, number, end)] = ClockField(label=label)
        for weekday in range(7):
            for number, one in enumerate(each for each in weekly if each.weekday == weekday):
                self.initial[_name(weekday, number, "from")] = one.from_minute
                self.initial[_name(weekday, number, "to")] = one.to_minute

    def _count(self, weekday: int, weekly: Sequence[Stretch]) -> int:
        """How many stretches of a day can be typed: as many as there are and one more, or as many as were sent."""
        there = sum(one.weekday == weekday for one in weekly)
        sent = sum(_name(weekday, number, "from") in self.data for number in range(MOST_ROWS))
        return min(max(ROWS, there + 1, sent), MOST_ROWS)

    def _places(self) -> Iterable[tuple[int, int]]:
        return ((weekday, number) for weekday in range(7) for number in range(self._counts[weekday]))

    def days(self) -> list[WeekdayRows]:
        """The week as the page shows it."""
        return [self._day(weekday, count) for weekday, count in enumerate(self._counts)]

    def _day(self, weekday: int, count: int) -> WeekdayRows:
        names = [[_name(weekday, number, end) for end in ("from", "to")] for number in range(count)]
        rows = [Row(number + 1, self[first], self[last]) for number, (first, last) in enumerate(names)]
        used = [number for number, row in enumerate(rows) if row.is_used()]
        shown = max([1, *(number + 1 for number in used)])
        return WeekdayRows(label=str(WEEKDAYS[weekday]), rows=rows[:shown], more=rows[shown:])

    def limits(self) -> list[forms.BoundField]:
        """The fields below the week."""
        return [self["notice_minutes"], self["rest_minutes"], self["most_a_week"]]

    def clean(self) -> dict[str, Any]:
        """Put the stretches together; each has both its ends, and none overlaps another."""
        given: dict[str, Any] = super().clean() or {}
        self._refuse_more_than_there_is_room_for()
        copied = set(WORKING_DAYS) if given.get("copy_monday") else set()
        weekly: list[Stretch] = []
        for weekday, number in self._places():
            one = None if weekday in copied else self._stretch(weekday, number)
            if one is None:
                continue
            if any(one.overlaps(other) for other in weekly):
                words = _now("This overlaps with other hours of that day.")
                self.add_error(_name(weekday, number, "from"), words)
            weekly.append(one)
        monday = [one for one in weekly if one.weekday == 0]
        weekly += [one._replace(weekday=weekday) for weekday in sorted(copied) for one in monday]
        return given | {"weekly": weekly}

    def _refuse_more_than_there_is_room_for(self) -> None:
        """The page has room for so many stretches of a day; what is sent beyond them is not dropped without a word."""
        sent = ((PLACE.fullmatch(name), value) for name, value in self.data.items())
        if any(place and int(place[1]) >= MOST_ROWS and value for place, value in sent):
            words = _now("A day can have %(most)s stretches at most. Please put some together.")
            self.add_error(None, words % {"most": MOST_ROWS})

    def _stretch(self, weekday: int, number: int) -> Stretch | None:
        """What was typed in one row; None where it is empty, or wrong."""
        names = _name(weekday, number, "from"), _name(weekday, number, "to")
        first, last = (self.cleaned_data.get(name) for name in names)
        if (first is None and last is None) or any(name in self.errors for name in names):
            return None
        last = DAY_END if last == 0 else last  # the midnight that ends the day
        if first is None or last is None:
            self.add_error(names[first is not None], _now("Please write both times, or none."))
        elif last <= first:
            words = _now("This is before it begins. After midnight the next day’s hours begin.")
            self.add_error(names[1], words)
        else:
            return Stretch(weekday, first, last)
        return None

    def wish(self) -> dict[str, Any]:
        """What `set_hours` takes."""
        names = ("revision", "weekly", "notice_minutes", "rest_minutes", "most_a_week")
        return {name: self.cleaned_data[name] for name in names}


def _name(weekday: int, number: int, end: str) -> str:
    return f"day{weekday}_{number}_{end}"


def _as_it_is(row: Availability | None) -> dict[str, Any]:
    if row is None:
        return {"revision": 0, "notice_minutes": 0, "rest_minutes": 0}
    names = ("revision", "notice_minutes", "rest_minutes", "most_a_week")
    return {name: getattr(row, name) for name in names}


def kinds(*, of_a_room: bool) -> list[tuple[str, str]]:
    """How a day can differ: rooms are closed, people are away or ill."""
    if of_a_room:
        return [
            (Differs.AWAY.value, _now("It is closed")),
            (Differs.EXTRA.value, _now("It is open in addition")),
        ]
    return [
        (Differs.AWAY.value, _now("I am away")),
        (Differs.ILL.value, _now("I am ill")),
        (Differs.EXTRA.value, _now("I have time in addition")),
    ]


class ExceptionForm(OnceForm):
    """From when to when something differs from the weekly hours; without times, whole days."""

    kind = forms.ChoiceField(label=_("What is different?"), widget=forms.RadioSelect)
    first_on = forms.DateField(label=_("First day"), widget=DAY_INPUT)
    first_at = forms.TimeField(
        label=_("From what time"),
        help_text=_("Leave it empty for the whole day."),
        required=False,
        widget=TIME_INPUT,
    )
    last_on = forms.DateField(
        label=_("Last day"),
        help_text=_("Leave it empty if it is only one day."),
        required=False,
        widget=DAY_INPUT,
    )
    last_at = forms.TimeField(
        label=_("Until what time"),
        help_text=_("Leave it empty for the whole day."),
        required=False,
        widget=TIME_INPUT,
    )

    def __init__(
        self, *args: Any, zone: ZoneInfo, now: datetime, of_a_room: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.today = zone, now.astimezone(zone).date()
        field: Any = self.fields["kind"]
        field.choices = kinds(of_a_room=of_a_room)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "once",
            Field("kind", template="bootstrap5/chips.html"),
            *("first_on", "first_at", "last_on", "last_at"),
        )

    def clean_first_on(self) -> date | None:
        """A day that can be looked back or forward to."""
        return self._in_reach("first_on")

    def clean_last_on(self) -> date | None:
        """The same of the last day."""
        return self._in_reach("last_on")

    def _in_reach(self, field: str) -> date | None:
        day: date | None = self.cleaned_data.get(field)
        if day and day < self.today - LONGEST_AGO:
            raise forms.ValidationError(_now("This day lies too far back."))
        if day and day > self.today + FURTHEST:
            raise forms.ValidationError(_now("Please choose a day within the next two years."))
        return day

    def clean(self) -> dict[str, Any]:
        """Two moments, from what was typed."""
        given = self.cleaned_data
        first_on = given.get("first_on")
        last_on = given.get("last_on") or first_on
        if first_on is None or last_on is None or self.errors:
            return given
        starts_at = self._moment("first_at", first_on, first_on)
        ends_at = self._moment("last_at", last_on, last_on + timedelta(days=1))
        return given | {"starts_at": starts_at, "ends_at": ends_at}

    def _moment(self, field: str, day: date, otherwise: date) -> datetime | None:
        """The time that was typed on a day; where none was, the beginning of another one."""
        at: time | None = self.cleaned_data.get(field)
        if at is None:
            return beginning(otherwise, self.zone)
        try:
            return moment(day, at.replace(second=0, microsecond=0, tzinfo=None), self.zone)
        except Unclear as unclear:
            self.add_error(field, clock_change(unclear.trouble))
            return None

    def wish(self) -> dict[str, Any]:
        """What `add_exception` takes."""
        return {name: self.cleaned_data[name] for name in ("once", "kind", "starts_at", "ends_at")}


class RemoveForm(forms.Form):
    """Which day that differs no longer does."""

    exception = forms.ModelChoiceField(queryset=HoursException.objects.none())

    def __init__(self, *args: Any, rows: QuerySet[HoursException], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["exception"]
        field.queryset = rows
