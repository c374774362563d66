"""Forms between two versions: whether the boundaries still fit, and a boundary that was crossed."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LinesField
from sessions.forms.bookings import CHIPS
from sessions.models import Fit, Side
from sessions.queries.matters import Matter, Matters

FIT, CROSSING = 400, 1500  # the longest of each, in characters
FITS: tuple[tuple[str, str | Promise], ...] = (
    (Fit.SAME.value, _("Yes, it fits")),
    (Fit.TODAY_ONLY.value, _("Different, today only")),
    (Fit.CHANGED.value, _("Something should change")),
)


def _lines(
    label: str | Promise, most: int, *, rows: int, help_text: str | Promise, required: bool = False
) -> LinesField:
    too_long = _("This is %(show_value)s characters long. Please keep it to %(limit_value)s.")
    return LinesField(
        label=label,
        help_text=help_text,
        required=required,
        validators=[MaxLengthValidator(most, too_long)],
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto", "autocomplete": "off"}),
    )


class FitForm(OnceForm):
    """One question, and a few words where it does not fit. `by_peer` says who fills it in."""

    side = forms.ChoiceField(label=_("Who says so?"), widget=forms.RadioSelect)
    fit = forms.ChoiceField(
        label=_("Does it still fit?"),
        choices=FITS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of these.")},
    )
    words = _lines(
        _("What is different, or should change?"),
        FIT,
        rows=3,
        help_text=_("Needed for something that is different today only. The other one of you can read it."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, by_peer: bool, name: str = "", fit: str = ""
    ) -> None:
        initial = {"side": Side.PEER.value, "fit": fit if fit in Fit.values else ""}
        super().__init__(data, initial=initial)
        if by_peer:
            del self.fields["side"]
        else:
            self.fields["side"].choices = [  # type: ignore[attr-defined]
                (Side.PEER.value, name),
                (Side.SUPPORTER.value, _now("I do")),
            ]
        self.helper = FormHelper()
        self.helper.form_tag = False
        sides = () if by_peer else (Field("side", template=CHIPS),)
        self.helper.layout = Layout("once", *sides, Field("fit", template=CHIPS), "words")

    def clean(self) -> dict[str, Any]:
        """What is different today has to be said: nobody could keep to it otherwise."""
        given = self.cleaned_data
        if given.get("fit") == Fit.TODAY_ONLY and not given.get("words", "-"):
            self.add_error("words", _now("Please say in a few words what is different today."))
        return given

    def noted(self) -> dict[str, Any]:
        """What `note_fit` takes."""
        return {"side": Side.PEER.value, **self.cleaned_data}


class ListedField(forms.ChoiceField):
    """One of the two's own list. Whether it still stands there the action asks, with the pairing held."""

    def valid_value(self, value: Any) -> bool:
        """So the list is read once for a form that is sent, and once for a page that is shown."""
        return True


class CrossingForm(OnceForm):
    """What it was about, what happened, and who may read it. Nobody reads it unless that is ticked."""

    item = ListedField(label=_("What was it about?"), required=False)
    words = _lines(
        _("What happened?"),
        CROSSING,
        rows=5,
        help_text=_("As you saw it, and how it was for you. It is not about whose fault it was."),
    )
    to_other = forms.BooleanField(required=False)
    to_supervisor = forms.BooleanField(required=False)

    def __init__(
        self, data: QueryDict | None = None, *, matters: Callable[[], Matters], by_peer: bool, name: str
    ) -> None:
        super().__init__(data)
        item = self.fields["item"]
        item.choices = lambda: _choices(matters(), by_peer=by_peer)  # type: ignore[attr-defined]
        other, supervisor = self.fields["to_other"], self.fields["to_supervisor"]
        if by_peer:
            other.label = _now("My supporter may read this")
            other.help_text = _now("You then look at your agreement together.")
            supervisor.label = _now("My supporter’s supervisor may read this")
        else:
            other.label = _now("%(name)s may read this, on their own page") % {"name": name}
            other.help_text = _now("You then look at your agreement together.")
            supervisor.label = _now("My supervisor may read this")
        supervisor.help_text = _now("They help, and keep it confidential.")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "once",
            "item",
            "words",
            Fieldset(
                _now("Who may read it?"),
                HTML(f"<p>{_now('Without a tick it is for you alone.')}</p>"),
                Div("to_other", "to_supervisor"),
            ),
        )

    def clean(self) -> dict[str, Any]:
        """Something has to be said: what it was about, or what happened."""
        given = self.cleaned_data
        if not given.get("item", "-") and not given.get("words", "-"):
            self.add_error("words", _now("Please choose what it was about, or say what happened."))
        return given

    def noted(self) -> dict[str, Any]:
        """What `note_crossing` takes."""
        given = dict(self.cleaned_data)
        given["item_key"] = given.pop("item")
        return given


def _choices(matters: Matters, *, by_peer: bool) -> list[Any]:
    """By theme; at the end what is never left to the two alone, under a heading that says so."""
    heading = (
        _now("Your supporter’s supervisor always hears of these")
        if by_peer
        else _now("Your supervisor always hears of these")
    )
    safe = [(row.key, row.title) for row in matters.rows if row.has_floor]
    free = [row for row in matters.rows if not row.has_floor]
    groups = [(str(theme), [_choice(row) for row in rows]) for theme, rows in groupby(free, _theme)]
    return [
        ("", _now("Something else")),
        *groups,
        *([(heading, safe)] if safe else []),
    ]


def _theme(row: Matter) -> str:
    return str(row.theme)


def _choice(row: Matter) -> tuple[str, str]:
    return row.key, row.title
