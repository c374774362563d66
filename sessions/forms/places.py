"""Forms about places in meetings: one tap each, so there is hardly anything to type."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _


class LinkAnswerForm(forms.Form):
    """What a peer answers by their private link: for which meeting."""

    meeting = forms.UUIDField(widget=forms.HiddenInput)


class GroupLinkForm(forms.Form):
    """Passing a link on: shown here, and sent only where the peer has an address and wants it there."""

    by_mail = forms.BooleanField(
        label=_("Send them the link by e-mail, too"),
        help_text=_("Only if they say so. The e-mail does not say what it is about."),
        required=False,
    )

    def __init__(self, *args: Any, reachable: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        if not reachable:
            self.fields["by_mail"].widget = forms.HiddenInput()
        self.helper = FormHelper()
        self.helper.form_tag = False
