"""The form for writing down a session."""

from functools import cached_property
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LinesField
from sessions.forms.bookings import CHIPS
from sessions.models import Fit

LONGEST = 4000
SHOWN, HIDDEN = "yes", "no"
LONGEST_SESSION = 600  # minutes
KEPT = (
    *("warm_up", "what_mattered", "cool_down", "lasted_minutes"),
    *("fit", "fit_note", "shown", "hidden_because"),
)


def _words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto", "autocomplete": "off"})


class LogForm(OnceForm):
    """Short, in plain words, and such that the peer can read it."""

    warm_up = LinesField(
        label=_("How you began"),
        help_text=_("A few words about the warm-up."),
        max_length=LONGEST,
        required=False,
        widget=_words(2),
    )
    what_mattered = LinesField(
        label=_("What mattered"),
        help_text=_("Write it so that you would be glad to read it about yourself."),
        max_length=LONGEST,
        widget=_words(6),
    )
    cool_down = LinesField(
        label=_("How you ended"),
        help_text=_("A few words about the cool-down."),
        max_length=LONGEST,
        required=False,
        widget=_words(2),
    )
    lasted_minutes = forms.IntegerField(
        label=_("How long did it take?"),
        help_text=_("In minutes. A guess is fine."),
        min_value=1,
        max_value=LONGEST_SESSION,
        required=False,
    )
    fit = forms.ChoiceField(
        label=_("Do your boundaries still fit?"), choices=Fit.choices, widget=forms.RadioSelect
    )
    fit_note = LinesField(
        label=_("What should change, or what was different"),
        help_text=_("Needed unless everything still fits."),
        max_length=LONGEST,
        required=False,
        widget=_words(2),
    )
    shown = forms.ChoiceField(
        label=_("May the peer read this?"),
        choices=[(SHOWN, _("yes")), (HIDDEN, _("no, I have a reason"))],
        initial=SHOWN,
        widget=forms.RadioSelect,
    )
    hidden_because = LinesField(
        label=_("Your reason"),
        help_text=_("Needed only if the peer is not to read it."),
        max_length=LONGEST,
        required=False,
        widget=_words(2),
    )

    @cached_property
    def helper(self) -> FormHelper:
        """How it is laid out: worked out only when it is shown, and most logs are sent and not shown again."""
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(
            "once",
            "warm_up",
            "what_mattered",
            "cool_down",
            "lasted_minutes",
            "fit",
            "fit_note",
            Field("shown", template=CHIPS),
            "hidden_because",
        )
        return helper

    def clean(self) -> dict[str, Any]:
        """Ask for the note and the reason where they are needed."""
        given = self.cleaned_data
        if given.get("fit") in {Fit.CHANGED, Fit.TODAY_ONLY} and not given.get("fit_note", "-"):
            self.add_error("fit_note", _now("Please say in a few words what it is."))
        if given.get("shown") == HIDDEN and not given.get("hidden_because", "-"):
            self.add_error("hidden_because", _now("Please say why the peer is not to read it."))
        return given

    def written(self) -> dict[str, Any]:
        """What `log` needs, from what was typed; a reason for hiding counts only where something is hidden."""
        given = dict(self.cleaned_data)
        shown = given.pop("shown") == SHOWN
        given["hidden_because"] = "" if shown else given["hidden_because"]
        return {**given, "shown_to_peer": shown}
