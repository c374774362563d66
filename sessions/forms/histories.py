"""The form that asks how an agreement stood on a day."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class OnDayForm(forms.Form):
    """A day from the one on which the two were introduced, up to today."""

    on = forms.DateField(
        label=gettext_lazy("How was it on a day?"),
        required=False,
        widget=forms.DateInput({"type": "date", "class": "form-control"}),
    )

    def __init__(self, *args: Any, first: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.today = first, today
        self.fields["on"].widget.attrs |= {"min": first.isoformat(), "max": today.isoformat()}

    def clean_on(self) -> date | None:
        """Raises ValidationError for a day before the two knew of each other, or still to come."""
        on: date | None = self.cleaned_data["on"]
        if on is not None and on > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        if on is not None and on < self.first:
            raise forms.ValidationError(_("On this day you had not been introduced to each other yet."))
        return on

    def day(self) -> date | None:
        """The day that was asked for; None for none, or one that will not do."""
        return self.cleaned_data.get("on") if self.is_valid() else None
