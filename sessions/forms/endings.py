"""Forms about endings: what is prepared, ending itself, more sessions, another supporter."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LinesField, RevisionForm
from sessions.actions.change_wishes import Outcome
from sessions.actions.endings import Written

LONGEST = 4000  # characters
REASON_LENGTH = 600  # a reason is short: only what is needed
MOST_SESSIONS = 60  # as many as an agreement can name


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto", "autocomplete": "off"})


class EndingForm(RevisionForm):
    """That the two have talked, the goodbye, and what the next supporter is to know."""

    talked_on = forms.DateField(
        label=_("When did you talk about it?"),
        help_text=_("Leave it empty until you have."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    talk = LinesField(
        label=_("What you said"),
        help_text=_("What was good, what helped, where support comes from now. A few words are enough."),
        max_length=LONGEST,
        required=False,
        widget=_lines(4),
    )
    goodbye = LinesField(label=_("Your words to them"), max_length=LONGEST, required=False, widget=_lines(5))
    handover = LinesField(
        label=_("What the next supporter is to know"), max_length=LONGEST, required=False, widget=_lines(5)
    )
    handover_yes = forms.BooleanField(required=False)

    def __init__(self, *args: Any, peer_name: str, as_typed: bool = False, **kwargs: Any) -> None:
        """`as_typed`: it is saved while somebody still writes, so the tick says nothing yet."""
        super().__init__(*args, **kwargs)
        self.as_typed = as_typed
        name = {"name": peer_name}
        self.fields["goodbye"].help_text = (
            gettext("%(name)s can read this on their own page for 30 days after the end.") % name
        )
        self.fields["handover"].help_text = (
            gettext("Write it with %(name)s. Nothing else is passed on: no log, no agreement.") % name
        )
        field = self.fields["handover_yes"]
        field.label = (
            gettext("%(name)s has read these words and says yes: the next supporter may read them") % name
        )
        field.help_text = gettext("Without this tick nobody reads it. With other words, ask again.")

    def clean(self) -> dict[str, Any]:
        """A yes needs words to say yes to."""
        given = self.cleaned_data
        if given.get("handover_yes") and not given.get("handover", "-") and not self.as_typed:
            self.add_error("handover_yes", gettext("There is nothing to read yet. Write the note first."))
        return given

    def lines_of_errors(self) -> list[str]:
        """Everything that is wrong, each beside its label, for the line below a form that saves itself."""
        labels = {name: str(field.label) for name, field in self.fields.items()}
        return [
            f"{labels[name]}: {error}" if name in labels else str(error)
            for name, errors in self.errors.items()
            for error in errors
        ]

    def written(self) -> Written:
        """What `save_ending` needs."""
        given = self.cleaned_data
        return Written(
            talked_on=given["talked_on"],
            talk=given["talk"],
            goodbye=given["goodbye"],
            handover=given["handover"],
            handover_yes=None if self.as_typed else given["handover_yes"],
        )


class EndForm(forms.Form):
    """Ending. Where the two have not talked about it, that is asked first; a peer may simply stop all the same."""

    anyway = forms.BooleanField()

    def __init__(self, *args: Any, unprepared: bool, own: bool, **kwargs: Any) -> None:
        """`unprepared`: nobody has noted that the two talked. `own`: the supporter is asked, or else a coordinator."""
        super().__init__(*args, **kwargs)
        if not unprepared:
            del self.fields["anyway"]
            return
        field = self.fields["anyway"]
        if own:
            field.label = gettext("We have not talked about it, and it ends all the same")
            words = gettext("You have not talked about it yet. Tick this to end it all the same.")
        else:
            field.label = gettext("They have not talked about it, and it ends all the same")
            words = gettext("They have not talked about it yet. Tick this to end it all the same.")
        field.error_messages["required"] = words


class AskExtensionForm(OnceForm):
    """More sessions: how many in all, why, and the peer's yes."""

    up_to = forms.IntegerField(
        label=_("How many sessions in all?"),
        help_text=_("Count those you have had already."),
        min_value=2,
        max_value=MOST_SESSIONS,
    )
    because = LinesField(
        label=_("Why?"),
        help_text=_("Your supervisor reads this. Write only what they need to know."),
        max_length=REASON_LENGTH,
        widget=_lines(3),
    )
    peer_yes = forms.BooleanField()

    def __init__(self, *args: Any, peer_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = {"name": peer_name}
        field = self.fields["peer_yes"]
        field.label = gettext("%(name)s would like this too") % name
        field.error_messages["required"] = (
            gettext("Ask %(name)s first, and tick this when they say yes.") % name
        )

    def wish(self) -> dict[str, Any]:
        """What `ask_extension` needs; the tick is what lets the form through."""
        return {name: self.cleaned_data[name] for name in ("once", "up_to", "because")}


class AnswerChangeForm(forms.Form):
    """What came of it; why is not asked."""

    outcome = forms.ChoiceField(
        label=_("What did you find together?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
