"""Wishes for more sessions: what a page of one shows, and whether a draft needs one."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from people.access import Member
from sessions.models import Agreement, Extension, Pairing
from sessions.queries.pairings import day
from sessions.state_words import EXTENSIONS, Shown
from sessions.states import ASKED, GRANTED, IN_FORCE

ANSWERED_LATELY = timedelta(days=14)  # so long an answer stands on the supporter's first page


def needs_extension(draft: Agreement) -> bool:
    """Whether a draft names more sessions than were agreed on last, and no supervisor has said yes to so many.

    What was agreed on last may have been withdrawn since. One query; none for a first version, which has none before.
    """
    if draft.version == 1:
        return False
    granted = Extension.objects.filter(pairing=OuterRef("pairing"), state=GRANTED).order_by()
    most = granted.values("pairing").annotate(most=Max("up_to")).values("most")
    agreed = Agreement.objects.filter(pairing_id=draft.pairing_id, in_force_at__isnull=False)
    found = (
        agreed.annotate(granted=Subquery(most))
        .order_by("-version")
        .values_list("sessions_agreed", "granted")
        .first()
    )
    return found is not None and draft.sessions_agreed > max(found[0], found[1] or 0)


def agreed_number(pairing: Pairing) -> int | None:
    """How many sessions the agreement in force names; None without one."""
    rows = Agreement.objects.filter(pairing=pairing, state=IN_FORCE)
    return rows.values_list("sessions_agreed", flat=True).first()


def with_people(rows: QuerySet[Extension]) -> QuerySet[Extension]:
    """What the pages of one need to name both, and to open the reason."""
    return rows.select_related("pairing__peer__data_key", "pairing__supporter__user")


@dataclass(frozen=True)
class ExtensionPage:
    """One wish for more sessions: who, how many, what it came to."""

    peer_name: str
    supporter_name: str
    state: Shown
    is_open: bool
    is_granted: bool
    facts: list[tuple[str, str]]


def extension_page(row: Extension, member: Member) -> ExtensionPage:
    """Everything but the reason. One query."""
    agreed = agreed_number(row.pairing)
    facts = [(_("Peer"), row.pairing.peer.name)]
    if not member.is_supporter():
        facts.append((_("Peer supporter"), row.pairing.supporter.user.preferred_name))
    facts.append((_("Agreed on now"), str(agreed) if agreed else _("no agreement holds")))
    facts.append((_("Asked for, in all"), str(row.up_to)))
    facts.append((_("Asked on"), day(row.asked_at)))
    if row.decided_at is not None:
        facts.append((_("Answered on"), day(row.decided_at)))
    return ExtensionPage(
        peer_name=row.pairing.peer.name,
        supporter_name=row.pairing.supporter.user.preferred_name,
        state=EXTENSIONS[row.state],
        is_open=row.state == ASKED,
        is_granted=row.state == GRANTED,
        facts=facts,
    )
