"""Forms for peers and groups."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LanguageField, LineField, PickField, PickForm, RevisionForm, ZoneField
from people.models import Membership, Peer


class PeerFacts(forms.Form):
    """What we note of a peer: as little as will do."""

    name = LineField(
        label=_("Name they like to be called by"),
        help_text=_("A first name or a nickname is enough."),
        max_length=80,
    )
    pronouns = LineField(
        label=_("Pronouns"),
        help_text=_("As they say it, such as she/her or they/them."),
        max_length=40,
        required=False,
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    safe_to_write = forms.BooleanField(
        label=_("They said it is safe to write there"),
        help_text=_("Ask who else can read their mail. What we send never says what this is about."),
        required=False,
    )
    zone = ZoneField(help_text=_("Where they live: times are shown to them in this zone."))
    language = LanguageField()

    def clean(self) -> dict[str, Any]:
        """An address is only kept where the person said that it is safe."""
        found = super().clean() or {}
        if found.get("email") and not found.get("safe_to_write"):
            self.add_error("safe_to_write", _("Please ask them first. Without their yes we keep no address."))
        return found


class AddPeerForm(OnceForm, PeerFacts):
    """A new peer."""

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {key: value for key, value in self.cleaned_data.items() if key != "safe_to_write"}


class EditPeerForm(RevisionForm, PeerFacts):
    """Changes to a peer. The stored address is not shown: it is replaced, taken away or left as it is."""

    forget_email = forms.BooleanField(label=_("Stop writing to them, and forget the address"), required=False)
    field_order = ("name", "pronouns", "email", "safe_to_write", "forget_email", "zone", "language")

    def __init__(self, *args: Any, has_address: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        if has_address:
            self.fields["email"].label = _("New e-mail")
            self.fields["email"].help_text = _("Leave this empty to keep the address we have.")
        else:
            del self.fields["forget_email"]

    def clean(self) -> dict[str, Any]:
        """A new address and forgetting it contradict each other."""
        found = super().clean()
        if found.get("email") and found.get("forget_email"):
            self.add_error("forget_email", _("You wrote a new address too. Please choose one of the two."))
        return found

    def address(self) -> str | None:
        """The new address, "" to forget it, None to leave it as it is."""
        if self.cleaned_data.get("forget_email"):
            return ""
        return self.cleaned_data["email"] or None

    def changes(self) -> dict[str, Any]:
        """What to set on the peer's own row."""
        return {key: self.cleaned_data[key] for key in ("name", "pronouns", "zone", "language")}


class SearchForm(forms.Form):
    """Search by name, put away or not."""

    q = forms.CharField(max_length=80, required=False)
    state = forms.ChoiceField(choices=[("active", _("Current")), ("archived", _("Put away"))], required=False)

    def words(self) -> str:
        """What to look for; nothing where it makes no sense."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() else ""

    def chosen(self) -> str:
        """Which state to show."""
        return (
            str(self.cleaned_data.get("state") or "active") if self.is_bound and self.is_valid() else "active"
        )


class GroupFacts(forms.Form):
    """What a group says of itself."""

    name = LineField(
        label=_("Name"),
        help_text=_("A neutral name, one that may be seen on somebody’s phone."),
        max_length=80,
    )
    for_whom = LineField(
        label=_("Who it is for"),
        help_text=_("Say it openly: everybody who sees themselves in it is welcome."),
        max_length=300,
        required=False,
    )
    why = LineField(label=_("Why it is for them"), max_length=300, required=False)
    childcare = LineField(label=_("Childcare"), max_length=200, required=False)
    travel = LineField(label=_("Travel costs"), max_length=200, required=False)
    most_members = forms.IntegerField(
        label=_("Places"),
        help_text=_("How many people can belong to it."),
        min_value=2,
        max_value=60,
        initial=12,
    )


class AddGroupForm(OnceForm, GroupFacts):
    """A new group."""


class EditGroupForm(RevisionForm, GroupFacts):
    """Changes to a group."""


def _peer_label(peer: Peer) -> str:
    return f"{peer.name} ({peer.pronouns})" if peer.pronouns else peer.name


def _member_label(membership: Membership) -> str:
    return f"{membership.user.preferred_name}, {membership.get_role_display()}"


class JoinForm(PickForm):
    """Who joins the group."""

    pick = "peer"
    peer = PickField(_peer_label, label=_("Who joins?"), widget=forms.RadioSelect)


class FacilitatorForm(PickForm):
    """Who facilitates the group."""

    pick = "membership"
    membership = PickField(_member_label, label=_("Who facilitates?"), widget=forms.RadioSelect)
