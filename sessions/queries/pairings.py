"""What the pages about pairings show: the list, one pairing, and whom a peer could be introduced to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from people.models import Membership, Peer
from people.policies import peers_visible_to
from people.states import ACTIVE as PEER_ACTIVE
from sessions.models import Agreement, LimitsSheet, Pairing, PeerSession
from sessions.policies import pairings_visible_to, sessions_visible_to
from sessions.state_words import AGREEMENTS, PAIRINGS, SESSIONS, Shown
from sessions.states import BEING_MADE, ENDED, IN_FORCE, PROPOSED, UPCOMING, WITHDRAWN

SHOWN = 10  # sessions before and after today, on a pairing's page

NO_BODY = (
    *("id", "organisation_id", "pairing_id", "version", "state", "look_again_on", "in_force_at", "left_at"),
    *("look_again_at", "look_again_because", "kept_at"),
)


def day(moment: datetime | date | None) -> str:
    """A day in the reader's zone and words; empty for none."""
    if moment is None:
        return ""
    return date_format(timezone.localtime(moment) if isinstance(moment, datetime) else moment, "DATE_FORMAT")


@dataclass(frozen=True)
class PairingRow:
    """One line of the list of pairings."""

    url: str
    peer_name: str
    peer_pronouns: str
    supporter_name: str
    state: str | Promise
    tone: str
    introduced: str
    agreed: str
    review: str
    review_is_due: bool


def pairing_list(member: Member, *, after: str | None, ended: bool, now: datetime) -> Page[PairingRow]:
    """A page of the pairings a member sees, the newest first; those that ended apart from the others."""
    rows = pairings_visible_to(member)
    rows = rows.filter(state=ENDED) if ended else rows.exclude(state=ENDED)
    agreed = Agreement.objects.filter(state=IN_FORCE).only(*NO_BODY)
    rows = rows.select_related("peer", "supporter__user").prefetch_related(
        Prefetch("agreements", queryset=agreed, to_attr="in_force")
    )
    today, url_of = timezone.localdate(now), Addresses("sessions:pairing", member.organisation.slug)
    return page(
        rows,
        by="introduced_at",
        after=after,
        descending=True,
        make=lambda pairing: _row(pairing, today, url_of(pairing.pk)),
    )


def _row(pairing: Pairing, today: date, url: str) -> PairingRow:
    in_force: list[Agreement] = pairing.in_force  # type: ignore[attr-defined]
    agreement = in_force[0] if in_force and pairing.state != ENDED else None
    label, tone = PAIRINGS[pairing.state]
    return PairingRow(
        url=url,
        peer_name=pairing.peer.name,
        peer_pronouns=pairing.peer.pronouns,
        supporter_name=pairing.supporter.user.preferred_name,
        state=label,
        tone=tone,
        introduced=day(pairing.introduced_at),
        agreed=day(agreement.in_force_at) if agreement else _nothing_in_force(pairing),
        review=day(agreement.look_again_on) if agreement else "",
        review_is_due=_is_due(agreement, today),
    )


def _is_due(agreement: Agreement | None, today: date) -> bool:
    """Whether the day to look at what holds has come."""
    return bool(agreement and agreement.look_again_on and agreement.look_again_on <= today)


def _nothing_in_force(pairing: Pairing) -> str:
    if pairing.state == ENDED:
        return "–"
    return _("no longer") if pairing.begun_at else _("not yet")


@dataclass(frozen=True)
class Room:
    """A supporter who could be chosen, and how much room they have. In the order of names: this is no ranking."""

    id: UUID
    name: str
    carried: int
    most: int
    a_week: int | None  # sessions at most; None where they have not said
    paused: bool
    ready: bool  # they have written down their own limits; why somebody is not ready is theirs to tell

    def is_open(self) -> bool:
        """Whether this supporter can be chosen now."""
        return self.ready and not self.paused and self.carried < self.most


def supporters_with_room(member: Member, now: datetime) -> list[Room]:
    """All supporters of the organisation, with the room each has left."""
    rows = Membership.objects.filter(organisation_id=member.organisation_id).active(now).supporters()
    finished = LimitsSheet.objects.filter(membership_id=OuterRef("pk"), finished_at__isnull=False)
    rows = rows.select_related("user").annotate(
        ready=Exists(finished),
        carried=Count("assignments", filter=Q(assignments__ends_at__isnull=True)),
        a_week=F("availability__most_a_week"),
    )
    return [
        Room(
            id=row.pk,
            name=row.user.preferred_name,
            carried=row.carried,  # type: ignore[attr-defined]
            most=row.most_peers,
            a_week=row.a_week,  # type: ignore[attr-defined]
            paused=row.paused_until is not None and row.paused_until > now,
            ready=row.ready,  # type: ignore[attr-defined]
        )
        for row in rows.order_by("user__preferred_name", "pk")
    ]


def peers_to_pair(member: Member) -> QuerySet[Peer]:
    """Peers who could be introduced to somebody, by name."""
    return peers_visible_to(member).filter(state=PEER_ACTIVE).order_by("name", "pk")


