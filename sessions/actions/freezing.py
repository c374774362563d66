"""Writing all that was read and answered into a draft, so that both say yes to the same text. Part of `agreeing`."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from lib.refusal import Refused
from lib.sealing.models import open_text, seal_text
from sessions import wording
from sessions.differences import points_that_count, unsettled
from sessions.item_sets import ItemSet
from sessions.models import Agreement, Pairing, Side
from sessions.queries.compared import abouts, shared_answers
from sessions.queries.extensions import needs_extension
from sessions.queries.item_lists import items_in_force
from sessions.queries.sheets import body_of
from sessions.queries.told import told_of
from sessions.states import IN_FORCE
from sessions.wording import Body


def freeze(agreement: Agreement, pairing: Pairing, live: Iterable[Agreement], now: datetime) -> None:
    """Write the whole text into the draft, unsaved. Raises Refused with what is missing. `live`: what is in force."""
    asked = items_in_force(agreement.organisation_id)
    in_force = next((row for row in live if row.state == IN_FORCE), None)
    body = _readable(agreement, pairing, asked, now)
    _settle(body, body_of(pairing, in_force) if in_force else None)
    names_more = in_force is None or agreement.sessions_agreed > in_force.sessions_agreed
    if names_more and needs_extension(agreement):
        raise Refused(_("This is more than you agreed on before. Ask your supervisor first, both of you."))
    who = told_of(pairing)
    body["told"], body["trusts_somebody"] = who.words(), who.trusts_somebody
    seal_text(agreement, "body", wording.write(body), pairing.peer.data_key)
    agreement.item_list = asked.version
    agreement.proposed_at = now


def _readable(agreement: Agreement, pairing: Pairing, asked: ItemSet, now: datetime) -> Body:
    """The whole text, once nothing is missing. Raises Refused with what is."""
    body = wording.read_body(open_text(agreement, "body", pairing.peer.data_key))
    if not body["exceptions_read"]:
        raise Refused(_("Please read both exceptions to confidentiality together first."))
    if agreement.review_on <= timezone.localdate(now):
        raise Refused(_("The day to look at this again has passed. Please choose a later one first."))
    answers = shared_answers(pairing, agreement.version)
    if answers is None:
        raise Refused(_("Please finish both boundary sheets first."))
    frozen = wording.frozen(body, answers[Side.SUPPORTER], answers[Side.PEER], asked)
    return {**frozen, "about": abouts(answers)}


def _settle(body: Body, before: Body | None) -> None:
    """Keep what was said of each difference there is. Raises Refused while nothing was said of one."""
    body["points"] = points_that_count(body["boundaries"], body["points"], before)
    if unsettled(body["boundaries"], body["points"]):
        raise Refused(_("Please talk about each of your differences first, or choose to leave it open."))
