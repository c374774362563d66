"""Forms for the team, the organisation, and oneself."""

import re
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LanguageField, LineField, PickField, PickForm, RevisionForm, ZoneField
from people.models import Membership, Role, User
from people.models.organisations import HelpNumber

MOST_NUMBERS = 6
MOST_PEERS = 40
# Digits with what people put between them; short codes such as 112 and *31# included.
PHONE = re.compile(r"^(?=(?:[^0-9]*[0-9]){2,})\+?[0-9 ()./\u2011\u2013*#-]{2,30}$")


class InviteForm(OnceForm):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)

    def clean_role(self) -> Role:
        """As a role."""
        return Role(self.cleaned_data["role"])


class RoomForm(forms.Form):
    """How many peers a supporter can carry."""

    most_peers = forms.IntegerField(
        label=_("Most people at a time"),
        help_text=_("Nobody should carry too many. Nothing changes for those they support already."),
        min_value=0,
        max_value=MOST_PEERS,
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: a place for the words of a refusal."""


def _name(membership: Membership) -> str:
    return membership.user.preferred_name


class SupervisionForm(PickForm):
    """The other one of the two: a supervisor for a supporter, or a supporter for a supervisor."""

    pick = "other"
    other = PickField(_name, label=_("Who?"), widget=forms.RadioSelect)


class OrganisationForm(RevisionForm):
    """What the organisation says of itself."""

    name = LineField(label=_("Name"), max_length=120)
    zone = ZoneField(help_text=_("Where you work: it is suggested for new people."))
    sender_name = LineField(
        label=_("Name in mail and page titles"),
        help_text=_("Choose something neutral: it may be seen on a phone by somebody else."),
        max_length=40,
    )
    leave_url = forms.URLField(
        label=_("Where “Leave quickly” goes"),
        help_text=_("An everyday page, such as the weather. It begins with https://"),
        max_length=200,
        assume_scheme="https",
    )

    def clean_leave_url(self) -> str:
        """Over https only, and without a name and password in it."""
        address: str = self.cleaned_data["leave_url"]
        parts = urlsplit(address)
        if parts.scheme != "https" or parts.username or parts.password:
            raise ValidationError(_("This must be an address that begins with https://"))
        return address


class HelpNumberForm(forms.Form):
    """One number to call in need. An empty row is no number."""

    name = LineField(label=_("Whose number it is"), max_length=60, required=False)
    number = LineField(label=_("Number"), max_length=30, required=False)
    note = LineField(label=_("When it answers"), max_length=80, required=False)

    def clean_number(self) -> str:
        """A number one can call, written as people write it."""
        number: str = self.cleaned_data["number"]
        if number and not PHONE.match(number):
            raise ValidationError(_("This does not look like a phone number."))
        return number

    def clean(self) -> dict[str, Any]:
        """A row is empty, or has a name and a number."""
        found = super().clean() or {}
        filled = any(found.get(key) for key in ("name", "number", "note"))
        for key, words in (("name", _("Whose number is this?")), ("number", _("Please write the number."))):
            if filled and not found.get(key) and key not in self.errors:
                self.add_error(key, words)
        return found


class BaseHelpNumbers(forms.BaseFormSet):  # type: ignore[type-arg]
    """Up to six numbers, at least one."""

    def clean(self) -> None:
        """No page stands without a number to call."""
        if not any(self.errors) and not self.numbers():
            raise ValidationError(_("Please keep at least one number: every page shows them."))

    def numbers(self) -> list[HelpNumber]:
        """The rows that are filled in."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("number")]
        return [HelpNumber(name=row["name"], number=row["number"], note=row["note"]) for row in rows]


_HelpNumbers = forms.formset_factory(
    HelpNumberForm,
    formset=BaseHelpNumbers,
    extra=MOST_NUMBERS,
    max_num=MOST_NUMBERS,
    absolute_max=MOST_NUMBERS,
)
HelpNumbers = cast("type[BaseHelpNumbers]", _HelpNumbers)


class ProfileForm(forms.Form):
    """How somebody wants to be called and reads times."""

    preferred_name = LineField(label=_("What should we call you?"), max_length=80)
    pronouns = LineField(label=_("Your pronouns"), max_length=40, required=False)
    zone = ZoneField(help_text=_("Times are shown to you in this zone."))
    language = LanguageField()


class NewPersonForm(forms.Form):
    """Somebody who joins and has no account yet."""

    preferred_name = LineField(label=_("What should we call you?"), max_length=80)
    pronouns = LineField(
        label=_("Your pronouns"), help_text=_("Such as she/her or they/them."), max_length=40, required=False
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters. A few words in a row are easy to remember."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._email = email

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same, and good enough."""
        found = super().clean() or {}
        password, again = found.get("password"), found.get("again")
        if password and again and password != again:
            self.add_error("again", _("These two are not the same. Please type them again."))
        elif password:
            try:
                password_validation.validate_password(
                    password, User(email=self._email, preferred_name=found.get("preferred_name", ""))
                )
            except ValidationError as error:
                self.add_error("password", error)
        return found

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {key: value for key, value in self.cleaned_data.items() if key != "again"}
