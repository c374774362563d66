"""Forms of a first meeting: what was talked about, the boundary sheet, and saying yes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from people.forms.fields import LineField, LinesField
from sessions.items import ITEMS, Answer, Item, by_theme
from sessions.models import Agreement, Side
from sessions.queries.sheets import SheetPage
from sessions.wording import NOTE_LENGTH, TALK_LENGTH, Rhythm, Said, Talk


def _limit(length: int) -> MaxLengthValidator:
    """A limit the server says in words. The browser's own would cut off what is pasted, and say nothing."""
    return MaxLengthValidator(
        length, _("This is %(show_value)s characters long. Please keep it to %(limit_value)s.")
    )


class Words(LinesField):
    """A few sentences in somebody's own words; any language, any script."""

    def __init__(self, *, label: Any = "") -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            validators=[_limit(TALK_LENGTH)],
        )


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
        _renew(self, newest)
        for name in ("supporter_expects", "peer_expects", "supporter_fears", "peer_fears"):
            if newest[name] and newest[name] != self.data.get(name, ""):
                self[name].help_text = gettext("Saved meanwhile: %(text)s") % {"text": newest[name]}


def _renew(form: forms.Form, newest: Mapping[str, Any]) -> None:
    form.data = form.data.copy()  # type: ignore[attr-defined]
    for name in ("version", "revision"):
        if name in form.fields:
            form.data[name] = str(newest[name])  # type: ignore[index]


# In the order in which they are shown; the empty one stands last, and quieter.
ANSWERS = [*Answer.choices, ("", _("Leave open"))]


class SheetForm(forms.Form):
    """One side's 27 answers, or a single one of them when the page saves it by itself."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        page: SheetPage,
        only: str = "",
    ) -> None:
        super().__init__(data, initial={"version": page.version, "revision": page.revision})
        self.items = [item for item in ITEMS if not only or item.key == only]
        for item in self.items:
            said = page.answers.get(item.key, {"answer": "", "note": ""})
            self._add(item, page.side, said)

    def _add(self, item: Item, side: Side, said: Said) -> None:
        self.fields[f"answer_{item.key}"] = forms.ChoiceField(
            label=str(item.question(side)),
            help_text=str(item.aside),
            choices=ANSWERS,
            required=False,
            initial=said["answer"],
            widget=forms.RadioSelect,
        )
        self.fields[f"note_{item.key}"] = LineField(
            label=_("What does it depend on?"),
            required=False,
            initial=said["note"],
            widget=forms.TextInput(attrs={"placeholder": " ", "autocomplete": "off", "dir": "auto"}),
            validators=[_limit(NOTE_LENGTH)],
        )

    def themes(self) -> Iterator["ThemePart"]:
        """The questions theme by theme, each with its two fields."""
        for theme, items in by_theme():
            yield ThemePart(theme.value, theme.label, [self.row(item) for item in items])

    def row(self, item: Item) -> "Row":
        """One question with its fields."""
        return Row(item, self[f"answer_{item.key}"], self[f"note_{item.key}"])

    def said(self) -> dict[str, Said]:
        """The answers as the action takes them."""
        return {
            item.key: {
                "answer": self.cleaned_data[f"answer_{item.key}"],
                "note": self.cleaned_data[f"note_{item.key}"],
            }
            for item in self.items
        }

    def beside(self, page: SheetPage) -> None:
        """Somebody was quicker: show what is saved now beside what was typed, and let the next save count."""
        _renew(self, {"version": page.version, "revision": page.revision})
        labels = dict(Answer.choices)
        for item in self.items:
            now = page.answers.get(item.key, {"answer": "", "note": ""})
            name = f"answer_{item.key}"
            if now["answer"] != self.data.get(name, ""):
                saved = str(labels.get(now["answer"], _("Leave open")))
                self[name].help_text = gettext("Saved meanwhile: %(text)s") % {"text": saved}


class Row:
    """One question on the sheet: the item, its chips, its note."""

    def __init__(self, item: Item, choice: BoundField, note: BoundField) -> None:
        self.item, self.choice, self.note = item, choice, note

    @property
    def below_floor(self) -> list[str]:
        """The answers that ask for the kind note; none where there is no floor."""
        return [answer.value for answer in Answer if self.item.is_below_floor(answer)]

    @property
    def is_below_floor(self) -> bool:
        """Whether the answer as it stands is one of them."""
        return self.choice.value() in self.below_floor

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return bool(self.choice.value())


class ThemePart:
    """The questions of one theme."""

    def __init__(self, key: str, label: str | Promise, rows: Sequence[Row]) -> None:
        self.key, self.label, self.rows = key, label, rows

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        done = sum(1 for row in self.rows if row.is_answered)
        words = ngettext("%(done)s of %(total)s answered", "%(done)s of %(total)s answered", len(self.rows))
        return words % {"done": done, "total": len(self.rows)}


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
