"""The demo's own list of what a boundary sheet asks, and how agreements live on from session to session."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lib import wall
from lib.ids import new_id
from peersafe.demo import cast
from peersafe.demo.meeting import draft_again
from peersafe.demo.people import Team
from people.access import Member
from sessions.actions import agreeing, agreements, crossings, fit_checks, item_lists
from sessions.item_sets import Entry
from sessions.items import Answer
from sessions.models import Agreement, Fit, Pairing, SaidTo, Side
from sessions.states import IN_FORCE
from sessions.wording import Rhythm

# After how many sessions a pair makes a new version: the first of all has six of them by now.
AGAIN: Mapping[int, tuple[int, ...]] = {0: (2, 4, 6, 8, 10), 12: (4, 9), 36: (6,), 18: (3, 8)}
OFTEN, USUAL = 9, (8,)
ASKED = {0, 3, 12, 26}  # pairs who ask at each session whether it still fits
WAITS, TALKS, WITHDRAWN_BY_PEER, CROSSED, CROSSED_QUIETLY = 12, 48, 26, 3, 0
BEGINNINGS = timedelta(minutes=5)  # into a session


def entry(key: str, *, floor: str = "", because: str = "", words: str = "", peer: str = "") -> Entry:
    """One line of the list."""
    return {
        "key": key,
        "asked": True,
        "theme": "social" if words else "",
        "title": words,
        "supporter": words,
        "peer": peer,
        "floor": floor,
        "because": because,
    }


def publish_list(team: Team, now: datetime) -> None:
    """Two rules with their reasons and one question of their own, before anybody is introduced."""
    by = Member.of(team.coordinators[0])
    with wall.inside(team.organisation.pk):
        row = item_lists.begin_items(once=new_id(), by=by, now=now)
        for key, because in cast.RULES.items():
            ruled = entry(key, floor=Answer.NEVER.value, because=because)
            row = item_lists.edit_item(
                item_list_id=row.pk, revision=row.revision, entry=ruled, by=by, now=now
            )
        lift = entry("", words="You give them a lift in your car.", peer="Your supporter gives you a lift.")
        lift["title"] = "A lift in the supporter’s car"
        row = item_lists.add_item(once=new_id(), item_list_id=row.pk, entry=lift, by=by, now=now)
        item_lists.publish_items(item_list_id=row.pk, revision=row.revision, by=by, now=now)


def draft_next_list(team: Team, now: datetime) -> None:
    """A coordinator thinks about one more rule, and has not published it."""
    by = Member.of(team.coordinators[0])
    with wall.inside(team.organisation.pk):
        row = item_lists.begin_items(once=new_id(), by=by, now=now)
        ruled = entry(
            "alcohol", floor=Answer.NEVER.value, because="Many who come here have stopped drinking."
        )
        item_lists.edit_item(item_list_id=row.pk, revision=row.revision, entry=ruled, by=by, now=now)


def places_to_look_again(number: int) -> tuple[int, ...]:
    """After how many sessions the pair with this number looks at its agreement again."""
    return AGAIN.get(number, () if number % OFTEN else USUAL)


def ask(pairing: Pairing, number: int, place: int, *, by: Member, now: datetime, dice: random.Random) -> None:
    """At the beginning of a session: does it still fit? Mostly; sometimes not today; and once before a new version."""
    if number not in ASKED:
        return
    fit, words = Fit.SAME, ""
    if place % 5 == 3:
        fit, words = Fit.TODAY_ONLY, dice.choice(cast.TODAY)
    if place + 1 in places_to_look_again(number):
        fit, words = Fit.CHANGED, "We know each other better by now."
    fit_checks.note_fit(
        once=new_id(),
        pairing_id=pairing.pk,
        side=Side.PEER,
        fit=fit,
        words=words,
        by=by,
        now=now + BEGINNINGS,
    )


def lie_before_both(
    pairing: Pairing, number: int, *, rhythm: Rhythm, by: Member, now: datetime, dice: random.Random
) -> None:
    """A new version lies before two of the pairs: one has not answered yet, one would like to talk about it."""
    if number not in (WAITS, TALKS):
        return
    then = now - timedelta(days=3)
    written = draft_again(pairing, rhythm=rhythm, by=by, now=then, dice=dice)
    laid = agreeing.propose(agreement_id=written.pk, revision=written.revision, by=by, now=then)
    if number == TALKS:
        said: dict[str, Any] = {
            "side": Side.PEER,
            "said": SaidTo.TALK,
            "words": "I am not sure about the lift.",
        }
        agreeing.answer(once=new_id(), agreement_id=laid.pk, by=by, now=now - timedelta(days=1), **said)


def go_on(pairing: Pairing, number: int, *, by: Member, now: datetime) -> None:
    """A boundary that was crossed, noted for a supervisor or for oneself; an agreement that no longer holds."""
    if number in (CROSSED, CROSSED_QUIETLY):
        crossings.note_crossing(
            once=new_id(),
            pairing_id=pairing.pk,
            side=Side.SUPPORTER,
            item_key="hug_given",
            words="I gave a hug without asking first. We both noticed.",
            to_other=False,
            to_supervisor=number == CROSSED,
            by=by,
            now=now,
        )
    if number == WITHDRAWN_BY_PEER:
        held = Agreement.objects.get(pairing=pairing, state=IN_FORCE)
        agreements.withdraw(agreement_id=held.pk, state=IN_FORCE, sides=[Side.PEER], by=by, now=now)
