"""What the home page of each role shows, ready to print, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.access import Member
from people.addresses import Addresses
from people.models import Membership, Role
from people.policies import groups_visible_to, memberships_visible_to
from people.queries.peers import Named, day
from people.queries.team import InvitationRow, invitation_rows, pause, room
from people.states import ACTIVE as GROUP_ACTIVE
from reminders.queries import Failure, failures
from reminders.states import (
    INVITATION,
    SESSION_BOOKED,
    SESSION_CANCELLED,
    SESSION_MOVED,
    SESSION_TOMORROW,
)
from sessions.local_time import beginning
from sessions.models import Agreement, PeerSession, Setting
from sessions.policies import pairings_visible_to, sessions_visible_to
from sessions.queries.bookings import TONES, state_words
from sessions.states import ACTIVE, CANCELLED, IN_FORCE, INTRODUCED, UPCOMING

SHOWN = 25
FEW = 5
LOOK_BACK = timedelta(days=14)
SOON = timedelta(days=7)

WORDS: dict[str, str | Promise] = {
    SESSION_TOMORROW: gettext_lazy("Reminder of a session"),
    SESSION_BOOKED: gettext_lazy("News of a new session"),
    SESSION_MOVED: gettext_lazy("News of a new time"),
    SESSION_CANCELLED: gettext_lazy("News that a session is off"),
    INVITATION: gettext_lazy("Invitation"),
}


@dataclass(frozen=True)
class AgendaRow:
    """One session: when, who, where."""

    when: str
    peer: str
    supporter: str
    place: str
    state: str
    tone: str
    url: str


@dataclass(frozen=True)
class Waiting:
    """Something that waits for somebody: what, since when, where to go."""

    label: str
    meta: str
    url: str


@dataclass(frozen=True)
class PeerLine:
    """One peer of a supporter: the next session, and the next step."""

    name: str
    pronouns: str
    url: str
    next: str
    next_url: str
    step: str
    step_url: str


@dataclass(frozen=True)
class SupporterLine:
    """One supporter of a supervisor: how many they support, and the next session."""

    name: str
    pronouns: str
    url: str
    room: str
    pause: str
    next: str


@dataclass(frozen=True)
class CoordinatorHome:
    """Today and next, and what waits."""

    agenda: list[AgendaRow]
    introductions: list[Waiting]
    invitations: list[InvitationRow]
    undelivered: list[Waiting]


@dataclass(frozen=True)
class SupporterHome:
    """My peers, what is not written down yet, my groups."""

    peers: list[PeerLine]
    unwritten: list[Waiting]
    groups: list[Named]


@dataclass(frozen=True)
class SupervisorHome:
    """My supporters, and their next sessions."""

    supporters: list[SupporterLine]
    agenda: list[AgendaRow]


def coordinator_home(member: Member, now: datetime) -> CoordinatorHome:
    """Four queries."""
    return CoordinatorHome(
        agenda=agenda(member, now),
        introductions=_introductions(member),
        invitations=[row for row in invitation_rows(member, now) if row.open][:FEW],
        undelivered=_undelivered(member, now),
    )


def agenda(member: Member, now: datetime) -> list[AgendaRow]:
    """Today's sessions and the next ones, 25 at most. One query, of columns: no page is opened as often."""
    zone = member.zone
    today = now.astimezone(zone).date()
    rows = sessions_visible_to(member).filter(starts_at__gte=beginning(today, zone)).exclude(state=CANCELLED)
    values = rows.order_by("starts_at", "pk").values_list(
        "pk",
        "starts_at",
        "state",
        "setting",
        "room__name",
        "room__venue__name",
        "pairing__peer__name",
        "pairing__supporter__user__preferred_name",
    )[:SHOWN]
    url = Addresses("sessions:peer_session", member.organisation.slug)
    return [
        AgendaRow(
            when=moment_words(starts_at, today, zone),
            peer=peer,
            supporter=supporter,
            place=f"{venue}, {room_name}" if room_name else settings[setting],
            state=states[state],
            tone=TONES[state],
            url=url(pk),
        )
        for settings, states in [_words()]
        for pk, starts_at, state, setting, room_name, venue, peer, supporter in values
    ]


def _words() -> tuple[dict[str, str], dict[str, str]]:
    """Settings and states in the reader's words, looked up once for all rows."""
    settings = {value: str(label).capitalize() for value, label in Setting.choices}
    return settings, {state: state_words(state) for state in TONES}


def moment_words(at: datetime, today: date, zone: ZoneInfo) -> str:
    """A moment as people say it: "Today, 14:00"."""
    here = at.astimezone(zone)
    return f"{day_words(here.date(), today)}, {time_format(here, 'TIME_FORMAT')}"


def day_words(on: date, today: date) -> str:
    """A day as people say it."""
    if on == today:
        return _("Today")
    if on == today + timedelta(days=1):
        return _("Tomorrow")
    return date_format(on, "D j M")


def _introductions(member: Member) -> list[Waiting]:
    """Pairings that wait for their first agreement, the longest first."""
    rows = pairings_visible_to(member).filter(state=INTRODUCED).order_by("introduced_at", "pk")
    values = rows.values_list("pk", "peer__name", "supporter__user__preferred_name", "introduced_at")[:FEW]
    url = Addresses("sessions:pairing", member.organisation.slug)
    return [
        Waiting(
            label=_("%(peer)s and %(supporter)s") % {"peer": peer, "supporter": supporter},
            meta=_("since %(day)s") % {"day": day(since)},
            url=url(pk),
        )
        for pk, peer, supporter, since in values
    ]


