"""Forms about what becomes of a session."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.models import Why


class CancelForm(forms.Form):
    """A few neutral words for why, so that nobody has to explain themselves."""

    why = forms.ChoiceField(
        label=_("Why"),
        choices=Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of these.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("why")
