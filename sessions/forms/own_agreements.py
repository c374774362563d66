"""Forms of the peer's own page about their agreement: an answer, hopes and worries, whom they trust."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.actions.crisis_contacts import Wishes
from people.forms.fields import LineField, LinesField, RevisionForm
from sessions.forms.words import limit, renew
from sessions.models import SaidTo
from sessions.wording import TALK_LENGTH

LINE, REACH, WHEN, HELP = 80, 200, 300, 600  # the longest of each, in characters


def _line(label: str | Promise, most: int, help_text: str | Promise = "") -> LineField:
    return LineField(
        label=label,
        help_text=help_text,
        required=False,
        validators=[limit(most)],
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


def _lines(label: str | Promise, most: int, help_text: str | Promise = "") -> LinesField:
    return LinesField(
        label=label,
        help_text=help_text,
        required=False,
        validators=[limit(most)],
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
    )


class TrustedForm(RevisionForm):
    """Whom the peer trusts, and what helps. The questions speak to the peer, whoever holds the phone."""

    who = _line(_("Who is close to you, and may be told?"), LINE, _("A first name is enough."))
    relation = _line(_("Who are they to you?"), LINE, _("My sister, a neighbour, an old friend."))
    reach = _line(_("How can they be reached?"), REACH)
    when = _lines(
        _("When is it all right to tell them?"), WHEN, _("And what should they not be told? You decide.")
    )
    helps = _lines(_("What helps you when it gets hard?"), HELP, _("What others can do, say, or leave be."))
    does_not_help = _lines(_("What does not help?"), HELP)
    forget = forms.BooleanField(label=_("Forget all of this"), required=False)

    def __init__(self, *args: Any, by_peer: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.by_peer = by_peer
        if not by_peer:
            self.fields["forget"].label = gettext("They want all that is noted to be forgotten")
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        """A supporter, who does not see what is there, cannot mean both: note this, and forget everything."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.by_peer and data.get("forget") and any(self.wishes().values()):
            self.add_error("forget", gettext("Choose one: note these words, or forget everything."))
        if not self.by_peer and not self.errors and not data["forget"] and not any(self.wishes().values()):
            self.add_error(None, gettext("Nothing is typed yet. Write a few words first."))
        return data

    def wishes(self) -> Wishes:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        return {
            "who": data.get("who", ""),
            "relation": data.get("relation", ""),
            "reach": data.get("reach", ""),
            "when": data.get("when", ""),
            "helps": data.get("helps", ""),
            "does_not_help": data.get("does_not_help", ""),
        }


class HopesForm(RevisionForm):
    """What the peer hopes for and worries about, for the version being made."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)
    peer_expects = _lines(_("What do you hope for?"), TALK_LENGTH)
    peer_fears = _lines(_("Does anything worry you about it?"), TALK_LENGTH)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def beside(self, newest: Mapping[str, Any]) -> None:
        """Somebody was quicker: show what is saved now beside what was typed, and let the next save count."""
        renew(self, newest)
        for name in ("peer_expects", "peer_fears"):
            if newest[name] and newest[name] != self.data.get(name, ""):
                self[name].help_text = gettext("Saved meanwhile: %(text)s") % {"text": newest[name]}


class OwnAnswerForm(OnceForm):
    """“I agree” or “I want to talk about this”: each is a button of its own, with room for a few words."""

    said = forms.ChoiceField(
        choices=[(SaidTo.AGREES.value, SaidTo.AGREES.label), (SaidTo.TALK.value, SaidTo.TALK.label)],
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Please press one of the two answers."),
            "invalid_choice": _("Please press one of the two answers."),
        },
    )
    words = _lines(
        _("What would you like to talk about?"), TALK_LENGTH, _("Only if you like. Your supporter reads it.")
    )

    def given(self) -> dict[str, Any]:
        """The answer as the action takes it."""
        return {name: self.cleaned_data[name] for name in ("once", "said", "words")}
