"""Forms of a first meeting: what was talked about, and saying yes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions.forms.words import Words, renew
from sessions.models import Agreement
from sessions.wording import Rhythm, Talk


class ExpectationsForm(forms.Form):
    """What both hope for and fear, the tick beside the exceptions, and the plan."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    exceptions_read = forms.BooleanField(
        label=_("We have read both of them together."),
        help_text=_("You can save without this. Before you both say yes it has to be done."),
        required=False,
    )
    supporter_expects = Words(label=_("What do you hope for, as the supporter?"))
    peer_expects = Words()
    supporter_fears = Words(label=_("Does anything worry you about it?"))
    peer_fears = Words()
    sessions_agreed = forms.IntegerField(
        label=_("How many sessions?"),
        help_text=_("A number to begin with. You can agree on more later."),
        min_value=1,
        max_value=60,
    )
    minutes = forms.IntegerField(
        label=_("How many minutes does each one last?"),
        help_text=_("An hour is a lot for some people. Shorter is fine."),
        min_value=10,
        max_value=180,
    )
    rhythm = forms.ChoiceField(label=_("How often?"), choices=Rhythm.choices, widget=forms.RadioSelect)
    review_on = forms.DateField(
        label=_("When do you look at this again?"),
        help_text=_(
            "Boundaries change as people get to know each other. You can also look earlier, at any time."
        ),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, peer_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = {"name": peer_name}
        self.fields["peer_expects"].label = gettext("What does %(name)s hope for?") % name
        self.fields["peer_fears"].label = gettext("Does anything worry %(name)s?") % name

    def talk(self) -> Talk:
        """What was said, apart from the plan."""
        data = self.cleaned_data
        return {
            "supporter_expects": data["supporter_expects"],
            "peer_expects": data["peer_expects"],
            "supporter_fears": data["supporter_fears"],
            "peer_fears": data["peer_fears"],
            "rhythm": data["rhythm"],
            "exceptions_read": data["exceptions_read"],
        }

    def plan(self) -> dict[str, Any]:
        """Version, revision and plan, as the action takes them."""
        names = ("version", "revision", "sessions_agreed", "minutes", "review_on")
        return {name: self.cleaned_data[name] for name in names}

    def beside(self, newest: Mapping[str, Any]) -> None:
        """Somebody was quicker: show what is saved now beside what was typed, and let the next save count."""
        renew(self, newest)
        for name in ("supporter_expects", "peer_expects", "supporter_fears", "peer_fears"):
            if newest[name] and newest[name] != self.data.get(name, ""):
                self[name].help_text = gettext("Saved meanwhile: %(text)s") % {"text": newest[name]}


class AgreeForm(forms.Form):
    """Both say yes to the text above."""

    agreement = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    supporter_yes = forms.BooleanField(
        label=_("I say yes to this."), error_messages={"required": _("Tick this when you say yes.")}
    )
    peer_yes = forms.BooleanField()

    def __init__(self, *args: Any, peer_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = {"name": peer_name}
        field = self.fields["peer_yes"]
        field.label = gettext("%(name)s says yes to this, here beside me.") % name
        field.error_messages["required"] = gettext("Tick this when %(name)s says yes.") % name

    def settle(self, draft: Agreement | None) -> None:
        """Say yes to this draft and no other; a yes to an older one has to be said again."""
        if draft is None:
            return
        newest = {"agreement": str(draft.pk), "revision": str(draft.revision)}
        self.initial = newest
        if self.is_bound and any(self.data.get(name) != value for name, value in newest.items()):
            self.data = {**newest}
