"""Forms about meetings that come again: how often, from when to when, on whose clock, where."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import RevisionForm, ZoneField
from sessions.actions.meeting_time import Where
from sessions.actions.series import Plan
from sessions.forms.bookings import CHIPS
from sessions.forms.meetings import PLACE, CallOffForm, ClockInput, DayInput, PlaceFacts, place_values
from sessions.models import MeetingSeries
from sessions.recurrence import LAST, MOST_BETWEEN, Kind, Recurrence, read
from sessions.recurrence_words import NTH

AGAIN = [
    (Kind.WEEKLY.value, _("on days of the week")),
    (Kind.MONTH_WEEKDAY.value, _("on a weekday of the month")),
    (Kind.MONTH_DAY.value, _("on a day of the month")),
]
MONTH_DAYS = [*((day, str(day)) for day in range(1, 32)), (LAST, _("the last day"))]


class SometimesMany(forms.TypedMultipleChoiceField):
    """Needed in one of the kinds of coming again, which says so itself: never called optional, never asked for here."""

    def validate(self, value: Any) -> None:
        """What was chosen has to be a choice."""
        if value:
            super().validate(value)


class Sometimes(forms.TypedChoiceField):
    """The same of a single choice."""

    def validate(self, value: Any) -> None:
        """What was chosen has to be a choice."""
        if value:
            super().validate(value)


class SeriesFacts(PlaceFacts):
    """What a series is. Fields that a kind of coming again does not need are put away by the style sheet."""

    from_on = forms.DateField(label=_("From"), widget=DayInput)
    until_on = forms.DateField(
        label=_("Until"),
        widget=DayInput,
        help_text=_("Two years at most. If the group goes on then, you say so again."),
    )
    again = forms.ChoiceField(label=_("It comes again"), choices=AGAIN, widget=forms.RadioSelect)
    every = forms.IntegerField(
        label=_("Every how many weeks or months"), min_value=1, max_value=MOST_BETWEEN, initial=1
    )
    weekdays = SometimesMany(
        label=_("On which days"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    nth = Sometimes(label=_("Which one of the month"), choices=list(NTH.items()), coerce=int)
    weekday = Sometimes(label=_("Day of the week"), choices=list(WEEKDAYS.items()), coerce=int)
    month_day = Sometimes(
        label=_("Day of the month"),
        choices=MONTH_DAYS,
        coerce=int,
        help_text=_("A month that has no such day is left out."),
    )
    start = forms.TimeField(
        label=_("Starts at"),
        widget=ClockInput,
        help_text=_("The same time on the clock, in summer and in winter."),
    )
    zone = ZoneField(label=_("On the clock of"))
    hidden: tuple[str, ...] = ("once",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            *self.hidden,
            "from_on",
            "until_on",
            Div(
                Field("again", template=CHIPS),
                "every",
                Div(Field("weekdays", template=CHIPS), css_class="only-weekly"),
                Div("nth", "weekday", css_class="only-month-weekday"),
                Div("month_day", css_class="only-month-day"),
                css_class="again",
            ),
            "start",
            "minutes",
            "zone",
            *PLACE,
        )

    def plan(self) -> Plan:
        """What was planned, from what was typed."""
        given = self.cleaned_data
        return Plan(
            recurrence=self._recurrence(),
            from_on=given["from_on"],
            until_on=given["until_on"],
            starts=given["start"].replace(second=0, microsecond=0, tzinfo=None),
            minutes=given["minutes"],
            zone=ZoneInfo(given["zone"]),
            where=self.where(),
        )

    def _recurrence(self) -> Recurrence:
        given = self.cleaned_data
        kind, every = Kind(given["again"]), given["every"]
        if kind is Kind.WEEKLY:
            return Recurrence(kind, every, tuple(given["weekdays"]))
        if kind is Kind.MONTH_WEEKDAY:
            return Recurrence(kind, every, (int(given["weekday"] or 0),), nth=int(given["nth"] or 1))
        return Recurrence(kind, every, month_day=int(given["month_day"] or 0))


class PlanSeriesForm(OnceForm, SeriesFacts):
    """New meetings that come again."""


class ChangeSeriesForm(OnceForm, RevisionForm, SeriesFacts):
    """Another plan for the meetings from a day on."""

    hidden = ("once", "revision")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].label = _("Change from")
        self.fields["from_on"].help_text = _("Meetings before this day stay as they are.")

    @staticmethod
    def begins(series: MeetingSeries, from_on: str) -> dict[str, Any]:
        """What the form shows first: the series as it is, to be changed from a day on."""
        found = read(series.rule)
        return {
            "revision": series.revision,
            "from_on": from_on,
            "until_on": series.until_on,
            "again": found.kind.value,
            "every": found.every,
            "weekdays": list(found.weekdays) if found.kind is Kind.WEEKLY else [],
            "nth": found.nth,
            "weekday": found.weekdays[0] if found.weekdays else 0,
            "month_day": found.month_day,
            "start": series.starts,
            "minutes": series.minutes,
            "zone": series.zone,
            **place_values(Where.of(series)),
        }


class EndSeriesForm(RevisionForm, CallOffForm):
    """Why a series ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("revision", "why")


def typed_day(text: str) -> str:
    """A day out of an address, as it was written; nothing for anything else."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
