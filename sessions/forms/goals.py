"""Forms about a peer's goals and strengths. The questions speak to the peer, whoever holds the phone."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LineField, LinesField, RevisionForm
from sessions.forms.bookings import CHIPS
from sessions.goal_words import GoalWords
from sessions.models import GoalEntry, Strength

TITLE, ANSWER, STEP, ENTRY, STRENGTH = 120, 1000, 200, 1000, 300  # the longest of each, in characters
FURTHEST = 5  # years ahead
QUESTIONS = ("title", "specific", "meaningful", "achievable", "realistic", "until_on")


def _limit(length: int) -> MaxLengthValidator:
    """A limit the server says in words. The browser's own would cut off what is pasted, and say nothing."""
    return MaxLengthValidator(
        length, _("This is %(show_value)s characters long. Please keep it to %(limit_value)s.")
    )


def _line(
    label: str | Promise, most: int, *, help_text: str | Promise = "", required: bool = True
) -> LineField:
    return LineField(
        label=label,
        help_text=help_text,
        required=required,
        validators=[_limit(most)],
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


def _lines(
    label: str | Promise, most: int, *, help_text: str | Promise = "", required: bool = True, rows: int = 2
) -> LinesField:
    return LinesField(
        label=label,
        help_text=help_text,
        required=required,
        validators=[_limit(most)],
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto", "autocomplete": "off"}),
    )


class GoalQuestions(forms.Form):
    """A name for it, and five short questions of which none has to be answered."""

    title = _line(
        _("What would you like?"), TITLE, help_text=_("A few words are enough: a name for what you want.")
    )
    specific = _lines(
        _("How will you notice that you are there?"),
        ANSWER,
        help_text=_("What do you do then, and where, and how often?"),
        required=False,
    )
    meaningful = _lines(
        _("Why does it matter to you?"),
        ANSWER,
        help_text=_("To you, and not to anybody else."),
        required=False,
    )
    achievable = _lines(
        _("What do you have that helps you get there?"),
        ANSWER,
        help_text=_("Something you are good at, something that helped before, somebody you can ask."),
        required=False,
    )
    realistic = _lines(
        _("Is it the right size for just now?"),
        ANSWER,
        help_text=_("What could get in the way, and what would you do then? Smaller is fine."),
        required=False,
    )
    until_on = forms.DateField(
        label=_("By when, about?"),
        help_text=_("It can be moved at any time, and nothing happens if the day goes by."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.today = today
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_until_on(self) -> date | None:
        """A day ahead, unless it stands there already."""
        day: date | None = self.cleaned_data["until_on"]
        if day is None or day == self.initial.get("until_on"):
            return day
        if day < self.today:
            raise forms.ValidationError(_now("This day has passed. Choose a later one, or none."))
        if day.year > self.today.year + FURTHEST:
            raise forms.ValidationError(
                _now("Please choose a day within the next %(years)s years.") % {"years": FURTHEST}
            )
        return day

    def words(self) -> GoalWords:
        """What was answered."""
        return GoalWords(**{name: self.cleaned_data[name] for name in QUESTIONS})


class SetGoalForm(OnceForm, GoalQuestions):
    """A new goal."""


class EditGoalForm(RevisionForm, GoalQuestions):
    """Changes to a goal."""


class StepForm(OnceForm):
    """One step."""

    prefix = "step"
    text = _line(_("A step towards it"), STEP, help_text=_("Something small enough to do soon."))

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.helper = FormHelper()
        self.helper.form_tag = False


class EntryForm(OnceForm):
    """Something that happened on the way."""

    prefix = "entry"
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=GoalEntry.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of these.")},
    )
    text = _lines(
        _("In a few words"),
        ENTRY,
        help_text=_("However small. A setback is part of the way: nothing is lost by it."),
        required=False,
        rows=3,
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("once", Field("kind", template=CHIPS), "text")


class ReachForm(OnceForm):
    """A goal is reached: a few words to remember it by, if the peer likes."""

    celebration = _lines(
        _("What would you like to remember about it?"),
        ENTRY,
        help_text=_("What you did, who helped, how it feels."),
        required=False,
        rows=3,
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.helper = FormHelper()
        self.helper.form_tag = False


class StrengthForm(OnceForm):
    """A strength, something that does good, or a person who helps."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Strength.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of these.")},
    )
    text = _line(
        _("In a few words"), STRENGTH, help_text=_("Of a person, a first name or “my aunt” is enough.")
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.helper = FormHelper()
        self.helper.form_tag = False


class OwnPageForm(OnceForm):
    """Making the peer's own page: shown here, and sent only where the peer has an address and wants it there."""

    by_mail = forms.BooleanField(
        label=_("Send them the address of the page by e-mail, too"),
        help_text=_("Only if they say so. The e-mail does not say what it is about."),
        required=False,
    )

    def __init__(self, *args: Any, reachable: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        if not reachable:
            self.fields["by_mail"].widget = forms.HiddenInput()
        self.helper = FormHelper()
        self.helper.form_tag = False
