"""How far a pairing is, what the two prepare for their ending, what the last supporter left for the next.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.sealing.crypto import Unreadable
from lib.sealing.models import DataKey, open_text
from people.access import Member
from sessions.models import Agreement, ChangeWish, Ending, Extension, Pairing, PeerSession
from sessions.policies import handovers_for
from sessions.queries.pairings import day
from sessions.state_words import EXTENSIONS, Shown
from sessions.states import ACTIVE, HELD, IN_FORCE, UPCOMING

COUNTS = (*UPCOMING, HELD)


@dataclass(frozen=True)
class Place:
    """Which session of how many: `number` is that of the one it is about, or of the one that comes next."""

    number: int
    agreed: int
    talked: bool  # about the ending

    @property
    def words(self) -> str:
        """In words: "Session 5 of 6"."""
        if self.number <= self.agreed:
            return _("Session %(number)s of %(agreed)s") % {"number": self.number, "agreed": self.agreed}
        words = ngettext(
            "The %(agreed)s session you agreed on is over",
            "All %(agreed)s sessions you agreed on are over",
            self.agreed,
        )
        return words % {"agreed": self.agreed}

    @property
    def is_last(self) -> bool:
        """Whether it is the last one agreed on."""
        return self.number == self.agreed

    @property
    def talk_is_due(self) -> bool:
        """Whether it is time to talk about the ending: from the session before the last."""
        return not self.talked and self.number >= self.agreed - 1


def over(pairing: str, now: datetime) -> Coalesce:
    """For an annotation: how many sessions of a pairing have been, and count. `pairing` names its id outside."""
    rows = PeerSession.objects.filter(pairing=OuterRef(pairing), state__in=COUNTS, ends_at__lte=now)
    return Coalesce(Subquery(rows.order_by().values("pairing").annotate(n=Count("pk")).values("n")), 0)


def session_place(row: PeerSession) -> Place | None:
    """Which of the agreed sessions this one is; None where no agreement holds, or it does not count. One query."""
    if row.state not in COUNTS or row.pairing_id is None:
        return None
    earlier = Q(pairing__peer_sessions__starts_at__lt=row.starts_at)
    counted = Q(pairing__peer_sessions__state__in=COUNTS)
    found = (
        Agreement.objects.filter(pairing_id=row.pairing_id, state=IN_FORCE)
        .annotate(before=Count("pairing__peer_sessions", filter=earlier & counted))
        .values_list("before", "sessions_agreed", "pairing__ending__talked_at")
        .first()
    )
    if found is None:
        return None
    before, agreed, talked_at = found
    return Place(number=before + 1, agreed=agreed, talked=talked_at is not None)


@dataclass(frozen=True)
class Wished:
    """The newest wish for more sessions: what it came to, and where it is read."""

    id: str
    up_to: int
    state: Shown
    is_open: bool


@dataclass(frozen=True)
class EndingFacts:
    """What the page of a pairing says about its ending. Nothing of what was written for it."""

    place: Place | None
    talked: str
    has_handover: bool  # written, with the peer's yes
    extension: Wished | None
    was_handed_over: bool  # somebody left a note for the member who looks
    change_is_wished: bool  # for coordinators

    @property
    def talk_is_due(self) -> bool:
        """Whether it is time to talk about the ending."""
        return bool(self.place and self.place.talk_is_due)


def ending_facts(member: Member, pairing: Pairing, now: datetime) -> EndingFacts:
    """Everything in one query."""
    in_force = Agreement.objects.filter(pairing=OuterRef("pk"), state=IN_FORCE)
    wishes = Extension.objects.filter(pairing=OuterRef("pk")).order_by("-asked_at", "-pk")
    open_wishes = ChangeWish.objects.filter(pairing=OuterRef("pk"), answered_at__isnull=True)
    row = (
        Pairing.objects.filter(pk=pairing.pk)
        .annotate(
            agreed=Subquery(in_force.values("sessions_agreed")[:1]),
            over=over("pk", now),
            wish=Subquery(wishes.values(json=JSONObject(id="id", up_to="up_to", state="state"))[:1]),
            handed=Exists(handovers_for(member, pairing)),
            wished=Exists(open_wishes),
        )
        .values(
            "agreed", "over", "wish", "handed", "wished", "ending__talked_at", "ending__handover_agreed_at"
        )
        .get()
    )
    talked_at = row["ending__talked_at"]
    return EndingFacts(
        place=_next(row["over"], row["agreed"], talked_at) if pairing.state == ACTIVE else None,
        talked=day(talked_at),
        has_handover=row["ending__handover_agreed_at"] is not None,
        extension=_wished(row["wish"]),
        was_handed_over=row["handed"],
        change_is_wished=member.is_coordinator() and row["wished"],
    )


def _next(over_now: int, agreed: int | None, talked_at: datetime | None) -> Place | None:
    return Place(number=over_now + 1, agreed=agreed, talked=talked_at is not None) if agreed else None


def _wished(values: dict[str, object] | None) -> Wished | None:
    if values is None:
        return None
    state = str(values["state"])
    return Wished(
        id=str(values["id"]),
        up_to=int(str(values["up_to"])),
        state=EXTENSIONS[state],
        is_open=state == "asked",
    )


def is_unprepared(pairing: Pairing) -> bool:
    """Whether the two have begun, and nobody has noted yet that they talked about their ending. At most one query."""
    if pairing.state != ACTIVE:
        return False
    return not Ending.objects.filter(pairing=pairing, talked_at__isnull=False).exists()


@dataclass(frozen=True)
class EndingPage:
    """What was prepared so far, opened, as its form begins with it."""

    revision: int
    talked_on: date | None
    talk: str
    goodbye: str
    handover: str
    handover_yes: bool
    handover_agreed: str
    saved_at: datetime | None
    opened: Sequence[Model] = field(default_factory=list)
    readable: bool = True

    @property
    def initial(self) -> dict[str, object]:
        """The form's first values."""
        names = ("revision", "talked_on", "talk", "goodbye", "handover", "handover_yes")
        return {name: getattr(self, name) for name in names}


