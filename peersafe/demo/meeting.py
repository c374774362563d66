"""The demo's first meetings: what two people expect and fear, where their boundaries lie, what they agree."""

import random
from datetime import date, datetime, timedelta

from lib.ids import new_id
from peersafe.demo import cast
from people.access import Member
from sessions.actions import agreeing, agreements, points, sheets
from sessions.differences import Outcome, differs
from sessions.item_sets import ABOUT, OWN
from sessions.items import Answer, Item
from sessions.models import Agreement, Pairing, Side
from sessions.queries.compared import boundaries_of
from sessions.queries.item_lists import items_in_force
from sessions.queries.sheets import number_to_make
from sessions.wording import Point, Rhythm, Said

SESSIONS_AGREED = 24
REVIEW_AFTER = timedelta(weeks=26)
NOTES = ["Depends on the day. Please ask.", "Only outdoors.", "After we know each other better.", ""]


def first_meeting(
    pairing: Pairing, *, rhythm: Rhythm, by: Member, now: datetime, dice: random.Random
) -> None:
    """The whole first meeting, in the order the page leads through it."""
    written = plan(pairing, version=1, rhythm=rhythm, by=by, now=now, dice=dice)
    for side in Side:
        said = {
            item.key: answer(item, side, dice) for item in items_in_force(pairing.organisation_id).asked()
        }
        _answer_sheet(pairing, side, said | _besides(side, dice), version=1, by=by, now=now)
    written = talk_differences_through(written, by=by, now=now, dice=dice)
    agreeing.agree(agreement_id=written.pk, revision=written.revision, by=by, now=now)


def look_again(pairing: Pairing, *, rhythm: Rhythm, by: Member, now: datetime, dice: random.Random) -> None:
    """The two look at their agreement again, and agree to what changed."""
    written = draft_again(pairing, rhythm=rhythm, by=by, now=now, dice=dice)
    agreeing.agree(agreement_id=written.pk, revision=written.revision, by=by, now=now)


def draft_again(
    pairing: Pairing, *, rhythm: Rhythm, by: Member, now: datetime, dice: random.Random
) -> Agreement:
    """A next version, all but agreed: earlier answers are filled in, a few of them change."""
    version, asked = number_to_make(pairing), items_in_force(pairing.organisation_id).asked()
    written = plan(pairing, version=version, rhythm=rhythm, by=by, now=now, dice=dice)
    for side, number in ((Side.SUPPORTER, 1), (Side.PEER, 3)):
        said = {item.key: answer(item, side, dice) for item in dice.sample(asked, number)}
        _answer_sheet(pairing, side, said, version=version, by=by, now=now)
    return talk_differences_through(written, by=by, now=now, dice=dice)


def talk_differences_through(
    written: Agreement, *, by: Member, now: datetime, dice: random.Random
) -> Agreement:
    """The two say of each difference what became of it; most they talk through."""
    pairing = Pairing.objects.select_related("peer__data_key", "supporter__data_key").get(
        pk=written.pairing_id
    )
    rows = boundaries_of(pairing, written.version, items_in_force(written.organisation_id)) or []
    said: dict[str, Point] = {}
    for row in filter(differs, rows):
        outcome = dice.choice([Outcome.TALKED, Outcome.TALKED, Outcome.OPEN])
        said[row["key"]] = {"outcome": outcome.value, "note": ""}
    done = points.settle_points(
        agreement_id=written.pk, revision=written.revision, points=said, by=by, now=now
    )
    return done.agreement


def _besides(side: Side, dice: random.Random) -> dict[str, Said]:
    """What else one side says: how to get in touch, what helps; some peers add a line of their own."""
    said: dict[str, Said] = {}
    for name, *words in cast.ABOUT:
        note = words[side == Side.PEER]
        if note and dice.random() < 0.6:
            said[f"{ABOUT}{name}"] = {"answer": "", "note": note}
    if side == Side.PEER and dice.random() < 0.4:
        text, own = dice.choice(cast.OWN_LINES)
        said[f"{OWN}{new_id().hex}"] = {"answer": own, "note": "", "text": text}
    return said


def _answer_sheet(
    pairing: Pairing, side: Side, said: dict[str, Said], *, version: int, by: Member, now: datetime
) -> None:
    """What one side says, and finished; what `said` does not name stays as it was in the version before."""
    sheet = sheets.save_sheet(
        pairing_id=pairing.pk, side=side, version=version, revision=0, said=said, by=by, now=now
    )
    sheets.share_sheet(
        pairing_id=pairing.pk, side=side, version=version, revision=sheet.revision, by=by, now=now
    )


def plan(
    pairing: Pairing, *, version: int, rhythm: Rhythm, by: Member, now: datetime, dice: random.Random
) -> Agreement:
    """What they hope for, what they fear, how often they meet."""
    peer_hopes, supporter_hopes = dice.choice(cast.HOPES)
    peer_fears, supporter_fears = dice.choice(cast.FEARS)
    return agreements.draft(
        pairing_id=pairing.pk,
        version=version,
        revision=0,
        talk={
            "supporter_expects": supporter_hopes,
            "peer_expects": peer_hopes,
            "supporter_fears": supporter_fears,
            "peer_fears": peer_fears,
            "rhythm": rhythm,
            "exceptions_read": True,
        },
        sessions_agreed=SESSIONS_AGREED,
        minutes=50,
        review_on=_review(now),
        by=by,
        now=now,
    )


def _review(now: datetime) -> date:
    return (now + REVIEW_AFTER).date()


def answer(item: Item, side: Side, dice: random.Random) -> Said:
    """Mostly careful; supporters stay within the floors, as they have learnt to."""
    answer = dice.choice([Answer.NEVER, Answer.NEVER, Answer.MAYBE, Answer.ALWAYS])
    if item.is_below_floor(answer) or (side == Side.SUPPORTER and item.floor is not None):
        answer = item.floor or Answer.NEVER
    if side == Side.SUPPORTER and item.key in cast.RULES:
        answer = Answer.NEVER
    return {"answer": answer.value, "note": dice.choice(NOTES) if answer == Answer.MAYBE else ""}
