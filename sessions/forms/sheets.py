"""The boundary sheet as a form: never, maybe or always for each item, own lines, and what else a boundary says.

The same form serves a sheet of a pairing and a supporter's own limits.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.once import made_id
from people.forms.fields import LineField
from sessions import about as abouts
from sessions import floors
from sessions.contact_words import refuse_private
from sessions.forms.words import Words, limit, renew
from sessions.item_sets import OWN, ItemSet
from sessions.items import Answer, Item, Theme
from sessions.models import Side
from sessions.wording import MOST_OWN, NOTE_LENGTH, OWN_LENGTH, SILENT, Answers, Said, own_items

# In the order in which they are shown; the empty one stands last, and quieter.
ANSWERS = [*Answer.choices, ("", _("Leave open"))]


def _choice(label: str, initial: str, aside: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=aside,
        choices=ANSWERS,
        required=False,
        initial=initial,
        widget=forms.RadioSelect,
    )


def _line(label: Any, length: int, initial: str = "", *rules: Any) -> LineField:
    return LineField(
        label=label,
        required=False,
        initial=initial,
        widget=forms.TextInput(attrs={"placeholder": " ", "autocomplete": "off", "dir": "auto"}),
        validators=[limit(length), *rules],
    )


class SheetForm(forms.Form):
    """One side's answers, or a single one of them when the page saves it by itself.

    `items` is what is asked, `answers` what was said so far; `about` whether the other matters are asked too; `only` is
    the key of the one line that is sent.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        items: ItemSet,
        side: str,
        answers: Answers,
        version: int,
        revision: int,
        about: bool,
        only: str = "",
    ) -> None:
        super().__init__(data, initial={"version": version, "revision": revision})
        self.side, self.answers, self.only = Side(side), answers, only
        self._listed = [item for item in items.asked(answers) if not only or item.key == only]
        added = [item for item in own_items(answers) if item.key not in items.by_key]
        self.may_add = not only and len(added) < MOST_OWN
        self._added = [item for item in added if not only or item.key == only]
        self._matters = [
            matter for matter in abouts.matters(side) if about and (not only or matter.key == only)
        ]
        for item in self.items:
            self._ask(item)
        for matter in self._matters:
            self._ask_about(matter)
        if self.may_add:
            self._ask_own()

    @property
    def items(self) -> list[Item]:
        """All items on this form: those of the list, then those that were added here."""
        return [*self._listed, *self._added]

    def _ask(self, item: Item) -> None:
        said = self.answers.get(item.key, SILENT)
        aside = " ".join(str(text) for text in (item.aside, floors.beforehand(item, self.side)) if text)
        self.fields[f"answer_{item.key}"] = _choice(str(item.question(self.side)), said["answer"], aside)
        rules = [refuse_private] if self._is_contact(item.theme == Theme.CONTACT) else []
        self.fields[f"note_{item.key}"] = _line(
            _("What does it depend on?"), NOTE_LENGTH, said["note"], *rules
        )

    def _ask_about(self, matter: abouts.Matter) -> None:
        field = Words(
            label=matter.question(self.side),
            length=abouts.ABOUT_LENGTH,
            rows=2,
            initial=self.answers.get(matter.key, SILENT)["note"],
            help_text=matter.hint if self.side == Side.SUPPORTER else "",
        )
        if self._is_contact(matter.is_contact):
            field.validators.append(refuse_private)
        field.widget.attrs["class"] = "form-control"
        self.fields[f"note_{matter.key}"] = field

    def _is_contact(self, contact: bool) -> bool:
        """Whether these are a supporter's words about being in touch: never their own number."""
        return contact and self.side == Side.SUPPORTER

    def _ask_own(self) -> None:
        self.fields["own_once"] = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=new_id)
        self.fields["own_text"] = _line(_("What is it about?"), OWN_LENGTH)
        self.fields["own_text"].widget.attrs["class"] = "form-control"
        self.fields["own_answer"] = _choice(gettext("Is this all right for you?"), "")
        self.fields["own_note"] = _line(_("What does it depend on?"), NOTE_LENGTH)

    def clean(self) -> dict[str, Any]:
        """What a supporter cannot answer is told beside its line; an own line needs words."""
        data: dict[str, Any] = super().clean() or {}
        said = {item.key: self._entry(item) for item in self.items}
        for item in floors.refused(self.items, self.side, said):
            self.add_error(f"answer_{item.key}", ValidationError(floors.why_refused(item)))
        wants_own = data.get("own_text") or data.get("own_answer") or data.get("own_note")
        if wants_own and not data.get("own_text") and "own_text" not in self.errors:
            self.add_error("own_text", ValidationError(_("Please write what this line is about.")))
        if wants_own and not data.get("own_once") and "own_once" not in self.errors:
            self.add_error(None, ValidationError(_("Please open this page again, and add your line there.")))
        return data

    def _entry(self, item: Item) -> Said:
        data = self.cleaned_data
        entry: Said = {
            "answer": data.get(f"answer_{item.key}", ""),
            "note": data.get(f"note_{item.key}", ""),
        }
        if item.key.startswith(OWN):
            entry["text"] = str(item.title)
        return entry

    def said(self) -> Answers:
        """The answers as the action takes them; a line of one's own that is taken away has no words left."""
        entries = {item.key: self._entry(item) for item in self.items}
        for matter in self._matters:
            entries[matter.key] = {"answer": "", "note": self.cleaned_data[f"note_{matter.key}"]}
        for item in self._listed:  # somebody else's line that is left open is not on this sheet
            if item.key.startswith(OWN) and item.key not in self.answers and _is_silent(entries[item.key]):
                del entries[item.key]
        taken = self.data.get("remove", "")
        if any(item.key == taken for item in self._added):
            entries[taken] = {"answer": "", "note": "", "text": ""}
        if self.cleaned_data.get("own_text"):
            entries[f"{OWN}{made_id(self.cleaned_data['own_once'], 'own line').hex}"] = {
                "answer": self.cleaned_data["own_answer"],
                "note": self.cleaned_data["own_note"],
                "text": self.cleaned_data["own_text"],
            }
        return entries

    def themes(self) -> Iterator["ThemePart"]:
        """The questions theme by theme, each with its two fields; own lines stand last."""
        for theme in Theme:
            items = [item for item in self.items if item.theme == theme]
            if items or (theme == Theme.OWN and self.may_add):
                yield ThemePart(theme.value, theme.label, [self.row(item) for item in items])

    def row(self, item: Item) -> "Row":
        """One question with its fields."""
        choice, note = self[f"answer_{item.key}"], self[f"note_{item.key}"]
        return Row(item, choice, note, side=self.side, is_added=item in self._added)

    def abouts(self) -> list["AboutRow"]:
        """The other matters, each with its field."""
        return [AboutRow(matter, self[f"note_{matter.key}"]) for matter in self._matters]

    def rows(self) -> list["Row | AboutRow"]:
        """Every line on this form."""
        return [*(self.row(item) for item in self.items), *self.abouts()]

    def beside(self, *, answers: Answers, version: int, revision: int) -> None:
        """Somebody was quicker: show what is saved now beside what was typed, and let the next save count."""
        renew(self, {"version": version, "revision": revision})
        labels = dict(Answer.choices)
        for item in self.items:
            now, name = answers.get(item.key, SILENT), f"answer_{item.key}"
            if now["answer"] != self.data.get(name, ""):
                _meanwhile(self[name], str(labels.get(now["answer"], _("Leave open"))))
        for matter in self._matters:
            words, name = answers.get(matter.key, SILENT)["note"], f"note_{matter.key}"
            if words and words != self.data.get(name, ""):
                _meanwhile(self[name], words)


