"""The two looked at their agreement again, and it stays as it is: no new version, and a new day to look at it."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, event
from lib.refusal import Refused
from lib.together import store
from sessions.actions import agreement_news
from sessions.actions.agreements import refuse_review_date
from sessions.actions.pairings import open_pairing
from sessions.models import Agreement, AgreementKept, Pairing
from sessions.queries.item_lists import items_in_force
from sessions.queries.keeping import ruled_out, seen
from sessions.queries.links import with_own_page
from sessions.states import IN_FORCE, PROPOSED


def keep_agreement(
    *, once: UUID, agreement_id: UUID, look_again_on: date, seen_then: str, by: Actor, now: datetime
) -> AgreementKept:
    """Note that both looked at what holds, that it stays as it is, and when they look at it next.

    What asked for a look has been answered by this. `seen_then` is what the page showed (queries.keeping.seen): who has
    not seen that something asks for a look has not answered it. The same form again changes nothing. Raises Refused
    where it no longer holds, while another version lies before both, where the organisation's list rules out what it
    says, on a stale page, and for a bad day.
    """
    with transaction.atomic():
        pairing = open_pairing(with_own_page(Pairing.objects.all(), now), agreements=agreement_id)
        earlier = AgreementKept.objects.filter(pk=once).first()  # two equal forms wait for each other above
        if earlier is not None:
            return _same(earlier, agreement_id)
        agreement = _in_force(pairing, agreement_id)
        if seen(agreement) != seen_then:
            raise Refused(_stale())
        if ruled_out(agreement, items_in_force(agreement.organisation_id)):
            raise Refused(_("Your organisation has drawn a firmer line since. Please make a new version."))
        refuse_review_date(look_again_on, now, field="look_again_on")
        row = AgreementKept(
            id=once,
            organisation_id=agreement.organisation_id,
            agreement=agreement,
            look_again_on=look_again_on,
            asked_at=agreement.look_again_at,
            asked_because=agreement.look_again_because,
            kept_at=now,
            noted_by=by.actor,
        )
        _note(agreement, row)
        agreement_news.kept(agreement, row.pk, by=by, now=now)
        store(
            row,
            event(by=by, verb="sessions.keep_agreement", what=agreement, now=now, version=agreement.version),
        )
    return row


def _same(earlier: AgreementKept, agreement_id: UUID) -> AgreementKept:
    if earlier.agreement_id != agreement_id:
        raise Refused(_("This form was sent already. Please open the page again."))
    return earlier


def _in_force(pairing: Pairing, agreement_id: UUID) -> Agreement:
    """What holds, while nothing else lies before both."""
    versions = {
        row.pk: row for row in Agreement.objects.filter(pairing=pairing, state__in=[PROPOSED, IN_FORCE])
    }
    agreement = versions.pop(agreement_id, None)
    if agreement is None or agreement.state != IN_FORCE:
        raise Refused(
            _("This agreement was withdrawn or replaced since you opened the page. Nothing was noted.")
        )
    if versions:
        raise Refused(_("A newer version lies before you both. Answer it, or put it aside first."))
    agreement.pairing = pairing
    return agreement


def _note(agreement: Agreement, row: AgreementKept) -> None:
    """Set the next day. A look that somebody asks for at this very moment, without the pairing, is not overlooked."""
    same = Agreement.objects.filter(pk=agreement.pk, look_again_at=agreement.look_again_at)
    if agreement.look_again_at is None:
        same = Agreement.objects.filter(pk=agreement.pk, look_again_at__isnull=True)
    changes = {
        "look_again_on": row.look_again_on,
        "kept_at": row.kept_at,
        "look_again_at": None,
        "look_again_because": "",
    }
    if not same.update(**changes):
        raise Refused(_stale())
    for name, value in changes.items():
        setattr(agreement, name, value)


def _stale() -> str:
    return _("Something changed since you opened the page. Please read it here, and look at it together.")
