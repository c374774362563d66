"""A supporter’s home: their peers, the next step with each, and what is not written down yet."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from peersafe.queries.agenda import FEW, SHOWN, Waiting, moment_words
from people.access import Member
from people.addresses import Addresses
from people.policies import groups_visible_to
from people.queries.peers import Named, day
from people.states import ACTIVE as GROUP_ACTIVE
from sessions.models import Agreement, Fit, FitCheck, Hold, Pairing, PeerSession
from sessions.policies import (
    extensions_visible_to,
    limits_visible_to,
    meetings_visible_to,
    pairings_visible_to,
    sessions_visible_to,
)
from sessions.queries.endings import Place, over
from sessions.queries.extensions import ANSWERED_LATELY
from sessions.queries.fit_checks import today_of
from sessions.queries.meetings_of_groups import short_words
from sessions.queries.schedule import Name
from sessions.state_words import EXTENSIONS
from sessions.states import BOOKED, DECLINED, GRANTED, IN_FORCE, INTRODUCED, UPCOMING

UNWRITTEN, MEETING = "unwritten", "meeting:"  # and how many facilitate it
LIMITS = "limits"
MEETING_LINE = Name(
    F("pk"),
    template="(SELECT 'meeting:' || count(*) FROM peer_sessions_hold"
    " WHERE peer_session_id = %(expressions)s AND supporter_id IS NOT NULL AND released_at IS NULL)",
)
# The last day on which something was different between two, that day only.
TODAY_ONLY = Subquery(
    FitCheck.objects.filter(pairing=OuterRef("pk"), fit=Fit.TODAY_ONLY)
    .order_by("-holds_on")
    .values("holds_on")[:1]
)
Line = tuple[str, UUID, str, datetime]  # what it is, whose page, the name of a peer or a group, when
SOON = timedelta(days=7)  # a review is announced so long before its day


@dataclass(frozen=True)
class PeerLine:
    """One peer of a supporter: the next session, and the next step."""

    name: str
    pronouns: str
    url: str
    next: str
    next_url: str
    place: str  # which session of how many comes next
    today: str  # that something is different today only
    step: str
    step_url: str


@dataclass(frozen=True)
class MeetingLine:
    """A group's meeting to come that the supporter facilitates; `short` says in words that nobody else does."""

    name: str
    when: str
    url: str
    short: str


@dataclass(frozen=True)
class SupporterHome:
    """My peers, the meetings I facilitate next, what is not written down yet, what a supervisor answered, my groups."""

    peers: list[PeerLine]
    meetings: list[MeetingLine]
    unwritten: list[Waiting]
    answers: list[Waiting]
    limits: str  # what there is to do with their own limits; empty for nothing
    groups: list[Named]


def supporter_home(member: Member, now: datetime) -> SupporterHome:
    """Five queries."""
    slug = member.organisation.slug
    sessions = sessions_visible_to(member).filter(state__in=UPCOMING)
    found = _around(member, sessions, now)
    return SupporterHome(
        peers=_peer_lines(member, sessions, now),
        meetings=_meetings(member, found, now),
        unwritten=_unwritten(slug, found),
        answers=_answers(slug, found),
        limits=_limits_step(member, found, now),
        groups=_groups(member, slug),
    )


def _peer_lines(member: Member, sessions: QuerySet[PeerSession], now: datetime) -> list[PeerLine]:
    mine = pairings_visible_to(member).select_related("peer").annotate(today_only=TODAY_ONLY)
    rows = list(mine.order_by("peer__name", "pk")[:SHOWN])
    today = localdate(now)
    coming = _next_of_each(sessions, [row.pk for row in rows], now)
    agreed = _agreed([row.pk for row in rows], now)
    places = {
        name: Addresses(f"sessions:{name}", member.organisation.slug)
        for name in ("pairing", "peer_session", "book", "first_meeting", "ending")
    }
    lines = []
    for row in rows:
        session_id, starts_at = coming.get(row.pk, (None, None))
        look_on, place, again = agreed.get(row.pk, (None, None, False))
        step, where = _step(
            row.state, place, waiting=session_id is None, look_on=look_on, soon=today + SOON, again=again
        )
        lines.append(
            PeerLine(
                name=row.peer.name,
                pronouns=row.peer.pronouns,
                url=places["pairing"](row.pk),
                next=moment_words(starts_at, today, member.zone) if starts_at else "",
                next_url=places["peer_session"](session_id) if session_id else "",
                place=place.words if place else "",
                today=_("different today") if _is_today(row, now) else "",
                step=step,
                step_url=places[where](row.pk) if where else "",
            )
        )
    return lines


def _is_today(pairing: Pairing, now: datetime) -> bool:
    """Whether something is different between the two today only, by the peer's clock."""
    on: date | None = pairing.today_only  # type: ignore[attr-defined]
    return on == today_of(pairing.peer, now)


def _step(
    state: str, place: Place | None, *, waiting: bool, look_on: date | None, soon: date, again: bool
) -> tuple[str, str]:
    """The next step of a pairing in words, and the page where it is taken."""
    if state == INTRODUCED:
        return _("Prepare your first meeting"), "first_meeting"
    if look_on is None:
        return _("Make a new agreement"), "first_meeting"
    if again:
        return _("Look at your agreement again"), "pairing"
    if place and place.talk_is_due:
        return _("Talk about your ending"), "ending"
    if look_on <= soon:
        return _("See whether your agreement still fits"), "pairing"
    if waiting and place and place.number > place.agreed:
        return _("End well, or agree on more"), "pairing"
    if waiting:
        return _("Book a session"), "book"
    return "", ""


