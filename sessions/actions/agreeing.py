"""How a draft becomes an agreement: laid before both, answered by each, in force once both have said yes.

From the moment it is laid before both its words stand still (the database refuses to change them), so that each says
yes to the same text, here, by their own page or on paper. Every write holds the pairing's row locked.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, event, record
from lib.moves import move
from lib.once import already_made
from lib.refusal import Refused
from lib.sealing.models import seal_text
from lib.together import store
from sessions.actions import agreement_news
from sessions.actions.agreements import given, replace
from sessions.actions.freezing import freeze
from sessions.actions.pairings import begin, open_pairing
from sessions.models import Agreement, AgreementAnswer, LookAgain, Pairing, SaidTo, Side
from sessions.queries.links import with_own_page
from sessions.queries.told import with_told
from sessions.states import AGREEMENT_MOVES, BEING_MADE, DRAFT, IN_FORCE, PROPOSED


def propose(*, agreement_id: UUID, revision: int, by: Actor, now: datetime) -> Agreement:
    """Lay a draft before both: its words stand still from now on, and each can answer in their own time.

    The same again changes nothing. Raises Refused while something is missing, when the draft has changed, and for more
    sessions than were agreed on before unless a supervisor has said yes to them.
    """
    with transaction.atomic():
        pairing = _open(agreement_id, now)
        agreement = Agreement.objects.get(pk=agreement_id)
        agreement.pairing = pairing
        _refuse_changed(agreement, revision)
        if agreement.state != DRAFT:
            return agreement
        freeze(agreement, pairing, Agreement.objects.filter(pairing=pairing, state=IN_FORCE), now)
        move(AGREEMENT_MOVES, "propose", agreement)
        agreement.save(update_fields=["state", "body", "item_list", "proposed_at"])
        agreement_news.proposed(agreement, by=by, now=now)
        record(by=by, verb="sessions.propose", what=agreement, now=now, version=agreement.version)
    return agreement


def agree(*, agreement_id: UUID, revision: int, by: Actor, now: datetime) -> Agreement:
    """Both say yes, side by side: the draft is in force at once.

    The supporter says yes here, signed in; the peer beside them says yes in person, and the supporter notes it.
    The same yes again changes nothing. Raises Refused like `propose`.
    """
    with transaction.atomic():
        pairing = _open(agreement_id, now)
        live = {
            row.pk: row
            for row in Agreement.objects.filter(pairing=pairing, state__in=[*BEING_MADE, IN_FORCE])
        }
        agreement = live.pop(agreement_id, None)
        if agreement is None:
            raise Refused(_("What you plan has changed since you opened this page. Please read it again."))
        agreement.pairing = pairing
        _refuse_changed(agreement, revision)
        if agreement.state == IN_FORCE:
            return agreement
        said = set()
        if agreement.state == DRAFT:
            freeze(agreement, pairing, live.values(), now)
        else:
            said = _who_agrees(agreement)
        missing = [side for side in Side if side not in said]
        rows = [given(agreement, side, SaidTo.AGREES, by=by, now=now) for side in missing]
        _put_in_force(agreement, pairing, list(live.values()), rows, by=by, now=now)
    return agreement


def answer(
    *,
    once: UUID,
    agreement_id: UUID,
    side: str,
    said: str,
    how: str = "",
    words: str = "",
    by: Actor,
    now: datetime,
) -> AgreementAnswer:
    """One side answers what lies before both: "I agree", or "I want to talk about this", with a few words.

    The second yes puts it in force. The same form again, and the same yes again, change nothing. Who wants to talk
    about what holds already starts looking at it again. Raises Refused for a version that was put aside or replaced
    meanwhile, and ValueError for "I no longer agree": who says that withdraws.
    """
    if said not in (SaidTo.AGREES, SaidTo.TALK):
        raise ValueError(said)
    with transaction.atomic():
        earlier = already_made(AgreementAnswer.objects.filter(agreement_id=agreement_id), once)
        if earlier is not None:
            return earlier
        pairing = _open(agreement_id, now)
        agreement = Agreement.objects.get(pk=agreement_id)
        agreement.pairing = pairing
        if said == SaidTo.AGREES:
            yes = AgreementAnswer.objects.filter(agreement=agreement, side=side, said=said).first()
            if yes is not None and agreement.state in (PROPOSED, IN_FORCE):
                return yes
        _refuse_gone(agreement, said)
        row = given(agreement, side, said, how=how, by=by, now=now)
        row.pk = once
        seal_text(row, "words", words, pairing.peer.data_key)
        row.save(force_insert=True)
        if agreement.state == IN_FORCE:
            _look_again(agreement, now)
        if said == SaidTo.AGREES and _who_agrees(agreement) == set(Side):
            before = list(Agreement.objects.filter(pairing=pairing, state=IN_FORCE))
            _put_in_force(agreement, pairing, before, [], by=by, now=now)
        else:
            agreement_news.answered(agreement, side, said, str(once), by=by, now=now)
        record(by=by, verb="sessions.answer", what=agreement, now=now, side=side, said=said)
    return row


def _open(agreement_id: UUID, now: datetime) -> Pairing:
    """The pairing, locked, with who would be told and the peer's own page."""
    return open_pairing(with_own_page(with_told(Pairing.objects.all()), now), agreements=agreement_id)


def _look_again(agreement: Agreement, now: datetime) -> None:
    """Somebody wants to talk about what holds: it holds on, and the two look at it again."""
    if agreement.look_again_at is None:
        agreement.look_again_at, agreement.look_again_because = now, LookAgain.CHANGED
        agreement.save(update_fields=["look_again_at", "look_again_because"])


def _refuse_gone(agreement: Agreement, said: str) -> None:
    """Raises Refused where there is nothing left to answer."""
    if agreement.state == PROPOSED or (agreement.state == IN_FORCE and said == SaidTo.TALK):
        return
    if agreement.state == DRAFT:
        raise Refused(_("This version is not finished yet. There is nothing to answer so far."))
    raise Refused(
        _("This version was put aside or replaced since you opened the page. Please look at the new one.")
    )


def _who_agrees(agreement: Agreement) -> set[Side]:
    rows = AgreementAnswer.objects.filter(agreement=agreement, said=SaidTo.AGREES)
    return {Side(side) for side in rows.values_list("side", flat=True)}


def _refuse_changed(agreement: Agreement, revision: int) -> None:
    if agreement.state not in (*BEING_MADE, IN_FORCE) or agreement.revision != revision:
        raise Refused(_("What you plan has changed since you opened this page. Please read it again."))


def _put_in_force(
    agreement: Agreement,
    pairing: Pairing,
    earlier: list[Agreement],
    answers: list[AgreementAnswer],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Both have said yes: earlier versions are replaced, a new pairing begins; answers not stored yet are stored."""
    for row in earlier:
        replace(agreement=row, now=now)
    move(AGREEMENT_MOVES, "agree", agreement)
    agreement.in_force_at, agreement.look_again_on = now, agreement.review_on
    agreement.save(
        update_fields=["state", "body", "item_list", "proposed_at", "in_force_at", "look_again_on"]
    )
    begin(pairing=pairing, now=now)
    agreement_news.in_force(agreement, earlier, by=by, now=now)
    store(*answers, event(by=by, verb="sessions.agree", what=agreement, now=now, version=agreement.version))