def peers_who_wait(member: Member) -> QuerySet[Peer]:
    """Those of them whom nobody supports yet."""
    taken = Pairing.objects.filter(organisation_id=member.organisation_id).exclude(state=ENDED)
    return peers_to_pair(member).exclude(pk__in=taken.values("peer_id"))


def peer_to_pair(member: Member, chosen: str) -> Peer | None:
    """The peer an address names; None where it names nobody who could be introduced."""
    try:
        return peers_to_pair(member).filter(pk=UUID(chosen)).first()
    except ValueError:
        return None


@dataclass(frozen=True)
class SessionLine:
    """One session of a pairing: when, and what became of it. Nothing of what was said."""

    id: UUID
    when: str
    state: str | Promise
    tone: str


@dataclass(frozen=True)
class VersionLine:
    """One version of the agreement: its number, its state and its days. Nothing of what it says."""

    id: UUID
    version: int
    state: Shown
    since: str
    left: str


@dataclass(frozen=True)
class PairingPage:
    """What a member sees of one pairing."""

    pairing: Pairing
    peer_name: str
    supporter_name: str
    state: Shown
    introduced: str
    ended: str
    in_force: Agreement | None
    agreed: str
    review: str
    review_is_due: bool
    kept: str  # when they looked at it last and let it be; empty for not yet
    look_again: str  # since when, before the day they chose; empty for not
    being_made: bool
    before_both: Agreement | None  # waits for a yes of one of them, or of both
    withdrawn: str
    versions: Sequence[VersionLine]
    coming: Sequence[SessionLine]
    past: Sequence[SessionLine]

    @property
    def is_time_to_look(self) -> bool:
        """Whether the day has come, or something asks for a look, and no newer version lies before both."""
        return self.before_both is None and (self.review_is_due or bool(self.look_again))


def pairing_page(member: Member, pairing: Pairing, now: datetime) -> PairingPage:
    """One pairing; two queries. The agreement's text is not fetched at all."""
    versions = list(Agreement.objects.filter(pairing=pairing).only(*NO_BODY).order_by("-version"))
    in_force = next((row for row in versions if row.state == IN_FORCE), None)
    agreed = [row for row in versions if row.in_force_at is not None]
    coming, past = _around(member, pairing, now)
    return PairingPage(
        pairing=pairing,
        peer_name=pairing.peer.name,
        supporter_name=pairing.supporter.user.preferred_name,
        state=PAIRINGS[pairing.state],
        introduced=day(pairing.introduced_at),
        ended=day(pairing.ended_at),
        in_force=in_force,
        agreed=day(in_force.in_force_at) if in_force else "",
        review=day(in_force.look_again_on) if in_force else "",
        review_is_due=_is_due(in_force, timezone.localdate(now)),
        kept=day(in_force.kept_at) if in_force else "",
        look_again=day(in_force.look_again_at) if in_force else "",
        being_made=any(row.state in BEING_MADE for row in versions),
        before_both=next((row for row in versions if row.state == PROPOSED), None),
        withdrawn=day(agreed[0].left_at) if agreed and agreed[0].state == WITHDRAWN else "",
        versions=[_version(row) for row in agreed],
        coming=[_line(row) for row in coming],
        past=[_line(row) for row in past],
    )


def _version(row: Agreement) -> VersionLine:
    return VersionLine(
        id=row.pk,
        version=row.version,
        state=AGREEMENTS[row.state],
        since=day(row.in_force_at),
        left=day(row.left_at),
    )


def sessions_to_come(member: Member, pairing: Pairing, now: datetime) -> list[SessionLine]:
    """The next sessions of a pairing."""
    return [_line(row) for row in _coming(member, pairing, now)]


def _coming(member: Member, pairing: Pairing, now: datetime) -> QuerySet[PeerSession]:
    rows = sessions_visible_to(member).filter(pairing=pairing, starts_at__gte=now, state__in=UPCOMING)
    return rows.order_by("starts_at", "pk")[:SHOWN]


def _around(member: Member, pairing: Pairing, now: datetime) -> tuple[list[PeerSession], list[PeerSession]]:
    """The next sessions and the last ones, each the nearest first, in one query."""
    before = sessions_visible_to(member).filter(pairing=pairing, starts_at__lt=now)
    rows = list(_coming(member, pairing, now).union(before.order_by("-starts_at", "-pk")[:SHOWN], all=True))
    rows.sort(key=lambda row: (row.starts_at, row.pk))
    return [row for row in rows if row.starts_at >= now], [row for row in rows[::-1] if row.starts_at < now]


def _line(row: PeerSession) -> SessionLine:
    label, tone = SESSIONS[row.state]
    starts = timezone.localtime(row.starts_at)
    when = f"{date_format(starts, 'l')} {date_format(starts, 'DATETIME_FORMAT')}"
    return SessionLine(id=row.pk, when=when, state=label, tone=tone)


def number_to_come(pairing: Pairing, now: datetime) -> int:
    """How many sessions would be called off if the pairing ended now."""
    return PeerSession.objects.filter(pairing=pairing, state__in=UPCOMING, starts_at__gt=now).count()
