"""Forms about pairings: who is introduced to whom."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.models import Peer
from sessions.queries.pairings import Room


class SupporterSelect(forms.RadioSelect):
    """Supporters one below the other; those without room can be read, not chosen."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One supporter's radio button."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class PeerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Peers by the name they like to be called by."""

    def label_from_instance(self, peer: Any) -> str:
        """Name, and pronouns where they gave them."""
        return f"{peer.name} ({peer.pronouns})" if peer.pronouns else str(peer.name)


class PairForm(OnceForm):
    """A peer and a supporter."""

    peer = PeerChoice(
        queryset=Peer.objects.none(),
        label=_("Who would like support?"),
        error_messages={"invalid_choice": _("This person is not here. Please choose another one.")},
    )
    supporter = forms.TypedChoiceField(
        label=_("Who could support them?"),
        help_text=_(
            "The numbers show how many people each supports now, of the most they can carry, and how many sessions a "
            "week they can do where they have said so. Whoever is not ready yet prepares for it on their own first: "
            "ask them."
        ),
        widget=SupporterSelect,
        coerce=UUID,
        error_messages={
            "invalid_choice": _("This supporter does not work here any more. Please choose another one.")
        },
    )

    def __init__(
        self,
        *args: Any,
        rooms: Iterable[Room],
        peers: QuerySet[Peer],
        waiting: QuerySet[Peer],
        **kwargs: Any,
    ) -> None:
        """`peers` can be chosen, `waiting` are offered: the others have somebody, and are led here by their page."""
        super().__init__(*args, **kwargs)
        rooms = list(rooms)
        field: Any = self.fields["peer"]
        field.queryset = peers
        field.widget.choices = CallableChoiceIterator(
            lambda: [("", "—"), *((str(peer.pk), field.label_from_instance(peer)) for peer in waiting)]
        )
        self.fields["supporter"].choices = [(str(room.id), _words(room)) for room in rooms]  # type: ignore[attr-defined]
        self.fields["supporter"].widget.closed = frozenset(
            str(room.id) for room in rooms if not room.is_open()
        )

    def wish(self) -> dict[str, UUID]:
        """What was chosen, as the action takes it."""
        data = self.cleaned_data
        return {"once": data["once"], "peer_id": data["peer"].pk, "supporter_id": data["supporter"]}

    def fix_peer(self) -> None:
        """The peer is settled already: carry the choice along instead of asking again."""
        self.fields["peer"].widget = forms.HiddenInput()


def _words(room: Room) -> str:
    """A supporter and their room, as it is read aloud."""
    words = {"name": room.name, "carried": room.carried, "most": room.most}
    if room.paused:
        return gettext("%(name)s: not now") % words
    if not room.ready:
        return gettext("%(name)s: not ready yet") % words
    if not room.is_open():
        return gettext("%(name)s: %(carried)s of %(most)s, no room just now") % words
    if room.a_week is None:
        return gettext("%(name)s: %(carried)s of %(most)s") % words
    said = ngettext(
        "%(name)s: %(carried)s of %(most)s, and at most %(a_week)s session a week",
        "%(name)s: %(carried)s of %(most)s, and at most %(a_week)s sessions a week",
        room.a_week,
    )
    return said % {**words, "a_week": room.a_week}
