"""The story of an agreement: what changed, who said what and when, how it stood on a day; for both readers."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib.ids import new_id
from lib.sealing.models import seal_text
from people.models import Organisation
from sessions.actions import agreeing, agreements
from sessions.models import Agreement, FitCheck
from sessions.queries.histories import Chapter, story
from sessions.queries.sheets import pairings_with_keys
from sessions.wording import Said
from tests import factories
from tests.sessions import met

NEVER, MAYBE, ALWAYS, OPEN = (Said(answer=value, note="") for value in ("never", "maybe", "always", ""))
BEGAN = met.START  # 5 January 2026, 9:00 UTC
MONTH = timedelta(days=30)
MOST = 8  # statements, of which one leaves the mark that somebody read it


def told(two: met.Two) -> list[Chapter]:
    """The story as the supporter reads it."""
    from sessions.policies import logs_visible_to

    by = factories.member(two.supporter)
    pairing = pairings_with_keys(by).get(pk=two.pairing.pk)
    return list(story(pairing, logs=logs_visible_to(by), url_of=str).chapters)


def lines(chapter: Chapter) -> dict[str, list[str]]:
    """What changed, by title."""
    return {change.title: list(change.lines) for change in chapter.changes}


def words(chapter: Chapter) -> list[str]:
    """What happened, in order."""
    return [moment.words for moment in chapter.moments]


def asked(client: Client, url: str) -> int:
    """How many statements a page takes."""
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len([query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"]])


def versions(two: met.Two, count: int) -> Agreement:
    """So many versions, each agreed a month after the one before; two people who live and learn."""
    made = met.agreed(two, now=BEGAN)
    for number in range(2, count + 1):
        now = BEGAN + MONTH * (number - 1)
        changed = {"hug_given": MAYBE if number % 2 else NEVER, "struggles": ALWAYS if number % 2 else MAYBE}
        draft = met.ready_again(two, number, supporter=changed, peer=changed, now=now)
        made = met.yes(two, draft, now=now)
    return made


def checked(two: met.Two, fit: str, said: str = "", *, side: str = "peer", now: datetime) -> FitCheck:
    """Somebody was asked whether it still fits."""
    row = FitCheck(
        organisation=two.organisation,
        pairing=two.pairing,
        side=side,
        fit=fit,
        holds_on=now.date() if fit == "today_only" else None,
        noted_at=now,
        noted_by="operator",
    )
    seal_text(row, "words", said, two.peer.data_key)
    row.save(force_insert=True)
    return row


@pytest.fixture
def two(ash: Organisation) -> met.Two:
    """Two who were introduced."""
    return met.introduced(ash)


# What it tells ---------------------------------------------------------------------------------------------------


def test_a_first_agreement_is_told_in_short(two: met.Two) -> None:
    met.agreed(two)
    (only,) = told(two)
    assert (only.number, only.is_in_force, only.since_version, only.changes) == (1, True, 0, [])
    assert only.when == "It has held since 5 January 2026."
    assert only.summary[0].startswith("Sessions: 6, of 50 minutes, once a week.")
    assert "Never: " in only.summary[1]
    assert sorted(words(only)[:2]) == [
        "Sam agreed, in person, noted by the supporter.",
        "Supporter agreed, here, signed in.",
    ]
    assert words(only)[2] == "You had both said yes: it held from then on."


def test_what_changed_is_told_from_version_to_version(two: met.Two) -> None:
    versions(two, 3)
    first, second, third = told(two)
    assert [one.state.words for one in (first, second, third)] == [
        "Replaced by a newer one",
        "Replaced by a newer one",
        "In force",
    ]
    assert first.when == "It held from 5 January 2026 to 4 February 2026."
    assert words(first)[-1] == "A newer version took its place."
    assert lines(second) == {
        "A hug from the supporter": [
            "Supporter said: Maybe, and now: Never.",
            "Supporter takes this back: If you ask me",
        ],
        "The supporter’s own struggles": STRUGGLES,
        "When you look at it again": ["Until then: 2 March 2026. From then on: 1 April 2026."],
    }
    assert lines(third)["A hug from the supporter"][0] == "Until then: Never. From then on: Maybe."


def test_the_same_again_says_that_nothing_changed(two: met.Two) -> None:
    met.agreed(two)
    met.yes(two, met.ready_again(two))
    assert told(two)[1].changes == []
    page = factories.signed_in(two.supporter).get(two.url("history")).content.decode()
    assert "Nothing: all of it stayed as it was." in page


def test_who_said_what_and_how_is_told_in_its_order(two: met.Two) -> None:
    draft = met.ready(two)
    by = factories.member(two.supporter)
    laid = agreeing.propose(
        agreement_id=draft.pk, revision=draft.revision, by=by, now=BEGAN + timedelta(days=1)
    )

    def said(side: str, what: str, days: int, note: str = "", how: str = "") -> None:
        agreeing.answer(
            once=new_id(),
            agreement_id=laid.pk,
            side=side,
            said=what,
            how=how,
            words=note,
            by=by,
            now=BEGAN + timedelta(days=days),
        )

    said("supporter", "agrees", 2)
    said("peer", "talk", 3, "About Fridays 🌱 שלום")
    said("peer", "agrees", 4, how="paper")
    agreements.withdraw(
        agreement_id=laid.pk, state="in_force", sides=["peer"], by=by, now=BEGAN + timedelta(days=9)
    )
    (only,) = told(two)
    assert words(only) == [
        "You began to make it.",
        "It was laid before you both. From then on its words stood still.",
        "Supporter agreed, here, signed in.",
        "Sam wanted to talk about it, in person, noted by the supporter.",
        "Sam agreed, on paper, noted by the supporter.",
        "You had both said yes: it held from then on.",
        "Sam no longer agreed, in person, noted by the supporter.",
        "It was withdrawn. From then on it no longer held.",
    ]
    assert [moment.quote for moment in only.moments if moment.quote] == ["About Fridays 🌱 שלום"]
    assert (only.state.words, only.when) == ("Withdrawn", "It held from 9 January 2026 to 14 January 2026.")


def test_what_was_put_aside_and_what_waits(two: met.Two) -> None:
    met.agreed(two)
    by = factories.member(two.supporter)
    draft = met.ready_again(two, peer={"alcohol": MAYBE})
    laid = agreeing.propose(agreement_id=draft.pk, revision=draft.revision, by=by, now=BEGAN + MONTH)
    agreements.withdraw(agreement_id=laid.pk, state="proposed", by=by, now=BEGAN + MONTH)
    met.drafted(two, version=3)
    first, aside, made = told(two)
    assert first.is_in_force
    assert (aside.state.words, aside.when, aside.url) == ("Put aside", "It never held.", "")
    assert (aside.since_version, list(lines(aside))) == (1, ["Drinking alcohol together"])
    assert words(aside)[-1] == "It was put aside before you had both said yes."
    assert (made.state.words, made.since_version, made.changes, made.summary) == ("Being made", 0, [], [])
    assert "TALK" not in str(made)


def test_a_draft_is_not_opened(two: met.Two) -> None:
    met.drafted(two)
    page = factories.signed_in(two.supporter).get(two.url("history")).content.decode()
    assert met.TALK["peer_expects"][:14] not in page
    assert "You are still making it." in page
    assert not Event.objects.filter(verb="sessions.look_history").exists()


def test_fitting_is_told_where_it_belongs(two: met.Two) -> None:
    versions(two, 2)
    for days in (3, 10, 17):
        checked(two, "same", now=BEGAN + timedelta(days=days))
    checked(two, "today_only", "No hug 🌱", now=BEGAN + timedelta(days=20))
    checked(two, "changed", "Hugs are fine", side="supporter", now=BEGAN + timedelta(days=24))
    checked(two, "same", now=BEGAN + MONTH + timedelta(days=2))
    first, second = told(two)
    assert words(first)[-5:] == [
        "You had both said yes: it held from then on.",
        "You were asked 3 times whether it still fits: yes, each time.",
        "Sam noted that something was different, on that day only.",
        "Supporter noted that something should change.",
        "A newer version took its place.",
    ]
    assert [moment.quote for moment in first.moments if moment.quote] == ["Hugs are fine"]
    assert words(second)[-1] == "You were asked whether it still fits: yes."


def test_words_for_one_day_expired_with_it(two: met.Two) -> None:
    met.agreed(two)
    checked(two, "today_only", "No hug today", now=BEGAN + timedelta(days=2))
    client = factories.signed_in(two.supporter)
    for tail in ("", "?on=2026-01-07"):
        page = client.get(two.url("history") + tail).content.decode()
        assert "on that day only" in page
        assert "No hug today" not in page