def _is_silent(entry: Said) -> bool:
    return not entry["answer"] and not entry["note"]


def _meanwhile(field: BoundField, words: str) -> None:
    field.help_text = gettext("Saved meanwhile: %(text)s") % {"text": words}


class Row:
    """One question on the sheet: the item, its chips, its note."""

    is_about = False

    def __init__(
        self, item: Item, choice: BoundField, note: BoundField, *, side: str, is_added: bool
    ) -> None:
        self.item, self.choice, self.note, self.is_added = item, choice, note, is_added
        self.key = item.key
        self.told = floors.told(item, side)

    @property
    def below_floor(self) -> list[str]:
        """The answers that ask for the kind note; none where there is no floor, and where they are refused."""
        return [answer.value for answer in Answer if self.told and self.item.is_below_floor(answer)]

    @property
    def is_below_floor(self) -> bool:
        """Whether the answer as it stands is one of them."""
        return self.choice.value() in self.below_floor

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return bool(self.choice.value())


class AboutRow:
    """One other matter on the sheet, and its words."""

    is_about = True

    def __init__(self, matter: abouts.Matter, note: BoundField) -> None:
        self.matter, self.note, self.key = matter, note, matter.key


class ThemePart:
    """The questions of one theme."""

    def __init__(self, key: str, label: str | Promise, rows: Sequence[Row]) -> None:
        self.key, self.label, self.rows = key, label, rows

    @property
    def is_own(self) -> bool:
        """Whether lines can be added here."""
        return self.key == Theme.OWN

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        done = sum(1 for row in self.rows if row.is_answered)
        words = ngettext("%(done)s of %(total)s answered", "%(done)s of %(total)s answered", len(self.rows))
        return words % {"done": done, "total": len(self.rows)}
