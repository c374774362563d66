"""The pages of a peer's goals: who reads them, what they cost, what they leave in the trail; steps and entries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lib import wall
from lib.ids import new_id
from lib.sealing import keys
from people.models import Organisation
from sessions.actions import goal_steps
from sessions.goal_words import GoalWords
from sessions.models import Goal, GoalEntry, GoalStep
from sessions.policies import goals_visible_to
from tests import factories
from tests.sessions import aimed, booked


def test_open_ones_show_their_next_step(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    aimed.step(found, one, "Find the shoes", done=True)
    aimed.step(found, one, "Go to the corner")
    aimed.step(found, one, "Go round the block")
    reached = aimed.closed(found, aimed.goal(found, GoalWords("Sleep")), "reach_goal")
    aside = aimed.closed(found, aimed.goal(found, GoalWords("Run")))
    answer = factories.signed_in(found.supporter).get(aimed.url(found, "goals"))
    page = answer.context["page"]
    (card,) = page.open
    assert (card.title, card.next_step, card.done, card.steps) == (
        aimed.WORDS.title,
        "Go to the corner",
        1,
        3,
    )
    assert [one.id for one in page.reached] == [reached.pk]
    assert [one.id for one in page.put_aside] == [aside.pk]
    shown = answer.content.decode()
    assert "1 of 3 steps done" in shown
    assert "is always their choice" in shown
    assert "<title>Pairings</title>" in shown


def test_reading_is_noted_once_for_all(ash: Organisation) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    client.get(aimed.url(found, "goals"))
    assert aimed.events("look_goals") == []
    one, _other = aimed.goal(found), aimed.goal(found)
    client.get(aimed.url(found, "goals"))
    client.get(aimed.url(found, "goals", one.pk))
    me = f"member:{found.supporter.pk}"
    assert aimed.events("look_goals") == [(me, str(found.peer.pk))]
    assert aimed.events("look") == [(me, str(one.pk))]


@pytest.mark.parametrize("number", [1, 3, 12])
def test_many_goals_cost_the_same(ash: Organisation, django_assert_num_queries: Any, number: int) -> None:
    found = booked.thread(ash)
    for place in range(number):
        one = aimed.goal(found)
        for _step in range(3):
            aimed.step(found, one, done=place % 2 == 0)
        aimed.closed(found, aimed.goal(found), "reach_goal")
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(10):  # two are the savepoint of the request
        assert client.get(aimed.url(found, "goals")).status_code == 200


@pytest.mark.parametrize("number", [1, 3, 12])
def test_one_goal_costs_the_same(ash: Organisation, django_assert_num_queries: Any, number: int) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    for _row in range(number):
        aimed.step(found, one)
        aimed.entry(found, one)
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(10):  # two are the savepoint of the request
        assert client.get(aimed.url(found, "goals", one.pk)).status_code == 200


def test_what_stands_in_the_database_is_sealed(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    aimed.step(found, one)
    aimed.entry(found, one)
    aimed.strength(found)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(g)::text || row_to_json(s)::text || row_to_json(e)::text || row_to_json(t)::text"
            " FROM peer_sessions_goal g, peer_sessions_goalstep s, peer_sessions_goalentry e,"
            " peer_sessions_strength t"
        )
        (stored,) = cursor.fetchone()
    words = [aimed.WORDS.title, aimed.WORDS.specific, "I miss the trees.", "shoes", "rained", "aunt"]
    for text in words:
        assert text not in stored
        assert text.encode().hex() not in stored


# Who


def test_coordinators_and_supervisors_never_read_a_word(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    supervisor = factories.supervisor(ash)
    for row in (found.coordinator, supervisor):
        client = factories.signed_in(row)
        for page in (
            aimed.url(found, "goals"),
            aimed.url(found, "goals", one.pk),
            aimed.url(found, "strengths"),
        ):
            assert client.get(page).status_code == 403
        assert not goals_visible_to(factories.member(row)).exists()
    shown = factories.signed_in(found.coordinator).get(aimed.url(found)).content.decode()
    assert ("Go out every day" in shown, "goal is open" in shown) == (False, False)


def test_another_supporter_finds_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    row = factories.supporter(ash)
    theirs = booked.pairing(found, factories.peer(ash, name="Kim"), row)
    client = factories.signed_in(row)
    assert client.get(aimed.url(found, "goals")).status_code == 404
    assert client.get(aimed.url(found, "goals", one.pk)).status_code == 404
    # A goal of somebody else's peer, through one's own pairing.
    assert client.get(aimed.url(found, "goals", one.pk, pairing=theirs)).status_code == 404
    through_own = aimed.url(found, "goals", one.pk, "steps", "add", pairing=theirs)
    assert client.post(through_own, aimed.typed_step()).status_code == 404
    assert GoalStep.objects.count() == 0


def test_a_goal_of_another_of_ones_peers_is_not_found_through_the_wrong_pairing(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    other = booked.pairing(found, factories.peer(ash, name="Kim"))
    client = factories.signed_in(found.supporter)
    assert client.get(aimed.url(found, "goals", one.pk, pairing=other)).status_code == 404
    assert client.post(aimed.url(found, "goals", one.pk, "put-aside", pairing=other)).status_code == 404
    assert Goal.objects.get().state == "open"


def test_a_step_of_another_goal_is_not_found(ash: Organisation) -> None:
    found = booked.thread(ash)
    one, other = aimed.goal(found), aimed.goal(found)
    step = aimed.step(found, other)
    client = factories.signed_in(found.supporter)
    for verb in ("tick", "untick", "remove"):
        page = aimed.url(found, "goals", one.pk, "steps", step.pk, verb)
        assert client.post(page).status_code == 404
        assert client.post(aimed.url(found, "goals", one.pk, "steps", new_id(), verb)).status_code == 404


def test_another_organisations_goal_is_not_found(ash: Organisation, elm: Organisation) -> None:
    wall.enter(elm.pk)
    theirs = aimed.goal(booked.thread(elm))
    wall.enter(ash.pk)
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    assert client.get(aimed.url(found, "goals", theirs.pk)).status_code == 404


def test_with_the_pairing_sight_ends_and_the_next_one_finds_what_is_left_open(ash: Organisation) -> None:
    found = booked.thread(ash)
    left_open = aimed.goal(found)
    reached = aimed.closed(found, aimed.goal(found), "reach_goal")
    aside = aimed.closed(found, aimed.goal(found))
    client = factories.signed_in(found.supporter)
    aimed.ended(found)
    assert client.get(aimed.url(found, "goals")).status_code == 404
    row = factories.supporter(ash)
    later = aimed.paired(found, found.peer, row)
    client = factories.signed_in(row)
    page = client.get(aimed.url(found, "goals", pairing=later)).context["page"]
    assert [card.id for card in page.open] == [left_open.pk]
    assert (page.reached, page.put_aside) == ([], [])
    for earlier in (reached, aside):
        assert client.get(aimed.url(found, "goals", earlier.pk, pairing=later)).status_code == 404
    # What is closed from now on stays in sight.
    client.post(aimed.url(found, "goals", left_open.pk, "put-aside", pairing=later))
    page = client.get(aimed.url(found, "goals", pairing=later)).context["page"]
    assert [card.id for card in page.put_aside] == [left_open.pk]


def test_erased_means_unreadable_and_nothing_is_added(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    aimed.strength(found)
    keys.drop(found.peer.data_key_id, now=datetime.now(UTC))
    client = factories.signed_in(found.supporter)
    for page in (("goals",), ("goals", one.pk), ("strengths",)):
        assert "This can no longer be read" in client.get(aimed.url(found, *page)).content.decode()
    answer = client.post(aimed.url(found, "goals", "new"), aimed.typed(title="Something 🌧"))
    assert (answer.status_code, "Something 🌧" in answer.content.decode()) == (422, True)
    assert Goal.objects.count() == 1
    assert client.get(aimed.url(found, "goals", one.pk, "edit")).status_code == 302
    assert client.get(aimed.url(found, "goals", one.pk, "reach")).status_code == 302


# Steps


def test_steps_are_done_and_not_done_again(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    form = aimed.typed_step(text="Buy a pencil ✏️ עפרון")
    for _press in range(2):
        answer = client.post(f"{page}steps/add/", form)
        assert (answer.status_code, answer["Location"]) == (302, f"{page}#steps")
    step = GoalStep.objects.get()
    for verb, done in (("tick", True), ("untick", False), ("tick", True)):
        for _press in range(2):
            assert client.post(f"{page}steps/{step.pk}/{verb}/").status_code == 302
        step.refresh_from_db()
        assert (step.done_at is not None) is done
    for _press in range(2):
        assert client.post(f"{page}steps/{step.pk}/remove/").status_code == 302
    assert "Buy a pencil" not in client.get(page).content.decode()
    counts = {verb: len(aimed.events(f"{verb}_goal_step")) for verb in ("add", "tick", "untick", "remove")}
    assert counts == {"add": 1, "tick": 2, "untick": 1, "remove": 1}


def test_a_step_somebody_took_away_meanwhile(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    step = aimed.step(found, one)
    GoalStep.objects.update(removed_at=datetime.now(UTC))
    answer = factories.signed_in(found.supporter).post(
        aimed.url(found, "goals", one.pk, "steps", step.pk, "tick")
    )
    assert answer.status_code == 422
    assert "Somebody took this step away meanwhile." in answer.content.decode()


@pytest.mark.parametrize("verb", ["put_goal_aside", "reach_goal"])
def test_a_closed_goal_takes_nothing_and_what_was_typed_is_kept(ash: Organisation, verb: str) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    step = aimed.step(found, one)
    aimed.closed(found, one, verb)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    for tail, form in (
        ("steps/add/", aimed.typed_step(text="A step typed 🌱")),
        ("entries/add/", aimed.typed_entry(text="Words typed 🌱")),
    ):
        answer = client.post(f"{page}{tail}", form)
        shown = answer.content.decode()
        assert answer.status_code == 422
        assert "This goal is not open any more." in shown
        assert "typed 🌱" in shown
    for button in ("tick", "remove"):
        answer = client.post(f"{page}steps/{step.pk}/{button}/")
        assert (answer.status_code, "not open any more" in answer.content.decode()) == (422, True)
    edited = client.post(f"{page}edit/", aimed.typed(title="Words typed 🌱", revision=0))
    assert (edited.status_code, "Words typed 🌱" in edited.content.decode()) == (422, True)
    assert client.get(f"{page}edit/").status_code == 302
    assert (GoalStep.objects.count(), GoalEntry.objects.filter(kind="progress").count()) == (1, 0)


def test_thirty_steps_are_enough(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goal_steps, "MOST_STEPS", 2)
    found = booked.thread(ash)
    one = aimed.goal(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk, "steps", "add")
    answers = [client.post(page, aimed.typed_step()).status_code for _step in range(3)]
    assert answers == [302, 302, 422]


# On the way


def test_a_setback_is_part_of_the_way(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    form = aimed.typed_entry(kind="setback", text="Back in bed. 🌧 שלום")
    for _press in range(2):
        answer = client.post(f"{page}entries/add/", form)
        assert (answer.status_code, answer["Location"]) == (302, f"{page}#way")
    shown = client.get(page).content.decode()
    assert "A setback" in shown
    assert "Back in bed. 🌧 שלום" in shown
    assert ("state-stop" in shown, "btn-danger" in shown) == (False, False)
    (event,) = aimed.events("add_goal_entry")
    assert event == (f"member:{found.supporter.pk}", str(GoalEntry.objects.get().pk))


def test_the_trail_does_not_say_which_kind(ash: Organisation) -> None:
    from audit.models import Event

    found = booked.thread(ash)
    one = aimed.goal(found)
    aimed.entry(found, one)
    assert Event.objects.get(verb="sessions.add_goal_entry").detail == {"goal": str(one.pk)}


def test_an_entry_is_never_rewritten(ash: Organisation) -> None:
    found = booked.thread(ash)
    entry = aimed.entry(found, aimed.goal(found))
    with pytest.raises(DatabaseError), transaction.atomic():
        GoalEntry.objects.filter(pk=entry.pk).update(kind="progress")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()


def test_earlier_entries_are_a_page_further(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    ids: dict[str, Any] = {"pairing_id": found.pairing.pk, "goal_id": one.pk, "by": aimed.by(found)}
    for number in range(26):
        at = datetime.now(UTC) + timedelta(seconds=number)
        goal_steps.add_goal_entry(once=new_id(), kind="progress", text=f"Note {number:02}", now=at, **ids)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    first = client.get(page)
    assert ("Note 25" in first.content.decode(), "Note 00" in first.content.decode()) == (True, False)
    later = client.get(page, {"after": first.context["page"].entries.next}).content.decode()
    assert ("Note 00" in later, "To the newest" in later) == (True, True)


BAD = [
    ("steps", {"text": ""}, "text", "This field is required."),
    ("steps", {"text": "x" * 201}, "text", "This is 201 characters long. Please keep it to 200."),
    (
        "steps",
        {"text": "a\x00b"},
        "text",
        "This holds a character that cannot be shown. Please type it again.",
    ),
    (
        "steps",
        {"text": "a\u202eb"},
        "text",
        "This holds a character that cannot be shown. Please type it again.",
    ),
    ("steps", {"text": "\u200b"}, "text", "Please write at least one letter."),
    ("entries", {"kind": ""}, "kind", "Please choose one of these."),
    ("entries", {"kind": "no"}, "kind", "Select a valid choice. no is not one of the available choices."),
    ("entries", {"text": "x" * 1001}, "text", "This is 1001 characters long. Please keep it to 1000."),
    (
        "entries",
        {"text": "a\x00b"},
        "text",
        "This holds a character that cannot be shown. Please type it again.",
    ),
]


@pytest.mark.parametrize(("tail", "changes", "field", "words"), BAD)
def test_what_is_wrong_is_said_beside_its_field(
    ash: Organisation, tail: str, changes: dict[str, str], field: str, words: str
) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    make = aimed.typed_step if tail == "steps" else aimed.typed_entry
    answer = factories.signed_in(found.supporter).post(
        aimed.url(found, "goals", one.pk, tail, "add"), make(**changes)
    )
    form = answer.context["step_form" if tail == "steps" else "entry_form"]
    assert (answer.status_code, form.errors) == (422, {field: [words]})
    assert (GoalStep.objects.count(), GoalEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "tail", ["steps/add", "entries/add", "steps/{step}/tick", "steps/{step}/untick", "steps/{step}/remove"]
)
def test_buttons_are_only_ever_pressed(ash: Organisation, tail: str) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    page = aimed.url(found, "goals", one.pk) + tail.format(step=aimed.step(found, one).pk) + "/"
    assert factories.signed_in(found.supporter).get(page).status_code == 405


def test_the_pairings_page_says_it_in_numbers(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    aimed.step(found, one, done=True)
    aimed.step(found, one)
    aimed.step(found, aimed.goal(found))
    aimed.closed(found, aimed.goal(found), "reach_goal")
    shown = factories.signed_in(found.supporter).get(aimed.url(found)).content.decode()
    assert "2 goals are open." in shown
    assert "2 steps are next." in shown
    assert "1 is reached." in shown
    assert "Go out every day" not in shown
    assert aimed.events("look_goals") == aimed.events("look") == []
