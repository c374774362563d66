"""The form of an agreement that stays as it is: when the two look at it next."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm


class KeepForm(OnceForm):
    """The next day to look at it. `seen` says what the page showed, so that nothing newer is passed over."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    look_again_on = forms.DateField(
        label=_("When do you look at it next?"),
        help_text=_("Within a year. You can also look earlier, at any time."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Please choose a day.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["seen"].validators = []  # whatever was sent is either what the page showed, or it is not

    def show(self, seen: str, next_look: date) -> None:
        """What the page shows now; a day that was typed stays, and sending it again is meant for this state."""
        self.initial = {"seen": seen, "look_again_on": next_look}
        if self.is_bound:
            data = QueryDict(mutable=True)
            data.update(self.data)
            data["seen"] = seen
            self.data = data

    def kept(self) -> dict[str, Any]:
        """What to note, as the action takes it."""
        data = self.cleaned_data
        return {
            "once": data["once"],
            "look_again_on": data["look_again_on"],
            "seen_then": data["seen"],
        }