def ending_page(rows: QuerySet[Ending], pairing: Pairing, zone: ZoneInfo) -> EndingPage:
    """A pairing's ending out of those a member sees; a blank one while nothing is stored. `pairing` carries its key.

    Of a peer who was erased nothing can be read, or added, whether something is stored or not.
    """
    ending = rows.filter(pairing=pairing).first()
    key = pairing.peer.data_key
    if ending is None:
        return _blank(readable=key.dropped_at is None)
    try:
        texts = {name: open_text(ending, name, key) for name in ("talk", "goodbye", "handover")}
    except Unreadable:
        return _blank(readable=False)
    return EndingPage(
        revision=ending.revision,
        talked_on=ending.talked_at.astimezone(zone).date() if ending.talked_at else None,
        handover_yes=ending.handover_agreed_at is not None,
        handover_agreed=day(ending.handover_agreed_at),
        saved_at=ending.saved_at,
        opened=[ending],
        readable=key.dropped_at is None,
        **texts,
    )


def _blank(*, readable: bool) -> EndingPage:
    return EndingPage(
        0, None, "", "", "", handover_yes=False, handover_agreed="", saved_at=None, readable=readable
    )


@dataclass(frozen=True)
class Goodbye:
    """What the supporter wrote to the peer for the time after; empty where nothing was."""

    text: str
    opened: Sequence[Model] = field(default_factory=list)


def goodbye_for(pairing: Pairing) -> Goodbye:
    """The goodbye note, for the peer's own page, once the pairing has ended. Leave a mark for `opened`: endings.look.

    One query. `pairing` carries its peer's key. A note whose key was dropped is none.
    """
    ending = Ending.objects.filter(pairing=pairing, closed_at__isnull=False).exclude(goodbye=b"").first()
    if ending is None:
        return Goodbye("")
    try:
        return Goodbye(open_text(ending, "goodbye", pairing.peer.data_key), [ending])
    except Unreadable:
        return Goodbye("")


@dataclass(frozen=True)
class Handover:
    """What the last supporter left for the next: from whom, when, the words the peer said yes to."""

    supporter_name: str
    written: str
    agreed: str
    text: str


@dataclass(frozen=True)
class HandoverPage:
    """All notes there are for this pairing."""

    notes: Sequence[Handover]
    opened: Sequence[Model]
    readable: bool


def handover_page(member: Member, pairing: Pairing) -> HandoverPage:
    """Notes for the supporter of this pairing, the newest first. One query. `pairing` carries its peer's key."""
    rows = handovers_for(member, pairing).select_related("pairing__supporter__user")
    found = list(rows.order_by("-closed_at", "-pk")[:10])
    try:
        notes = [_handover(row, pairing.peer.data_key) for row in found]
    except Unreadable:
        return HandoverPage([], [], readable=False)
    return HandoverPage(notes=notes, opened=found, readable=True)


def _handover(row: Ending, key: DataKey) -> Handover:
    return Handover(
        supporter_name=row.pairing.supporter.user.preferred_name,
        written=day(row.closed_at),
        agreed=day(row.handover_agreed_at),
        text=open_text(row, "handover", key),
    )
