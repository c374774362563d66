"""Agreements: drafted, replaced, withdrawn, looked at. How both say yes stands in `agreeing`.

Every write holds the pairing's row locked, so that two people or two pages at once come one after the other.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Actor, event, record
from lib.moves import move
from lib.refusal import Refused
from lib.sealing.models import open_text, seal_text
from lib.together import store
from people.access import LinkHolder
from people.actions.revisions import stale
from sessions import wording
from sessions.actions import agreement_news
from sessions.actions.pairings import open_pairing
from sessions.models import Agreement, AgreementAnswer, How, Pairing, SaidTo, Side
from sessions.queries.sheets import number_to_make
from sessions.states import AGREEMENT_MOVES, BEING_MADE, IN_FORCE, PROPOSED, WITHDRAWN
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
        if agreement.state == PROPOSED:
            raise Refused(_("This version lies before you both. Put it aside first, then you can change it."))
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
    """The version being made, or a new one that is not stored yet."""
    found = Agreement.objects.filter(pairing=pairing, state__in=BEING_MADE).first()
    if found is not None:
        return found
    return Agreement(
        organisation_id=pairing.organisation_id,
        pairing=pairing,
        version=number_to_make(pairing),
        drafted_at=now,
        drafted_by=by.actor,
    )


def refuse_review_date(review_on: date, now: datetime, field: str = "review_on") -> None:
    """Raises Refused, beside `field`, unless the day lies ahead, and not further than a year."""
    today = timezone.localdate(now)
    if review_on <= today:
        raise Refused(_("Please choose a day that is still to come."), field=field)
    if review_on > today + FURTHEST_REVIEW:
        raise Refused(_("Please choose a day within the next year."), field=field)


def replace(*, agreement: Agreement, now: datetime) -> None:
    """Let a newer version take an agreement's place. Part of agreeing, which records it."""
    move(AGREEMENT_MOVES, "replace", agreement)
    agreement.left_at = now
    agreement.save(update_fields=["state", "left_at"])


def withdraw(
    *, agreement_id: UUID, state: str, sides: Collection[str] = (), by: Actor, now: datetime
) -> Agreement:
    """Note that one side no longer agrees, or both; or put a version aside that is not agreed yet. Nobody says why.

    Nothing is booked any more until a new version is in force; what is booked stays until somebody calls it off.
    `state` is the one the page was made from. Withdrawing twice does nothing. Raises Refused when it moved on, and
    where nobody is named who no longer agrees to what is in force.
    """
    with transaction.atomic():
        pairing = open_pairing(agreements=agreement_id)
        agreement = Agreement.objects.get(pk=agreement_id)
        agreement.pairing = pairing
        if agreement.state == WITHDRAWN:
            return agreement
        if agreement.state != state:
            raise Refused(_("This has changed since you opened the page. Please look at it again."))
        if state == IN_FORCE and not sides:
            raise Refused(_("Please choose who no longer agrees."), field="sides")
        move(AGREEMENT_MOVES, "withdraw", agreement)
        agreement.left_at = now
        agreement.save(update_fields=["state", "left_at"])
        if state == IN_FORCE:
            rows = [given(agreement, side, SaidTo.NO_LONGER, by=by, now=now) for side in sides]
            AgreementAnswer.objects.bulk_create(rows)
        agreement_news.withdrawn(agreement, by=by, now=now)
        record(by=by, verb="sessions.withdraw", what=agreement, now=now, version=agreement.version)
    return agreement


def given(
    agreement: Agreement, side: str, said: str, *, how: str = "", by: Actor, now: datetime
) -> AgreementAnswer:
    """What one side says to a version, not stored yet; part of the action that records it.

    Without `how`: the peer by their own page, the supporter signed in, who notes what the peer says beside them.
    """
    by_link = isinstance(by, LinkHolder)
    usual = How.OWN_PAGE if by_link else How.SIGNED_IN if side == Side.SUPPORTER else How.IN_PERSON
    return AgreementAnswer(
        organisation_id=agreement.organisation_id,
        agreement=agreement,
        side=Side(side),
        said=SaidTo(said),
        how=How(how or usual),
        at=now,
        noted_by=by.actor,
    )


def look(*, rows: Sequence[Model], by: Actor, now: datetime) -> None:
    """Leave a mark that somebody read these sheets or agreements, in the transaction in which they did."""
    if rows:
        with transaction.atomic():
            store(*(event(by=by, verb="sessions.look", what=row, now=now) for row in rows))
