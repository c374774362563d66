"""Forms about the organisation's list of what a boundary sheet asks."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LineField, LinesField, RevisionForm
from sessions.forms.bookings import CHIPS
from sessions.item_sets import Entry
from sessions.items import BY_KEY, Theme

TITLE, QUESTION, REASON = (
    90,
    160,
    300,
)  # the longest of each, in characters: the agreement has to fit on one page
FREE = "free"  # no floor
FLOORS = (
    (FREE, _("No firm line")),
    ("maybe", _("“Maybe” at most")),
    ("never", _("Always “never”")),
)
ASKED = (("yes", _("Ask it")), ("no", _("No longer ask it")))
THEMES = [(theme.value, theme.label) for theme in Theme if theme != Theme.OWN]
CHOOSE = {"required": _("Please choose one of these."), "invalid_choice": _("Please choose one of these.")}


def _line(label: str | Promise, most: int, *, help_text: str | Promise = "") -> LineField:
    return LineField(
        label=label,
        help_text=help_text,
        validators=[_limit(most)],
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


def _limit(length: int) -> MaxLengthValidator:
    """A limit the server says in words. The browser's own would cut off what is pasted, and say nothing."""
    return MaxLengthValidator(
        length, _("This is %(show_value)s characters long. Please keep it to %(limit_value)s.")
    )


def _chips(label: str | Promise, choices: Any, *, help_text: str | Promise = "") -> forms.ChoiceField:
    field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, error_messages=CHOOSE)
    field.label, field.help_text = label, help_text  # type: ignore[assignment]
    return field


class ItemQuestions(forms.Form):
    """What an item says to each side, and whether a firm line is drawn."""

    theme = forms.ChoiceField(label=_("Where it belongs"), choices=THEMES, error_messages=CHOOSE)
    title = _line(
        _("What it is called"),
        TITLE,
        help_text=_("As it stands in the agreement that both read, such as “A hug from the supporter”."),
    )
    supporter = _line(_("What the supporter reads"), QUESTION, help_text=_("Such as: “You give them a hug.”"))
    peer = _line(
        _("What the peer reads"), QUESTION, help_text=_("Such as: “Your supporter gives you a hug.”")
    )
    asked = _chips(
        _("Is it asked?"), ASKED, help_text=_("Who answered it before keeps their answer, and still sees it.")
    )
    floor = _chips(
        _("Is there a firm line?"),
        FLOORS,
        help_text=_("It holds whatever anybody answers. A stricter answer is always fine."),
    )
    because = LinesField(
        label=_("Why is there a firm line?"),
        help_text=_("Both of them read it. It is needed where you draw one."),
        required=False,
        validators=[_limit(REASON)],
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "autocomplete": "off"}),
    )

    def lay_out(self, *before: str) -> None:
        """Show what there is to answer; short answers as chips."""
        self.helper = FormHelper()
        self.helper.form_tag = False
        chips = {"asked", "floor"}
        shown = [Field(name, template=CHIPS) if name in chips else name for name in self.fields]
        self.helper.layout = Layout(*before, *(one for one in shown if one not in before))

    def clean(self) -> dict[str, Any]:
        """A firm line needs its reason, and a question that is asked."""
        data = super().clean() or self.cleaned_data
        if data.get("floor", FREE) != FREE:
            if not data.get("because") and "because" not in self.errors:
                self.add_error("because", _now("Please give the reason. Both of them read it."))
            if data.get("asked") == "no":
                self.add_error("asked", _now("Where you draw a firm line the question is always asked."))
        return data

    def entry(self, key: str = "", theme: str = "") -> Entry:
        """What to keep of the item; `theme` where none could be chosen."""
        said = self.cleaned_data
        floor = said.get("floor", FREE)
        return {
            "key": key,
            "asked": said.get("asked", "yes") == "yes",
            "theme": said.get("theme", theme),
            "title": said["title"],
            "supporter": said["supporter"],
            "peer": said["peer"],
            "floor": "" if floor == FREE else floor,
            "because": "" if floor == FREE else said["because"],
        }


class AddItemForm(OnceForm, ItemQuestions):
    """An item of the organisation's own."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        del self.fields["asked"]
        self.fields["floor"].initial = FREE
        self.lay_out("once")


class EditItemForm(RevisionForm, ItemQuestions):
    """Changes to an item. Of PeerSafe's own the words may stay empty; of those ethical support asks for, no more."""

    def __init__(self, data: Any = None, *, entry: Entry, revision: int) -> None:
        initial: dict[str, Any] = {**entry, "revision": revision}
        initial |= {"asked": "yes" if entry["asked"] else "no", "floor": entry["floor"] or FREE}
        super().__init__(data, initial=initial)
        self.stored = entry
        if (own := BY_KEY.get(entry["key"])) is not None:
            del self.fields["theme"]
            for name in ("title", "supporter", "peer"):
                self.fields[name].required = False
                self.fields[name].help_text = _("Left empty, it is: “%(words)s”") % {
                    "words": getattr(own, name)
                }
            for name in ("asked", "floor", "because") if own.is_ethical else ():
                del self.fields[name]
        self.lay_out("revision")

    def changed(self) -> Entry:
        """The item as it is to be."""
        return self.entry(self.stored["key"], self.stored["theme"])


class SettleItemsForm(RevisionForm):
    """Publishing or dropping a draft, as it was read."""
