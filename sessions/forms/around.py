"""Forms around a session: what was made ready, what makes a space good, private thoughts, a wish for a debrief."""

from collections.abc import Iterable
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LineField, LinesField, RevisionForm
from sessions.forms.bookings import CHIPS
from sessions.models import SpaceWishes
from sessions.spaces import OPTIONS, OWN_WORDS_LENGTH, How, Ready, Wished, Wishes
from sessions.trust import NOTE_LENGTH, Broke, Built, Thoughts

YES, NO = "yes", "no"


def _words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto", "autocomplete": "off"})


class PrepareForm(RevisionForm):
    """The whole list at once."""

    ticked = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, things: Iterable[Ready], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [thing.key for thing in things]
        self.fields["ticked"].choices = [(key, key) for key in self.keys]  # type: ignore[attr-defined]

    def ticks(self) -> dict[str, bool]:
        """Each thing on the list, and whether it is ticked."""
        return {key: key in self.cleaned_data["ticked"] for key in self.keys}


class SpaceForm(RevisionForm):
    """What makes a space good for this peer, asked together with them."""

    music = forms.ChoiceField(
        label=_("Music?"),
        help_text=_("Only with their own yes. They can take it back at any time."),
        choices=[(NO, _("no music")), (YES, _("yes, they would like that"))],
        widget=forms.RadioSelect,
    )
    music_how = forms.ChoiceField(
        label=_("How did they say so?"),
        help_text=_("Needed when they say yes to music for the first time."),
        choices=[("", _("not noted")), *How.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    music_kind = LineField(
        label=_("What they like to hear"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    avoid = LinesField(
        label=_("Who or what to keep away from"),
        help_text=_("A person they do not want to meet, a smell, a street, a kind of place."),
        max_length=OWN_WORDS_LENGTH,
        required=False,
        widget=_words(2),
    )
    own_words = LinesField(
        label=_("In their own words"),
        help_text=_("Anything else that makes a place good for them."),
        max_length=OWN_WORDS_LENGTH,
        required=False,
        widget=_words(3),
    )

    def __init__(self, data: QueryDict | None = None, *, noted: SpaceWishes | None, wishes: Wishes) -> None:
        self.has_agreed = bool(noted and noted.music_agreed_at)
        initial: dict[str, Any] = {
            **wishes,
            "music": YES if self.has_agreed else NO,
            "revision": noted.revision if noted else 0,
        }
        super().__init__(data, initial=initial)
        for matter, options in OPTIONS.items():
            self.fields[matter.value] = forms.MultipleChoiceField(
                label=matter.label, choices=options, required=False, widget=forms.CheckboxSelectMultiple
            )
        self._lay_out()

    def _lay_out(self) -> None:
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "revision",
            *(Field(matter.value, template=CHIPS) for matter in OPTIONS),
            Field("music", template=CHIPS),
            Field("music_how", template=CHIPS),
            "music_kind",
            "avoid",
            "own_words",
        )

    def clean(self) -> dict[str, Any]:
        """A yes to music counts only with how it was said."""
        given = self.cleaned_data
        if given.get("music") == YES and not self.has_agreed and not given.get("music_how", "-"):
            self.add_error("music_how", _now("Please say how they agreed to it."))
        return given

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        wished: dict[str, Any] = {key: given[key] for key in ("music_kind", "avoid", "own_words")}
        for matter, options in OPTIONS.items():  # in our order, so that equal wishes are equal
            wished[matter.value] = [key for key, _label in options if key in given[matter.value]]
        return {
            "revision": given["revision"],
            "wished": cast(Wished, wished),
            "music": given["music"] == YES,
            "music_how": given["music_how"],
        }


class ReflectForm(RevisionForm):
    """Ticks, and one's own words. Nothing of it is needed."""

    built = forms.MultipleChoiceField(
        label=_("What let trust grow?"),
        choices=Built.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    broke = forms.MultipleChoiceField(
        label=_("What may have cost some trust?"),
        help_text=_("It happens to everybody. Seeing it is how it gets easier."),
        choices=Broke.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = LinesField(
        label=_("Your own words"),
        help_text=_("Only for you."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=_words(5),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("revision", "built", "broke", "note")

    def thoughts(self) -> Thoughts:
        """What was ticked and written; ticks in our order, so that equal thoughts are equal."""
        given = self.cleaned_data
        return {
            "built": [key for key in Built.values if key in given["built"]],
            "broke": [key for key in Broke.values if key in given["broke"]],
            "note": given["note"],
        }


class AskDebriefForm(OnceForm):
    """A wish to talk something over: nothing to explain."""
