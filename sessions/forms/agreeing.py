"""Forms on the way to an agreement: differences talked through, laying it before both, answers, withdrawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from lib.pictures import MOST_BYTES, too_large
from people.forms.fields import LineField, LinesField, RevisionForm
from sessions.differences import POINT_LENGTH, Outcome
from sessions.forms.words import limit
from sessions.models import How, SaidTo, Side
from sessions.states import BEING_MADE, IN_FORCE
from sessions.wording import Point

ANSWER_LENGTH = 1000  # characters of what somebody wants to talk about
OUTCOME, NOTE = "outcome_", "note_"  # begin the names of a difference's two fields
MOST_POINTS = 200  # no list is as long
NOTHING: Point = {"outcome": "", "note": ""}


class PointsForm(RevisionForm):
    """What the two made of each of their differences; a part of them when the page saves one by itself."""

    def __init__(
        self,
        data: Any = None,
        *,
        keys: Sequence[str],
        points: Mapping[str, Point] | None = None,
        revision: int = 0,
    ) -> None:
        super().__init__(data, initial={"revision": revision}, auto_id="points_%s")
        self.keys = keys
        for key in keys:
            self._add(key, (points or {}).get(key, NOTHING))

    @classmethod
    def sent(cls, data: QueryDict) -> "PointsForm":
        """The form for whatever of it was sent; which of them are differences, the action knows."""
        keys = [name.removeprefix(NOTE) for name in data if name.startswith(NOTE)]
        return cls(data, keys=keys[:MOST_POINTS])

    def _add(self, key: str, point: Point) -> None:
        self.fields[f"{OUTCOME}{key}"] = forms.ChoiceField(
            label=_("What became of it?"),
            choices=Outcome.choices,
            required=False,
            initial=point["outcome"],
            widget=forms.RadioSelect,
        )
        self.fields[f"{NOTE}{key}"] = LineField(
            label=_("In a few words (if you like)"),
            required=False,
            initial=point["note"],
            widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
            validators=[limit(POINT_LENGTH)],
        )

    def clean(self) -> dict[str, Any]:
        """A note belongs to something that became of it."""
        data = super().clean() or self.cleaned_data
        for key in self.keys:
            if data.get(f"{NOTE}{key}") and not data.get(f"{OUTCOME}{key}"):
                self.add_error(f"{OUTCOME}{key}", _("Please choose one of these too."))
        return data

    def points(self) -> dict[str, Point]:
        """What was chosen, as the action takes it."""
        data = self.cleaned_data
        return {
            key: {"outcome": data[f"{OUTCOME}{key}"], "note": data[f"{NOTE}{key}"]}
            for key in self.keys
            if data[f"{OUTCOME}{key}"]
        }

    def beside(self, revision: int, points: Mapping[str, Point]) -> None:
        """Somebody was quicker: show what is saved now beside what was chosen, and let the next save count."""
        self.renew(revision)
        labels = dict(Outcome.choices)
        for key in self.keys:
            now, name = points.get(key, NOTHING), f"{OUTCOME}{key}"
            if now["outcome"] and now["outcome"] != self.data.get(name, ""):
                saved = f"{labels[now['outcome']]} {now['note']}".strip()
                self[name].help_text = gettext("Saved meanwhile: %(text)s") % {"text": saved}

    def line(self, key: str) -> "PointLine":
        """One difference with its two fields."""
        return PointLine(key, self[f"{OUTCOME}{key}"], self[f"{NOTE}{key}"])

    def lines(self) -> list["PointLine"]:
        """Each difference with its two fields."""
        return [self.line(key) for key in self.keys]


@dataclass(frozen=True)
class PointLine:
    """One difference: its key, its chips, its note."""

    key: str
    choice: BoundField
    note: BoundField


class ProposeForm(RevisionForm):
    """Lay this state of the draft before both, and no other."""


class AnswerForm(OnceForm):
    """What one side says to the version that lies before both."""

    said = forms.ChoiceField(widget=forms.RadioSelect, label=_("What do you say?"))
    how = forms.ChoiceField(
        label=_("How did they say it?"),
        choices=[(How.IN_PERSON.value, _("Here, beside me")), (How.PAPER.value, _("On paper"))],
        widget=forms.RadioSelect,
    )
    words = LinesField(
        label=_("What is it about?"),
        help_text=_("If you want to talk: a few words are enough, and none is fine too."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        validators=[limit(ANSWER_LENGTH)],
    )

    def __init__(self, data: Any = None, *, side: str, state: str, peer_name: str) -> None:
        super().__init__(data)
        answers = [(answer.value, answer.label) for answer in (SaidTo.AGREES, SaidTo.TALK)]
        offered = answers[1:] if state == IN_FORCE else answers
        said = self.fields["said"]
        assert isinstance(said, forms.ChoiceField)
        said.choices = answers  # also a yes sent twice, the first of which put it in force
        said.widget.choices = offered
        said.error_messages["required"] = _("Please choose an answer.")
        if len(offered) == 1:
            said.initial = offered[0][0]
        self.fields["how"].error_messages["required"] = _("Please choose how.")
        if side == Side.SUPPORTER:
            del self.fields["how"]
        else:
            said.label = gettext("What does %(name)s say?") % {"name": peer_name}
            self.fields["words"].help_text = gettext(
                "If %(name)s wants to talk: a few words are enough, and none is fine too."
            ) % {"name": peer_name}

    def given(self) -> dict[str, Any]:
        """The answer as the action takes it. Words belong to a wish to talk; a yes needs none."""
        data = self.cleaned_data
        words = data["words"] if data["said"] == SaidTo.TALK else ""
        return {"once": data["once"], "said": data["said"], "how": data.get("how", ""), "words": words}


class WithdrawForm(forms.Form):
    """Who no longer agrees; nobody is asked why. While a version is being made nobody has to be named."""

    changed = _("This has changed since you opened the page. Please look at it again.")
    state = forms.ChoiceField(
        widget=forms.HiddenInput, choices=[(state, state) for state in (*BEING_MADE, IN_FORCE)]
    )
    sides = forms.MultipleChoiceField(
        label=_("Who no longer agrees?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, state: str, peer_name: str) -> None:
        super().__init__(data, initial={"state": state})
        sides = self.fields["sides"]
        assert isinstance(sides, forms.MultipleChoiceField)
        sides.required = state == IN_FORCE
        sides.error_messages["required"] = _("Please choose who no longer agrees.")
        theirs = gettext("%(name)s does not") % {"name": peer_name}
        sides.choices = [(Side.SUPPORTER.value, _("I do not")), (Side.PEER.value, theirs)]


class PaperForm(OnceForm):
    """A photo or a scan of what was signed. What it is shows only when it is read."""

    picture = forms.FileField(
        label=_("The photo or scan"),
        help_text=_("A JPEG, PNG or WebP of up to 10 MB. Where and when it was taken is left out."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Please choose a picture of up to 10 MB."),
            "empty": _("This file is empty. Please choose another one."),
        },
    )

    def clean_picture(self) -> bytes:
        """The bytes that were sent."""
        file = self.cleaned_data["picture"]
        assert isinstance(file, UploadedFile)
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(too_large())
        content: bytes = file.read()
        return content
