"""What the pages around a session show: what to make ready, a peer's wishes, how to begin, who asks for a debrief."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from sessions import spaces, warm_ups
from sessions.models import Agreement, DebriefWish, PeerSession, Preparation, Reflection, SpaceWishes
from sessions.policies.around import (
    debriefs_visible_to,
    people_who_can_bring_together,
    people_who_can_supervise,
    preparations_visible_to,
    reflections_visible_to,
    space_wishes_visible_to,
)
from sessions.policies.pairings import agreements_visible_to
from sessions.queries.agreements import Group, agreement_text
from sessions.queries.bookings import span
from sessions.queries.endings import Place, session_place
from sessions.queries.pairings import day
from sessions.spaces import OPTIONS, How, Ready, Wishes
from sessions.states import ENDED, HELD, IN_FORCE, UPCOMING

Fact = tuple[str, str]


@dataclass(frozen=True)
class Head:
    """When a session is, for the head of a page about it: what the page of the session shows more fully."""

    day: str
    span: str
    is_held: bool


def head(row: PeerSession, member: Member) -> Head:
    """Day and time on the reader's clock; no query."""
    zone = member.zone
    starts = row.starts_at.astimezone(zone)
    return Head(day=date_format(starts, "l j F Y"), span=span(row, zone), is_held=row.state == HELD)


# The space -------------------------------------------------------------------------------------------------------


def space_wishes_of(member: Member, peer_id: UUID) -> SpaceWishes | None:
    """What is noted for a peer, sealed; None where nothing is, or where the member may not know."""
    return space_wishes_visible_to(member).filter(peer_id=peer_id).first()


def wishes_in_words(wishes: Wishes) -> list[Fact]:
    """What a peer wishes for, matter by matter; what is left open is left out."""
    facts = [(str(matter.label), spaces.option_words(matter, wishes)) for matter in OPTIONS]
    facts += [(_("Keep away from"), wishes["avoid"]), (_("In their own words"), wishes["own_words"])]
    return [(label, words) for label, words in facts if words]


def music_in_words(row: SpaceWishes | None, wishes: Wishes) -> str:
    """Whether there may be music, since when, and how they said so."""
    if row is None or row.music_agreed_at is None:
        last = wishes["music"][-1] if wishes["music"] else None
        return _taken_back(last["at"], last["how"]) if last else _("No music: they have not agreed to any.")
    how = _how(wishes["music"][-1]["how"]) if wishes["music"] else ""
    words = {
        "kind": wishes["music_kind"] or _("soft music or sounds of nature"),
        "day": day(row.music_agreed_at),
    }
    said = _("Yes: %(kind)s. They agreed on %(day)s") % words
    return f"{said}, {how}." if how else f"{said}."


def music_so_far(wishes: Wishes) -> list[Fact]:
    """Each yes and no to music that was noted: the day, and what was said and how. The newest first."""
    found = []
    for said in reversed(wishes["music"]):
        words = _("yes") if said["yes"] else _("taken back")
        how = _how(said["how"])
        found.append((day(datetime.fromisoformat(said["at"])), f"{words}, {how}" if how else words))
    return found


def _taken_back(at: str, how: str) -> str:
    said = _("No music: they took their yes back on %(day)s") % {"day": day(datetime.fromisoformat(at))}
    return f"{said}, {_how(how)}." if how else f"{said}."


def _how(value: str) -> str:
    return str(How(value).label) if value in How.values else ""


# Before ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadyLine:
    """One thing to make ready, what the peer likes about it, and whether it is ticked."""

    key: str
    words: str | Promise
    beside: str
    ticked: bool


@dataclass(frozen=True)
class PreparePage:
    """The list of one session."""

    lines: Sequence[ReadyLine]
    revision: int
    music: str
    others: Sequence[Fact]
    is_open: bool

    @property
    def done(self) -> int:
        """How many are ticked."""
        return sum(1 for line in self.lines if line.ticked)

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.lines)


def preparation_of(member: Member, row: PeerSession) -> Preparation | None:
    """What was ticked for a session; None before the first tick."""
    return preparations_visible_to(member).filter(peer_session=row).first()


def things(row: PeerSession, noted: SpaceWishes | None) -> list[Ready]:
    """The list that belongs to a session, music among it only where the peer agreed."""
    return spaces.to_make_ready(row.setting, music=bool(noted and noted.music_agreed_at))


