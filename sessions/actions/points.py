"""Differences between two sheets: what the two made of each, noted in the version being made.

Every write holds the pairing's row locked, so that two people or two pages at once come one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from lib.sealing.models import seal_text
from people.actions.revisions import stale
from sessions import wording
from sessions.actions.pairings import open_pairing
from sessions.differences import differs, points_that_count, unsettled
from sessions.models import Agreement
from sessions.queries.compared import boundaries_of
from sessions.queries.item_lists import items_in_force
from sessions.queries.sheets import body_of
from sessions.states import DRAFT, IN_FORCE
from sessions.wording import Point


@dataclass(frozen=True)
class Settled:
    """The version being made, after noting; and how many of the differences something was said about."""

    agreement: Agreement
    done: int
    total: int


def settle_points(
    *, agreement_id: UUID, revision: int, points: Mapping[str, Point], by: Actor, now: datetime
) -> Settled:
    """Note what the two made of some of their differences; those that `points` does not name stay as they are.

    What is named and is no difference is left out. The same again changes nothing. Raises Refused before both sheets
    are finished, once the version lies before both, and when the page is older than the draft.
    """
    with transaction.atomic():
        pairing = open_pairing(agreements=agreement_id)
        versions = {
            row.pk: row for row in Agreement.objects.filter(pairing=pairing, state__in=[DRAFT, IN_FORCE])
        }
        agreement = versions.get(agreement_id)
        if agreement is None or agreement.state != DRAFT:
            raise Refused(_("This version is not being written on any more. Please look at it again."))
        rows = boundaries_of(pairing, agreement.version, items_in_force(agreement.organisation_id))
        if rows is None:
            raise Refused(_("Please finish both boundary sheets first."))
        in_force = next((row for row in versions.values() if row.state == IN_FORCE), None)
        before = body_of(pairing, in_force) if in_force else None
        body = body_of(pairing, agreement)
        there = {row["key"] for row in rows if differs(row)}
        merged = {**body["points"], **{key: point for key, point in points.items() if key in there}}
        if merged != body["points"]:
            if agreement.revision != revision:
                raise Refused(stale())
            body["points"] = merged
            seal_text(agreement, "body", wording.write(body), pairing.peer.data_key)
            agreement.revision += 1
            agreement.save(update_fields=["body", "revision"])
            record(by=by, verb="sessions.settle_points", what=agreement, now=now, version=agreement.version)
        left = len(unsettled(rows, points_that_count(rows, merged, before)))
    return Settled(agreement=agreement, done=len(there) - left, total=len(there))
