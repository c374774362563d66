"""Which agreements are in force, as a coordinator sees them: who, since when, when due. Nothing of what they say."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, DateField, Exists, F, Max, OuterRef, Q, QuerySet, When
from django.db.models.functions import Least, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from sessions.models import Agreement, LookAgain, Pairing
from sessions.policies.histories import agreements_in_force_for, pairings_without_agreement_for
from sessions.queries.pairings import day
from sessions.states import BEING_MADE

# Why the two look again is theirs, so it does not show here; but for what the organisation itself has changed.
DUE = Case(
    When(look_again_because=LookAgain.FLOOR, then=Least(F("look_again_on"), TruncDate("look_again_at"))),
    default=F("look_again_on"),
    output_field=DateField(),
)


@dataclass(frozen=True)
class InForceRow:
    """One pairing: its agreement's dates, or that none is in force."""

    url: str
    peer_name: str
    supporter_name: str
    since: str
    due: str
    is_due: bool


def agreement_list(member: Member, *, none: bool, after: str | None, now: datetime) -> Page[InForceRow]:
    """A page of the agreements in force, the longest overdue first; or of the pairings that have `none`. One query."""
    url_of = Addresses("sessions:pairing", member.organisation.slug)
    if none:
        return page(_without(member), by="introduced_at", after=after, make=lambda row: _missing(row, url_of))
    today = timezone.localdate(now)
    rows = agreements_in_force_for(member).select_related("pairing__peer", "pairing__supporter__user")
    return page(
        rows.annotate(due_on=DUE), by="due_on", after=after, make=lambda row: _row(row, today, url_of)
    )


def _without(member: Member) -> QuerySet[Pairing]:
    made = Agreement.objects.filter(pairing=OuterRef("pk"), state__in=BEING_MADE)
    rows = pairings_without_agreement_for(member).select_related("peer", "supporter__user")
    held = Q(agreements__in_force_at__isnull=False)
    return rows.annotate(being_made=Exists(made), last=Max("agreements__left_at", filter=held))


def _row(row: Agreement, today: date, url_of: Addresses) -> InForceRow:
    due_on: date = row.due_on  # type: ignore[attr-defined]
    return InForceRow(
        url=url_of(row.pairing_id),
        peer_name=row.pairing.peer.name,
        supporter_name=row.pairing.supporter.user.preferred_name,
        since=day(row.in_force_at),
        due=day(due_on),
        is_due=due_on <= today,
    )


def _missing(row: Pairing, url_of: Addresses) -> InForceRow:
    last: datetime | None = row.last  # type: ignore[attr-defined]
    made: bool = row.being_made  # type: ignore[attr-defined]
    since = _("not since %(day)s") % {"day": day(last)} if last else _("not yet")
    return InForceRow(
        url=url_of(row.pk),
        peer_name=row.peer.name,
        supporter_name=row.supporter.user.preferred_name,
        since=since,
        due=_("being made") if made else "–",
        is_due=False,
    )