def prepare_page(
    row: PeerSession,
    prepared: Preparation | None,
    noted: SpaceWishes | None,
    wishes: Wishes,
    *,
    typed: Iterable[str] | None = None,
) -> PreparePage:
    """The list for where the two meet, each thing with the peer's wish beside it; no query.

    `typed` are the ticks of a form that was refused: they stay as they were set.
    """
    listed = things(row, noted)
    ticked = set(typed if typed is not None else prepared.ticked if prepared else [])
    lines = [
        ReadyLine(
            key=thing.key,
            words=thing.words,
            beside=spaces.option_words(thing.matter, wishes) if thing.matter else "",
            ticked=thing.key in ticked,
        )
        for thing in listed
    ]
    shown = {str(thing.matter.label) for thing in listed if thing.matter}
    return PreparePage(
        lines=lines,
        revision=prepared.revision if prepared else 0,
        music=music_in_words(noted, wishes),
        others=[fact for fact in wishes_in_words(wishes) if fact[0] not in shown],
        is_open=row.state in UPCOMING,
    )


# Opening ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opening:
    """How to begin a session: which one it is, a few easy questions, and today's boundaries."""

    place: Place | None
    warm_ups: Sequence[str | Promise]
    agreement: Agreement | None
    groups: Sequence[Group]
    is_off: bool


def agreement_now(member: Member, row: PeerSession) -> Agreement | None:
    """The agreement in force between the two, with its key."""
    related = agreements_visible_to(member).select_related(
        "pairing__peer__data_key", "pairing__supporter__user"
    )
    return related.filter(pairing=row.two, state=IN_FORCE).first()


def opening(row: PeerSession, agreement: Agreement | None) -> Opening:
    """What to have open at the start: two queries. Opens the agreement, so the view leaves a mark.

    What was different "today only" last time is not in it: that has ended by itself.
    """
    place = session_place(row)
    text = agreement_text(agreement) if agreement else None
    return Opening(
        place=place,
        warm_ups=warm_ups.for_session(place.number if place else 1),
        agreement=agreement,
        groups=text.groups if text else [],
        is_off=row.state not in {*UPCOMING, HELD},
    )


# After -----------------------------------------------------------------------------------------------------------


def my_reflection(member: Member, row: PeerSession) -> Reflection | None:
    """The member's own reflection on a session, with their key; None before they wrote any."""
    mine = reflections_visible_to(member).select_related("author__data_key")
    return mine.filter(peer_session=row).first()


@dataclass(frozen=True)
class DebriefRow:
    """One wish for a debrief: who asks, when, and the session it is about, if any. Never why."""

    id: UUID
    supporter: str
    asked: str
    session: str
    session_url: str
    settled: str


def debrief_list(member: Member, *, settled: bool, after: str | None) -> Page[DebriefRow]:
    """A page of wishes for a debrief, the newest first; those that were talked through apart."""
    rows: QuerySet[DebriefWish] = debriefs_visible_to(member).filter(settled_at__isnull=not settled)
    rows = rows.select_related("supporter__user", "peer_session__pairing")
    url_of = Addresses("sessions:peer_session", member.organisation.slug)

    def make(row: DebriefWish) -> DebriefRow:
        about = row.peer_session
        sees = about is not None and (member.is_supervisor() or about.two.state != ENDED)
        return DebriefRow(
            id=row.pk,
            supporter=row.supporter.user.preferred_name,
            asked=day(row.asked_at),
            session=session_words(about) if about else "",
            session_url=url_of(about.pk) if about and sees else "",
            settled=day(row.settled_at),
        )

    return page(rows, by="asked_at", after=after, descending=True, make=make)


def session_words(row: PeerSession) -> str:
    """When a session is, in the reader's zone."""
    starts = timezone.localtime(row.starts_at)
    return f"{date_format(starts, 'l')} {date_format(starts, 'DATETIME_FORMAT')}"


@dataclass(frozen=True)
class Asking:
    """Whether a debrief can be asked for: who would hear of it, or whom to ask instead; and what waits already."""

    supervisors: Sequence[str]
    coordinators: Sequence[str]
    waits_since: str


def asking(member: Member, row: PeerSession | None) -> Asking:
    """Two queries, and a third where nobody supervises the member."""
    mine = debriefs_visible_to(member).filter(settled_at__isnull=True, peer_session=row)
    since = mine.values_list("asked_at", flat=True).first()
    supervisors = _names(people_who_can_supervise(member))
    return Asking(
        supervisors=supervisors,
        coordinators=[] if supervisors else _names(people_who_can_bring_together(member)),
        waits_since=day(since),
    )


def _names(rows: QuerySet) -> list[str]:  # type: ignore[type-arg]
    names = rows.order_by("user__preferred_name", "pk").values_list("user__preferred_name", flat=True)
    return list(names[:10])