def _undelivered(member: Member, now: datetime) -> list[Waiting]:
    """Mail that did not reach anybody in the last two weeks."""
    session = Addresses("sessions:peer_session", member.organisation.slug)
    found = failures(member.organisation_id, now - LOOK_BACK)
    return [_failure(row, session) for row in found[:FEW]]


def _failure(row: Failure, session: Addresses) -> Waiting:
    reason = _("no address") if row.outcome == "no_address" else _("not accepted")
    return Waiting(
        label=str(WORDS[row.kind]),
        meta=f"{day(row.at)}, {reason}",
        url="" if row.kind == INVITATION else session(row.object_id),
    )


def supporter_home(member: Member, now: datetime) -> SupporterHome:
    """Five queries."""
    slug = member.organisation.slug
    sessions = sessions_visible_to(member).filter(state__in=UPCOMING)
    return SupporterHome(
        peers=_peer_lines(member, sessions, now),
        unwritten=_unwritten(sessions, slug, now),
        groups=_groups(member, slug),
    )


def _peer_lines(member: Member, sessions: QuerySet[PeerSession], now: datetime) -> list[PeerLine]:
    rows = list(pairings_visible_to(member).select_related("peer").order_by("peer__name", "pk")[:SHOWN])
    today = localdate(now)
    coming = _next_of_each(sessions, [row.pk for row in rows], now)
    due = _reviews_due([row.pk for row in rows], now)
    places = {
        name: Addresses(f"sessions:{name}", member.organisation.slug)
        for name in ("pairing", "peer_session", "book", "first_meeting")
    }
    lines = []
    for row in rows:
        session_id, starts_at = coming.get(row.pk, (None, None))
        step, where = _step(row.state, waiting=session_id is None, due=row.pk in due)
        lines.append(
            PeerLine(
                name=row.peer.name,
                pronouns=row.peer.pronouns,
                url=places["pairing"](row.pk),
                next=moment_words(starts_at, today, member.zone) if starts_at else "",
                next_url=places["peer_session"](session_id) if session_id else "",
                step=step,
                step_url=places[where](row.pk) if where else "",
            )
        )
    return lines


def _step(state: str, *, waiting: bool, due: bool) -> tuple[str, str]:
    """The next step of a pairing in words, and the page where it is taken."""
    if state == INTRODUCED:
        return _("Prepare your first meeting"), "first_meeting"
    if due:
        return _("See whether your agreement still fits"), "pairing"
    if state == ACTIVE and waiting:
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


def _reviews_due(pairing_ids: list[UUID], now: datetime) -> set[UUID]:
    """Pairings that meant to look at their agreement again by next week."""
    rows = Agreement.objects.filter(
        pairing_id__in=pairing_ids, state=IN_FORCE, review_on__lte=localdate(now) + SOON
    )
    return set(rows.values_list("pairing_id", flat=True))


def _unwritten(sessions: QuerySet[PeerSession], slug: str, now: datetime) -> list[Waiting]:
    """Sessions that are over, and of which nobody has said whether they took place."""
    url = Addresses("sessions:log", slug)
    rows = sessions.filter(ends_at__lte=now).order_by("-starts_at", "-pk")
    values = rows.values_list("pk", "pairing__peer__name", "starts_at")[:FEW]
    return [
        Waiting(label=name, meta=date_format(localtime(at), "l j F, H:i"), url=url(pk))
        for pk, name, at in values
    ]


def _groups(member: Member, slug: str) -> list[Named]:
    url = Addresses("people:group", slug)
    rows = groups_visible_to(member).filter(state=GROUP_ACTIVE).order_by("name", "pk")
    return [
        Named(name=name, url=url(pk), since="", pk=pk) for pk, name in rows.values_list("pk", "name")[:SHOWN]
    ]


def supervisor_home(member: Member, now: datetime) -> SupervisorHome:
    """Three queries."""
    return SupervisorHome(supporters=_supporter_lines(member, now), agenda=agenda(member, now))


def _supporter_lines(member: Member, now: datetime) -> list[SupporterLine]:
    rows = list(
        memberships_visible_to(member)
        .active(now)  # type: ignore[attr-defined]
        .filter(role=Role.SUPPORTER)
        .select_related("user")
        .annotate(carried=Count("assignments", filter=Q(assignments__ends_at__isnull=True)))
        .order_by("user__preferred_name", "pk")[:SHOWN]
    )
    coming = _next_of_supporters(member, [row.pk for row in rows], now)
    words = {pk: moment_words(at, localdate(now), member.zone) for pk, at in coming.items()}
    url = Addresses("people:member", member.organisation.slug)
    return [_supporter(row, url(row.pk), words.get(row.pk, ""), now) for row in rows]


def _supporter(row: Membership, url: str, next_words: str, now: datetime) -> SupporterLine:
    return SupporterLine(
        name=row.user.preferred_name,
        pronouns=row.user.pronouns,
        url=url,
        room=room(row.carried, row.most_peers),  # type: ignore[attr-defined]
        pause=pause(row, now),
        next=next_words,
    )


def _next_of_supporters(member: Member, ids: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    rows = sessions_visible_to(member).filter(
        pairing__supporter_id__in=list(ids), state__in=UPCOMING, ends_at__gt=now
    )
    values = rows.order_by("pairing__supporter_id", "starts_at").distinct("pairing__supporter_id")
    return dict(values.values_list("pairing__supporter_id", "starts_at"))
