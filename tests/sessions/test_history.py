"""The story of an agreement: what changed, who said what and when, how it stood on a day; for both readers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib.ids import new_id
from lib.sealing.models import seal_text
from people.models import Organisation
from sessions.actions import agreeing, agreements
from sessions.models import Agreement, FitCheck, Pairing
from sessions.policies import logs_visible_to
from sessions.queries.changes import Opened, changes_then
from sessions.queries.histories import Chapter, story
from sessions.queries.histories.chapters import points_told
from sessions.queries.sheets import pairings_with_keys
from sessions.wording import Body, Said, blank
from tests import factories
from tests.sessions import aimed, booked, met

NEVER, MAYBE, ALWAYS, OPEN = (Said(answer=value, note="") for value in ("never", "maybe", "always", ""))
BEGAN = met.START  # 5 January 2026, 9:00 UTC
MONTH = timedelta(days=30)
MOST = 8  # statements, of which one leaves the mark that somebody read it


def told(two: met.Two) -> list[Chapter]:
    """The story as the supporter reads it."""
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
        "The supporter talking about their own struggles": [
            "Until then: Always. From then on: Maybe.",
            "Supporter said: Always, and now: Maybe.",
            "Sam said: Left open, and now: Maybe.",
        ],
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


# What changed, matter by matter ------------------------------------------------------------------------------------


def boundary(key: str, **rest: str) -> Any:
    """One matter as it was frozen, nothing said about it but what `rest` names."""
    empty = dict.fromkeys(
        ("supporter", "supporter_note", "peer", "peer_note", "holds", "floor", "floor_note"), ""
    )
    return {"key": key, "title": key.title(), **empty, **rest}


def turned(two: met.Two, before: Body, after: Body) -> dict[str, list[str]]:
    """What is told of two frozen texts."""
    pairing = Pairing.objects.select_related("peer", "supporter__user").get(pk=two.pairing.pk)
    old, new = (Agreement(review_on=BEGAN.date(), rhythm="weekly") for _ in range(2))
    return {
        change.title: list(change.lines)
        for change in changes_then(pairing, Opened(old, before), Opened(new, after))
    }


def test_what_was_asked_for_the_first_time_and_what_is_gone(two: met.Two) -> None:
    before: Body = {
        **blank(),
        "boundaries": [boundary("own-1", peer="never", holds="never"), boundary("left")],
    }
    after: Body = {
        **blank(),
        "boundaries": [boundary("org-2", supporter="maybe", holds="maybe"), boundary("new")],
    }
    assert turned(two, before, after) == {
        "Org-2": [
            "Until then: Not talked about yet. From then on: Maybe.",
            "Supporter said: Left open, and now: Maybe.",
        ],
        "Own-1": ["This is no longer part of it."],
    }


def test_a_rule_that_came_says_why_it_holds_though_nobody_changed_their_mind(two: met.Two) -> None:
    said = {"supporter": "always", "peer": "always"}
    free = boundary("gift", **said, holds="always")
    ruled = boundary("gift", **said, holds="never", floor="never", floor_note="Gifts weigh. 🎁 שלום")
    assert turned(two, {**blank(), "boundaries": [free]}, {**blank(), "boundaries": [ruled]}) == {
        "Gift": [
            "A rule holds here now: Never. Gifts weigh. 🎁 שלום",
            "Until then: Always. From then on: Never.",
        ]
    }
    back = turned(two, {**blank(), "boundaries": [ruled]}, {**blank(), "boundaries": [free]})
    assert back["Gift"][0] == "No rule holds here any more: it is for you two to decide."


def test_other_matters_are_compared_too(two: met.Two) -> None:
    def about(key: str, supporter: str, peer: str) -> Any:
        return {"key": key, "title": key.title(), "supporter": supporter, "peer": peer}

    before: Body = {**blank(), "about": [about("hours", "Until six", ""), about("touch", "", "Ask me")]}
    after: Body = {
        **blank(),
        "about": [about("hours", "Until five", "Not on Fridays"), about("length", "", "An hour")],
    }
    assert turned(two, before, after) == {
        "Hours": ["Supporter adds: Until five", "Sam adds: Not on Fridays"],
        "Length": ["Sam adds: An hour"],
        "Touch": ["Sam takes this back: Ask me"],
    }


def test_what_became_of_differences_is_told_once() -> None:
    def body(**outcomes: str) -> Body:
        points: Any = {key: {"outcome": outcome, "note": ""} for key, outcome in outcomes.items()}
        return {**blank(), "boundaries": [boundary(key) for key in outcomes], "points": points}

    first = body(hug="open", gift="talked")
    assert points_told(first, None) == [
        "You talked through 1 matter you saw differently.",
        "You left open on purpose: Hug.",
    ]
    assert points_told(first, first) == []
    assert points_told(body(hug="talked", gift="talked"), first) == [
        "You talked through 1 matter you saw differently."
    ]


# On a day ----------------------------------------------------------------------------------------------------------


def shown(client: Client, url: str, on: object) -> Any:
    """How it was on a day."""
    answer = client.get(url, {"on": str(on)})
    assert answer.status_code == 200, answer.context["form"].errors
    return answer.context["on"]


def test_how_it_was_on_any_past_day(two: met.Two) -> None:
    versions(two, 2)
    client, url = factories.signed_in(two.supporter), two.url("history")
    assert [row.number for row in shown(client, url, "2026-01-05").held] == [1]
    between = shown(client, url, "2026-01-20")
    assert [(row.number, row.when) for row in between.held] == [
        (1, "It held, since 5 January 2026 at 09:00.")
    ]
    assert len(between.held[0].said) == 2
    turn = shown(client, url, "2026-02-04")
    assert [(row.number, row.when.split(" at")[0].split(",")[0]) for row in turn.held] == [
        (1, "It held from 5 January 2026"),
        (2, "It held"),
    ]
    assert [row.number for row in shown(client, url, "2026-02-05").held] == [2]


def test_on_a_day_only_what_had_been_said_by_then_counts(two: met.Two) -> None:
    draft = met.ready(two)
    by = factories.member(two.supporter)
    laid = agreeing.propose(
        agreement_id=draft.pk, revision=draft.revision, by=by, now=BEGAN + timedelta(days=1)
    )
    for side, days in (("peer", 2), ("supporter", 4)):
        agreeing.answer(
            once=new_id(),
            agreement_id=laid.pk,
            side=side,
            said="agrees",
            by=by,
            now=BEGAN + timedelta(days=days),
        )
    client, url = factories.signed_in(two.supporter), two.url("history")
    early = shown(client, url, "2026-01-05")
    assert (early.held, early.waited) == ([], [])
    then = shown(client, url, "2026-01-08")
    assert then.held == []
    assert [(row.number, [one.words for one in row.said]) for row in then.waited] == [
        (1, ["Sam agreed, in person, noted by the supporter."])
    ]
    later = shown(client, url, "2026-01-09")
    assert (later.waited, len(later.held[0].said)) == ([], 2)
    page = client.get(url, {"on": "2026-01-05"}).content.decode()
    assert "No agreement held on this day." in page


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2025-12-31", "On this day you had not been introduced to each other yet."),
        ("9999-12-31", "This day is still to come."),
        ("0001-01-01", "On this day you had not been introduced to each other yet."),
        ("yesterday 🌱", "Enter a valid date."),
        ("2026-02-30", "Enter a valid date."),
        ("שלום", "Enter a valid date."),
        ("1" * 5000, "Enter a valid date."),
    ],
)
def test_a_day_that_will_not_do_says_so_beside_the_field(two: met.Two, on: str, words: str) -> None:
    met.agreed(two)
    answer = factories.signed_in(two.supporter).get(two.url("history"), {"on": on})
    assert answer.status_code == 422
    assert answer.context["form"].errors["on"] == [words]
    assert on in answer.content.decode()
    assert len(answer.context["story"].chapters) == 1


def test_no_day_and_a_day_of_nothing_show_the_story(two: met.Two) -> None:
    met.agreed(two)
    client = factories.signed_in(two.supporter)
    for query in ({}, {"on": ""}, {"on": "\x00"}, {"other": "x"}):
        answer = client.get(two.url("history"), query)
        assert answer.status_code in (200, 422)
        assert answer.context["on"] is None


def test_days_are_those_of_the_reader(two: met.Two) -> None:
    """Agreed at half past eleven at night in London: in Auckland it was the next day."""
    late = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    met.agreed(two, now=late)
    client, url = factories.signed_in(two.supporter), two.url("history")
    assert [row.number for row in shown(client, url, "2026-05-04").held] == [1]
    two.supporter.user.zone = "Pacific/Auckland"
    two.supporter.user.save()
    assert shown(client, url, "2026-05-04").held == []
    assert [row.number for row in shown(client, url, "2026-05-05").held] == [1]


# The two pages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 6])
def test_the_page_asks_the_same_for_one_and_for_six(two: met.Two, count: int) -> None:
    versions(two, count)
    for days in range(count):
        checked(two, "changed", "More walks", now=BEGAN + timedelta(days=days))
    client = factories.signed_in(two.supporter)
    assert asked(client, two.url("history")) == MOST
    assert asked(client, two.url("history") + "?on=2026-01-20") == MOST
    page = client.get(two.url("history"))
    assert [chapter.number for chapter in page.context["story"].chapters] == list(range(1, count + 1))


def test_that_somebody_read_it_is_noted_once_and_nothing_else_is_written(two: met.Two) -> None:
    versions(two, 2)
    factories.signed_in(two.supporter).get(two.url("history"))
    event = Event.objects.get(verb="sessions.look_history")
    assert (event.actor, event.object_id) == (f"member:{two.supporter.pk}", str(two.peer.pk))
    assert event.detail == {"versions": 2}


def test_who_may_read_it(two: met.Two, elm: Organisation) -> None:
    met.agreed(two)
    others = met.introduced(two.organisation)
    tries = {
        two.coordinator: 403,
        met.supervised(two): 403,
        others.supporter: 404,
        factories.supporter(elm): 404,
        two.supporter: 200,
    }
    for row, status in tries.items():
        assert factories.signed_in(row).get(two.url("history")).status_code == status
    assert factories.signed_in(two.supporter).post(two.url("history")).status_code == 405


def test_an_empty_story_says_so(two: met.Two) -> None:
    page = factories.signed_in(two.supporter).get(two.url("history")).content.decode()
    assert "There is nothing to tell yet" in page


def test_what_was_erased_can_no_longer_be_read(two: met.Two) -> None:
    met.agreed(two)
    key = two.peer.data_key
    key.wrapped, key.dropped_at = b"", BEGAN
    key.save()
    answer = factories.signed_in(two.supporter).get(two.url("history"), {"on": "2026-01-07"})
    assert answer.status_code == 200
    assert "has been erased" in answer.content.decode()
    assert not Event.objects.filter(verb="sessions.look_history").exists()


def test_the_peer_reads_it_on_their_own_page(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    url = aimed.mine(link, "history")
    assert Client().get(url).status_code == 302
    client = aimed.continued(link)
    page = client.get(url).content.decode()
    assert "How your agreement came about" in page
    assert "Version 1" in page
    assert "<title>How" not in page
    assert aimed.events("look_history") == [(f"link:{link.pk}", str(found.peer.pk))]
    assert asked(client, url) <= 10
    assert client.post(url).status_code == 405
    assert client.get(url, {"on": "9999-12-31"}).status_code == 422
    today = datetime.now(UTC).date()
    assert [row.number for row in shown(client, url, today).held] == [1]


@pytest.mark.parametrize("shown_to_peer", [True, False])
def test_a_note_that_is_kept_from_the_peer_is_no_part_of_their_story(
    ash: Organisation, *, shown_to_peer: bool
) -> None:
    found = booked.thread(ash)
    why = {"shown_to_peer": shown_to_peer, "hidden_because": "" if shown_to_peer else "Why"}
    booked.held(found, fit="changed", fit_note="Less about work", **why)
    url = aimed.mine(aimed.own_page(found), "history")
    theirs = aimed.continued(aimed.link_of(found.pairing.pk)).get(url).content.decode()
    assert ("Less about work" in theirs) is shown_to_peer
    assert ("noted that something should change" in theirs) is shown_to_peer
    own = factories.signed_in(found.supporter).get(aimed.url(found, "history")).content.decode()
    assert "Less about work" in own


def test_the_peer_sees_that_the_supporter_read_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    factories.signed_in(found.supporter).get(aimed.url(found, "history"))
    page = aimed.continued(link).get(aimed.mine(link, "looks")).content.decode()
    assert "how your agreement came about" in page