def _next_of_each(
    sessions: QuerySet[PeerSession], pairing_ids: list[UUID], now: datetime
) -> dict[UUID, tuple[UUID, datetime]]:
    rows = sessions.filter(pairing_id__in=pairing_ids, ends_at__gt=now)
    values = rows.order_by("pairing_id", "starts_at", "pk").distinct("pairing_id")
    return {
        pairing_id: (pk, starts_at)
        for pairing_id, pk, starts_at in values.values_list("pairing_id", "pk", "starts_at")
    }


def _agreed(pairing_ids: list[UUID], now: datetime) -> dict[UUID, tuple[date | None, Place, bool]]:
    """Of pairings with an agreement in force: when they look at it again, which session comes next, whether they
    should look at it before that day."""
    rows = Agreement.objects.filter(pairing_id__in=pairing_ids, state=IN_FORCE)
    rows = rows.annotate(over=over("pairing_id", now))
    values = rows.values_list(
        "pairing_id",
        "look_again_on",
        "over",
        "sessions_agreed",
        "pairing__ending__talked_at",
        "look_again_at",
    )
    return {
        pairing_id: (
            look_on,
            Place(number=done + 1, agreed=agreed, talked=talked_at is not None),
            again is not None,
        )
        for pairing_id, look_on, done, agreed, talked_at, again in values
    }


def _around(member: Member, sessions: QuerySet[PeerSession], now: datetime) -> list[Line]:
    """Sessions that are over and not written down, what a supervisor decided lately, meetings to come. One query."""
    unwritten = sessions.filter(ends_at__lte=now).order_by("-starts_at", "-pk")
    unwritten = unwritten.annotate(line=Value(UNWRITTEN, output_field=CharField()), at=F("starts_at"))
    decided = extensions_visible_to(member).filter(
        state__in=[GRANTED, DECLINED], decided_at__gte=now - ANSWERED_LATELY
    )
    decided = decided.order_by("-decided_at", "-pk").annotate(line=F("state"), at=F("decided_at"))
    mine = Hold.objects.filter(supporter_id=member.id, released_at__isnull=True).values("peer_session_id")
    coming = meetings_visible_to(member).filter(state=BOOKED, ends_at__gt=now, pk__in=mine)
    coming = coming.order_by("starts_at", "pk").annotate(line=MEETING_LINE, at=F("starts_at"))
    # In the place of a name the day on which they look at their own limits again.
    limits = limits_visible_to(member).filter(finished_at__isnull=False).order_by("-version")
    limits = limits.annotate(line=Value(LIMITS, output_field=CharField()), at=F("finished_at"))
    limits = limits.annotate(again=Cast("look_again_on", CharField()))
    columns = ("line", "pk", "pairing__peer__name", "at")
    found = unwritten.values_list(*columns)[:FEW].union(
        decided.values_list(*columns)[:FEW],
        coming.values_list("line", "pk", "group__name", "at")[:FEW],
        limits.values_list("line", "pk", "again", "at")[:1],
        all=True,
    )
    return sorted(found, key=lambda row: row[3], reverse=True)


def _limits_step(member: Member, found: list[Line], now: datetime) -> str:
    """What there is to do with their own limits, in words; empty for nothing."""
    again = next((date.fromisoformat(on) for line, _pk, on, _at in found if line == LIMITS), None)
    if again is None:
        return _("Before you are introduced to anybody, write down your own limits.")
    if again <= localdate(now, member.zone):
        return _("It is time to look at your own limits again.")
    return ""


def _meetings(member: Member, found: list[Line], now: datetime) -> list[MeetingLine]:
    """The next first."""
    url, today = Addresses("sessions:meeting", member.organisation.slug), localdate(now)
    return [
        MeetingLine(
            name=name,
            when=moment_words(at, today, member.zone),
            url=url(pk),
            short=short_words(int(line.removeprefix(MEETING))),
        )
        for line, pk, name, at in reversed(found)
        if line.startswith(MEETING)
    ]


def _unwritten(slug: str, found: list[Line]) -> list[Waiting]:
    url = Addresses("sessions:log", slug)
    return [
        Waiting(label=name, meta=date_format(localtime(at), "l j F, H:i"), url=url(pk))
        for line, pk, name, at in found
        if line == UNWRITTEN
    ]


def _answers(slug: str, found: list[Line]) -> list[Waiting]:
    url = Addresses("sessions:extension", slug)
    return [
        Waiting(label=name, meta=f"{EXTENSIONS[line].words}, {day(at)}", url=url(pk))
        for line, pk, name, at in found
        if line in (GRANTED, DECLINED)
    ]


def _groups(member: Member, slug: str) -> list[Named]:
    url = Addresses("people:group", slug)
    rows = groups_visible_to(member).filter(state=GROUP_ACTIVE).order_by("name", "pk")
    return [
        Named(name=name, url=url(pk), since="", pk=pk) for pk, name in rows.values_list("pk", "name")[:SHOWN]
    ]
