"""Boundary sheets and agreements: noted, shared, drafted, agreed, replaced, looked at.

Every write holds the pairing's row locked, so that two people or two pages at once come one after the other.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.refusal import Refused
from lib.sealing.models import DataKey, open_text, seal_text
from people.actions.revisions import stale
from sessions import wording
from sessions.actions.pairings import begin
from sessions.items import BY_KEY, Answer
from sessions.models import Agreement, Assent, BoundarySheet, Pairing, Side
from sessions.models.agreements import How
from sessions.states import AGREEMENT_MOVES, DRAFT, ENDED, IN_FORCE
from sessions.wording import Answers, Body, Said, Talk

FURTHEST_REVIEW = timedelta(days=366)


def key_of(pairing: Pairing, side: str) -> DataKey:
    """The key a side's sheet is sealed with: each side's own."""
    return pairing.supporter.data_key if side == Side.SUPPORTER else pairing.peer.data_key


def _open_pairing(**which: UUID) -> Pairing:
    """The pairing, locked, with both keys. Raises Refused when it has ended."""
    related = Pairing.objects.select_related("peer__data_key", "supporter__data_key")
    pairing = related.select_for_update(of=("self",)).get(**which)
    if pairing.state == ENDED:
        raise Refused(_("This pairing has ended. Nothing can be added to it."))
    return pairing


# Sheets ------------------------------------------------------------------------------------------------------


def save_sheet(
    *, pairing_id: UUID, side: str, revision: int, said: Mapping[str, Said], by: Actor, now: datetime
) -> BoundarySheet:
    """Keep what one side answered; items that `said` does not name stay as they are.

    `revision` is that of the sheet the page was made from, 0 for none yet. The same answers again change nothing.
    Raises Refused when somebody else was quicker, or when the sheet was shared meanwhile.
    """
    with transaction.atomic():
        pairing = _open_pairing(pk=pairing_id)
        key = key_of(pairing, side)
        sheet = _sheet(pairing, side, now)
        before = wording.read_answers(open_text(sheet, "answers", key))
        after = _merged(before, said)
        if after == before and revision <= sheet.revision:
            return sheet
        if sheet.shared_at is not None:
            raise Refused(_("This sheet is finished. What it says stays as it is."))
        if sheet.revision != revision:
            raise Refused(stale())
        _keep(sheet, after, key)
        _note_below_floor(sheet, before, after, by=by, now=now)
        record(
            by=by,
            verb="sessions.save_sheet",
            what=sheet,
            now=now,
            side=side,
            answered=wording.answered(after),
        )
    return sheet


def _sheet(pairing: Pairing, side: str, now: datetime) -> BoundarySheet:
    """The side's sheet, or a new one that is not stored yet."""
    found = BoundarySheet.objects.filter(pairing=pairing, side=Side(side)).first()
    return found or BoundarySheet(
        organisation_id=pairing.organisation_id, pairing=pairing, side=Side(side), started_at=now
    )


def _keep(sheet: BoundarySheet, answers: Answers, key: DataKey) -> None:
    seal_text(sheet, "answers", wording.write(answers), key)
    sheet.revision += 1
    sheet.save()


def _merged(before: Answers, said: Mapping[str, Said]) -> Answers:
    both = {**before, **{key: said[key] for key in said if key in BY_KEY}}
    return {key: entry for key, entry in both.items() if entry["answer"] or entry["note"]}


def _note_below_floor(
    sheet: BoundarySheet, before: Answers, after: Answers, *, by: Actor, now: datetime
) -> None:
    """Leave a mark, with item numbers only, when a supporter's answer goes below the floor.

    Only a supporter's: their supervisor supports them with it. What a peer wishes is talked about between the two.
    """
    if sheet.side != Side.SUPPORTER:
        return
    newly = sorted(set(_below_floor(after)) - set(_below_floor(before)))
    if newly:
        record(by=by, verb="sessions.against_floor", what=sheet, now=now, items=newly)


def _below_floor(answers: Answers) -> list[int]:
    """The numbers of the items whose answer is below the floor."""
    given = [(BY_KEY[key], said["answer"]) for key, said in answers.items() if said["answer"]]
    return [item.number for item, answer in given if item.is_below_floor(Answer(answer))]


def share_sheet(*, pairing_id: UUID, side: str, revision: int, by: Actor, now: datetime) -> BoundarySheet:
    """Finish a sheet and lay it beside the other one; from now on the database refuses to change it.

    A sheet without any answer can be shared too: everything may be left open. Sharing twice does nothing.
    Raises Refused when the sheet was changed since the page was opened.
    """
    with transaction.atomic():
        pairing = _open_pairing(pk=pairing_id)
        sheet = _sheet(pairing, side, now)
        if sheet.shared_at is not None:
            return sheet
        if sheet.revision != revision:
            raise Refused(_("This sheet has changed since you opened the page. Please look at it again."))
        sheet.shared_at = now
        sheet.save()
        record(by=by, verb="sessions.share_sheet", what=sheet, now=now, side=side)
    return sheet


# Agreements --------------------------------------------------------------------------------------------------


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
        pairing = _open_pairing(pk=pairing_id)
        refuse_review_date(review_on, now)
        agreement = _draft(pairing, by=by, now=now)
        key = pairing.peer.data_key
        before = open_text(agreement, "body", key)
        body: Body = {**wording.read_body(before), **talk}
        plan = {"sessions_agreed": sessions_agreed, "minutes": minutes, "review_on": review_on}
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
    newest = Agreement.objects.filter(pairing=pairing).aggregate(newest=Max("version"))["newest"] or 0
    return Agreement(
        organisation_id=pairing.organisation_id,
        pairing=pairing,
        version=newest + 1,
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
    The same yes again changes nothing. Raises Refused while something is missing or when the draft has changed.
    """
    with transaction.atomic():
        pairing = _open_pairing(agreements=agreement_id)
        live = {row.pk: row for row in Agreement.objects.filter(pairing=pairing, state__in=[DRAFT, IN_FORCE])}
        agreement = live.pop(agreement_id, None)
        if agreement is None or agreement.revision != revision:
            raise Refused(_("What you plan has changed since you opened this page. Please read it again."))
        if agreement.state == IN_FORCE:
            return agreement
        body = _readable(agreement, pairing, now)
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
    shared = BoundarySheet.objects.filter(pairing=pairing, shared_at__isnull=False)
    sheets = {
        sheet.side: wording.read_answers(open_text(sheet, "answers", key_of(pairing, sheet.side)))
        for sheet in shared
    }
    if set(sheets) != set(Side.values):
        raise Refused(_("Please finish both boundary sheets first."))
    return wording.frozen(body, sheets[Side.SUPPORTER], sheets[Side.PEER])


def replace(*, agreement: Agreement, now: datetime) -> None:
    """Let a newer version take an agreement's place. Part of agreeing, which records it."""
    move(AGREEMENT_MOVES, "replace", agreement)
    agreement.left_at = now
    agreement.save(update_fields=["state", "left_at"])


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


# Looking -----------------------------------------------------------------------------------------------------


def look(*, rows: Sequence[Model], by: Actor, now: datetime) -> None:
    """Leave a mark that somebody read these sheets or agreements, in the transaction in which they did."""
    with transaction.atomic():
        for row in rows:
            record(by=by, verb="sessions.look", what=row, now=now)
