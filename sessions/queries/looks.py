"""Who looked at what is held about a peer, as the peer's own page tells them: by role, kind and day, never by name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Event
from people.models import CrisisContact, Membership, PrivateLink, Role
from people.models.links import LinkPurpose
from sessions.models import (
    Agreement,
    BoundarySheet,
    Crossing,
    Ending,
    Extension,
    Goal,
    Pairing,
    PaperCopy,
    SessionLog,
    Side,
    SpaceWishes,
)
from sessions.queries.pairings import day

LINES, EVENTS = 30, 300  # of looks shown, and read to put them together
LOOKED = (
    "people.look_trusted",
    "sessions.look",
    "sessions.look_goals",
    "sessions.look_strengths",
    "sessions.look_fit",
    "sessions.look_history",
)
OPENED = "sessions.open_link"
WHAT: dict[tuple[str, str], Promise] = {
    ("sessions.look_goals", "people.peer"): gettext_lazy("your goals"),
    ("sessions.look_strengths", "people.peer"): gettext_lazy("your strengths and helpers"),
    ("sessions.look", "peer_sessions.goal"): gettext_lazy("one of your goals"),
    ("sessions.look", "peer_sessions.sessionlog"): gettext_lazy("the note of a session"),
    ("sessions.look", "peer_sessions.agreement"): gettext_lazy("your agreement"),
    ("sessions.look", "peer_sessions.papercopy"): gettext_lazy("the picture of what you signed"),
    ("sessions.look", "peer_sessions.boundarysheet"): gettext_lazy("your boundary sheet"),
    ("sessions.look_history", "people.peer"): gettext_lazy("how your agreement came about"),
    ("sessions.look", "peer_sessions.ending"): gettext_lazy("the notes for your ending"),
    ("people.look_trusted", "people.crisiscontact"): gettext_lazy("whom you trust, and what helps you"),
    ("sessions.look", "peer_sessions.extension"): gettext_lazy("why more sessions were asked for"),
    ("sessions.look", "peer_sessions.spacewishes"): gettext_lazy("what makes a space good for you"),
    ("sessions.look_fit", "people.peer"): gettext_lazy("what was said about your boundaries that day"),
    ("sessions.look", "peer_sessions.crossing"): gettext_lazy("a boundary you noted as crossed"),
    (OPENED, "people.privatelink"): gettext_lazy("this page"),
}
ROLES: dict[str, Promise] = {
    Role.COORDINATOR: gettext_lazy("A coordinator"),
    Role.SUPERVISOR: gettext_lazy("A supervisor"),
    Role.SUPPORTER: gettext_lazy("Another supporter of yours"),
}


@dataclass(frozen=True)
class LookLine:
    """On a day, somebody looked at something, so many times."""

    day: str
    who: str
    what: str
    times: int


def looks(pairing: Pairing) -> list[LookLine]:
    """Who looked at what is held about the peer, by role and day, the newest first; and when this page was opened.

    Three queries. What the peer reads here is left out: that the page was opened stands for it.
    """
    events = Event.objects.filter(organisation_id=pairing.organisation_id, object_id__in=_held_about(pairing))
    by_others = Q(verb__in=LOOKED) & ~Q(actor__startswith="link:")
    rows = events.filter(by_others | Q(verb=OPENED)).order_by("-number")
    found = list(rows.values_list("at", "actor", "verb", "object_kind")[:EVENTS])
    names = _names(pairing, {actor for _at, actor, _verb, _kind in found})
    lines = Counter(
        (day(at), names.get(actor, _("Somebody with this link")), _what(verb, kind))
        for at, actor, verb, kind in found
    )
    return [LookLine(on, who, what, times) for (on, who, what), times in list(lines.items())[:LINES]]


def _what(verb: str, kind: str) -> str:
    return str(WHAT.get((verb, kind), _("something about you")))


def _held_about(pairing: Pairing) -> list[str]:
    """The ids of all sealed rows about the peer, of their page's links, and their own; one query."""
    peer_id = pairing.peer_id
    tables: list[QuerySet[Any]] = [
        Goal.objects.filter(peer_id=peer_id),
        SpaceWishes.objects.filter(peer_id=peer_id),
        SessionLog.objects.filter(peer_session__pairing=pairing),
        Agreement.objects.filter(pairing=pairing),
        PaperCopy.objects.filter(answer__agreement__pairing=pairing),
        BoundarySheet.objects.filter(pairing=pairing, side=Side.PEER),
        Crossing.objects.filter(pairing=pairing, side=Side.PEER),
        CrisisContact.objects.filter(peer_id=peer_id),
        Ending.objects.filter(pairing=pairing),
        Extension.objects.filter(pairing=pairing),
        PrivateLink.objects.filter(purpose=LinkPurpose.PAIRING, object_id=pairing.pk),
    ]
    first, *rest = [rows.order_by().values_list("pk", flat=True) for rows in tables]
    return [str(peer_id), *(str(pk) for pk in first.union(*rest, all=True))]


def _names(pairing: Pairing, actors: Iterable[str]) -> dict[str, str]:
    """Who they are, by what they do here; never by name, but for the peer's own supporter, who has none here either."""
    ids = [actor.removeprefix("member:") for actor in actors if actor.startswith("member:")]
    rows = Membership.objects.filter(organisation_id=pairing.organisation_id, pk__in=ids)
    names = {f"member:{pk}": str(ROLES[role]) for pk, role in rows.values_list("pk", "role")}
    return names | {f"member:{pairing.supporter_id}": _("Your supporter")}
