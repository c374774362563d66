"""Agreements: drafted, agreed, replaced, withdrawn, looked at.

Every write holds the pairing's row locked, so that two people or two pages at once come one after the other.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.refusal import Refused
from lib.sealing.models import open_text, seal_text
from people.actions.revisions import stale
from sessions import wording
from sessions.actions.pairings import begin, open_pairing
from sessions.models import Agreement, Assent, BoundarySheet, Pairing, Side
from sessions.models.agreements import How
from sessions.queries.extensions import needs_extension
from sessions.queries.sheets import answers_of, number_to_make
from sessions.states import AGREEMENT_MOVES, DRAFT, IN_FORCE, WITHDRAWN
from sessions.wording import Body, Talk

FURTHEST_REVIEW = timedelta(days=366)


def draft(
    *,
    pairing_id: UUID,
    version: int,
    revision: int,
    talk: Talk,
    sessions_agreed: int,
    minutes: int,
    review_on: date,
    by: Actor,
    now: datetime,
) -> Agreement:
    """Note what the two expect, fear and plan: the draft of their next agreement.

    `version` and `revision` are those the page was made from; revision 0 stands for a draft that is not stored yet.
    The same words again change nothing. Raises Refused when somebody else was quicker, or for a bad review date.
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        refuse_review_date(review_on, now)
        agreement = _draft(pairing, by=by, now=now)
        key = pairing.peer.data_key
        before = open_text(agreement, "body", key)
        body: Body = {**wording.read_body(before), **talk}
        plan = {
            "sessions_agreed": sessions_agreed,
            "minutes": minutes,
            "rhythm": talk["rhythm"],  # outside the sealed text too: booking keeps to it
            "review_on": review_on,
        }
        same_plan = all(getattr(agreement, name) == value for name, value in plan.items())
        if before and same_plan and wording.read_body(before) == body and version == agreement.version:
            return agreement
        if (agreement.version, agreement.revision) != (version, revision):
            raise Refused(stale())
        for name, value in plan.items():
            setattr(agreement, name, value)
        seal_text(agreement, "body", wording.write(body), key)
        agreement.revision += 1
        agreement.save()
        record(by=by, verb="sessions.draft", what=agreement, now=now, version=agreement.version)
    return agreement


def _draft(pairing: Pairing, *, by: Actor, now: datetime) -> Agreement:
    """The pairing's draft, or a new one that is not stored yet."""
    found = Agreement.objects.filter(pairing=pairing, state=DRAFT).first()
    if found is not None:
        return found
    return Agreement(
        organisation_id=pairing.organisation_id,
        pairing=pairing,
        version=number_to_make(pairing),
        drafted_at=now,
        drafted_by=by.actor,
    )


def refuse_review_date(review_on: date, now: datetime) -> None:
    """Raises Refused unless the day lies ahead, and not further than a year."""
    today = timezone.localdate(now)
    if review_on <= today:
        raise Refused(_("Please choose a day that is still to come."), field="review_on")
    if review_on > today + FURTHEST_REVIEW:
        raise Refused(_("Please choose a day within the next year."), field="review_on")


def agree(*, agreement_id: UUID, revision: int, by: Actor, now: datetime) -> Agreement:
    """Both say yes: the draft is frozen and in force, an earlier version is replaced, a new pairing begins.

    The supporter says yes here, signed in; the peer beside them says yes in person, and the supporter notes it.
    The same yes again changes nothing. Raises Refused while something is missing, when the draft has changed, and for
    more sessions than were agreed on before unless a supervisor has said yes to them.
    """
    with transaction.atomic():
        pairing = open_pairing(agreements=agreement_id)
        live = {row.pk: row for row in Agreement.objects.filter(pairing=pairing, state__in=[DRAFT, IN_FORCE])}
        agreement = live.pop(agreement_id, None)
        if agreement is None or agreement.revision != revision:
            raise Refused(_("What you plan has changed since you opened this page. Please read it again."))
        if agreement.state == IN_FORCE:
            return agreement
        body = _readable(agreement, pairing, now)
        if needs_extension(agreement):
            raise Refused(
                _("This is more than you agreed on before. Ask your supervisor first, both of you.")
            )
        for earlier in live.values():
            replace(agreement=earlier, now=now)
        _put_in_force(agreement, body, pairing, by=by, now=now)
        begin(pairing=pairing, now=now)
        record(by=by, verb="sessions.agree", what=agreement, now=now, version=agreement.version)
    return agreement


def _readable(agreement: Agreement, pairing: Pairing, now: datetime) -> Body:
    """The whole text, once nothing is missing. Raises Refused with what is."""
    body = wording.read_body(open_text(agreement, "body", pairing.peer.data_key))
    if not body["exceptions_read"]:
        raise Refused(_("Please read both exceptions to confidentiality together first."))
    if agreement.review_on <= timezone.localdate(now):
        raise Refused(_("The day to look at this again has passed. Please choose a later one first."))
    shared = BoundarySheet.objects.filter(pairing=pairing, version=agreement.version, shared_at__isnull=False)
    sheets = {sheet.side: answers_of(pairing, sheet) for sheet in shared}
    if set(sheets) != set(Side.values):
        raise Refused(_("Please finish both boundary sheets first."))
    return wording.frozen(body, sheets[Side.SUPPORTER], sheets[Side.PEER])


def replace(*, agreement: Agreement, now: datetime) -> None:
    """Let a newer version take an agreement's place. Part of agreeing, which records it."""
    move(AGREEMENT_MOVES, "replace", agreement)
    agreement.left_at = now
    agreement.save(update_fields=["state", "left_at"])


def withdraw(*, agreement_id: UUID, state: str, by: Actor, now: datetime) -> Agreement:
    """Note that one side no longer agrees, or put a draft aside; nobody has to say who, or why.

    Nothing is booked any more until a new version is in force; what is booked stays until somebody calls it off.
    `state` is the one the page was made from. Withdrawing twice does nothing. Raises Refused when it moved on.
    """
    with transaction.atomic():
        agreement = Agreement.objects.get(pk=agreement_id, pairing=open_pairing(agreements=agreement_id))
        if agreement.state == WITHDRAWN:
            return agreement
        if agreement.state != state:
            raise Refused(_("This has changed since you opened the page. Please look at it again."))
        move(AGREEMENT_MOVES, "withdraw", agreement)
        agreement.left_at = now
        agreement.save(update_fields=["state", "left_at"])
        record(by=by, verb="sessions.withdraw", what=agreement, now=now, version=agreement.version)
    return agreement


def _put_in_force(agreement: Agreement, body: Body, pairing: Pairing, *, by: Actor, now: datetime) -> None:
    move(AGREEMENT_MOVES, "agree", agreement)
    seal_text(agreement, "body", wording.write(body), pairing.peer.data_key)
    agreement.in_force_at = now
    agreement.save(update_fields=["state", "body", "in_force_at"])
    yes = {
        "organisation_id": agreement.organisation_id,
        "agreement": agreement,
        "at": now,
        "noted_by": by.actor,
    }
    Assent.objects.bulk_create(
        [
            Assent(side=Side.SUPPORTER, how=How.SIGNED_IN, **yes),
            Assent(side=Side.PEER, how=How.IN_PERSON, **yes),
        ]
    )


def look(*, rows: Sequence[Model], by: Actor, now: datetime) -> None:
    """Leave a mark that somebody read these sheets or agreements, in the transaction in which they did."""
    with transaction.atomic():
        for row in rows:
            record(by=by, verb="sessions.look", what=row, now=now)
