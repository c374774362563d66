"""Setting a goal and changing its words: only a name is asked for, nothing is lost, nobody writes over the other."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lib import wall
from people.models import Organisation
from sessions import goal_words
from sessions.actions import goals
from sessions.goal_words import GoalWords
from sessions.models import Goal
from tests import factories
from tests.sessions import aimed, booked


def words_of(row: Goal) -> GoalWords:
    fresh = Goal.objects.select_related("peer__data_key").get(pk=row.pk)
    return goal_words.read(fresh, fresh.peer.data_key)


def test_a_name_is_enough(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", "new")
    shown = client.get(page).content.decode()
    assert Goal.objects.count() == 0
    assert "Fill this in together, in their words." in shown
    answer = client.post(page, aimed.typed(title="Draw again 🎨 ציור"))
    row = Goal.objects.get()
    assert answer["Location"] == aimed.url(found, "goals", row.pk)
    assert words_of(row) == GoalWords("Draw again 🎨 ציור")
    assert (row.state, row.set_by, row.peer_id) == ("open", f"member:{found.supporter.pk}", found.peer.pk)
    assert aimed.events("set_goal") == [(f"member:{found.supporter.pk}", str(row.pk))]


def test_all_five_questions_are_kept(ash: Organisation) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    said = {"specific": "a\r\nb", "meaningful": "c", "achievable": "d", "realistic": "e"}
    client.post(aimed.url(found, "goals", "new"), aimed.typed(until_on=day, **said))
    row = Goal.objects.get()
    assert words_of(row) == GoalWords("Draw again", "a\r\nb", "c", "d", "e", day)
    page = client.get(aimed.url(found, "goals", row.pk)).context["page"]
    assert [text for _label, text in page.answers] == ["a\r\nb", "c", "d", "e"]


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"title": ""}, "title", "This field is required."),
    ({"title": "x" * 121}, "title", "This is 121 characters long. Please keep it to 120."),
    ({"title": "a\x00b"}, "title", "This holds a character that cannot be shown. Please type it again."),
    ({"title": "a\nb"}, "title", "This holds a character that cannot be shown. Please type it again."),
    ({"title": "a\u202eb"}, "title", "This holds a character that cannot be shown. Please type it again."),
    ({"title": "\u2800"}, "title", "Please write at least one letter."),
    ({"specific": "x" * 1001}, "specific", "This is 1001 characters long. Please keep it to 1000."),
    (
        {"meaningful": "a\x00b"},
        "meaningful",
        "This holds a character that cannot be shown. Please type it again.",
    ),
    ({"until_on": "2020-01-01"}, "until_on", "This day has passed. Choose a later one, or none."),
    ({"until_on": "9999-12-31"}, "until_on", "Please choose a day within the next 5 years."),
    ({"until_on": "soon"}, "until_on", "Enter a valid date."),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    ash: Organisation, changes: dict[str, Any], field: str, words: str
) -> None:
    found = booked.thread(ash)
    form = aimed.typed(realistic="שלום <b> 🌿", **changes)
    answer = factories.signed_in(found.supporter).post(aimed.url(found, "goals", "new"), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [words]}
    assert "שלום &lt;b&gt; 🌿" in answer.content.decode()
    assert Goal.objects.count() == 0


def test_the_same_form_twice_sets_one(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, form = factories.signed_in(found.supporter), aimed.typed()
    answers = {client.post(aimed.url(found, "goals", "new"), form)["Location"] for _press in range(2)}
    assert answers == {aimed.url(found, "goals", Goal.objects.get().pk)}


def test_somebody_elses_number_aims_at_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    client = factories.signed_in(found.supporter)
    assert client.post(aimed.url(found, "goals", "new"), aimed.typed(once=one.pk)).status_code == 302
    assert Goal.objects.count() == 2
    bad = client.post(aimed.url(found, "goals", "new"), aimed.typed(once="no", title="Typed 🌿"))
    assert (bad.status_code, "Typed 🌿" in bad.content.decode()) == (422, True)


def test_too_many_are_refused_kindly(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goals, "MOST_OPEN", 2)
    found = booked.thread(ash)
    one, _other = aimed.goal(found), aimed.goal(found)
    client = factories.signed_in(found.supporter)
    answer = client.post(aimed.url(found, "goals", "new"), aimed.typed(title="Typed 🌿"))
    assert answer.status_code == 422
    assert "2 goals are open already. Put one aside first" in answer.content.decode()
    assert "Typed 🌿" in answer.content.decode()
    aimed.closed(found, one)
    aimed.goal(found)
    answer = client.post(aimed.url(found, "goals", one.pk, "reopen"))
    assert (answer.status_code, "2 goals are open already" in answer.content.decode()) == (422, True)


def test_not_for_coordinators_nor_others(ash: Organisation) -> None:
    found = booked.thread(ash)
    page = aimed.url(found, "goals", "new")
    assert factories.signed_in(found.coordinator).post(page, aimed.typed()).status_code == 403
    assert factories.signed_in(factories.supporter(ash)).post(page, aimed.typed()).status_code == 404
    aimed.ended(found)
    assert factories.signed_in(found.supporter).post(page, aimed.typed()).status_code == 404
    assert Goal.objects.count() == 0


def test_how_many_statements_it_takes(ash: Organisation) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(aimed.url(found, "goals", "new"), aimed.typed()).status_code == 302
    assert sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries) == 11


# Changing the words


def changed(found: booked.Thread, row: Goal, **changes: Any) -> dict[str, str]:
    """What the form of changes sends."""
    words = {name: value or "" for name, value in vars(words_of(row)).items()}
    form = {"revision": row.revision, **words} | changes
    return {key: str(value) for key, value in form.items()}


def test_words_change(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk, "edit")
    shown = client.get(page).content.decode()
    assert aimed.WORDS.meaningful in shown
    assert aimed.events("look") == [(f"member:{found.supporter.pk}", str(one.pk))]
    form = changed(found, one, title="Go out most days", realistic="")
    for _press in range(2):
        assert client.post(page, form)["Location"] == aimed.url(found, "goals", one.pk)
    one.refresh_from_db()
    assert one.revision == 1
    words = words_of(one)
    assert (words.title, words.realistic, words.meaningful) == ("Go out most days", "", "I miss the trees.")
    assert len(aimed.events("edit_goal")) == 1


def test_a_stale_page_writes_over_nobody(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk, "edit")
    mine, theirs = changed(found, one, title="My words 🌱"), changed(found, one, title="Their words")
    client.post(page, theirs)
    answer = client.post(page, mine)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody changed this while you had the page open." in shown
    assert ("My words 🌱" in shown, "Their words" in shown) == (True, True)
    assert words_of(one).title == "Their words"
    renewed = answer.context["form"].data["revision"]
    assert client.post(page, mine | {"revision": renewed}).status_code == 302
    assert words_of(one).title == "My words 🌱"


def test_a_day_that_has_passed_may_stay_and_may_go(ash: Organisation) -> None:
    found = booked.thread(ash)
    past = (datetime.now(UTC) - timedelta(days=9)).date()
    one = aimed.goal(found, GoalWords("Draw", until_on=past))
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    assert "The day can be moved, or left." in client.get(page).content.decode()
    assert client.post(f"{page}edit/", changed(found, one, title="Draw more")).status_code == 302
    one.refresh_from_db()
    assert client.post(f"{page}edit/", changed(found, one, until_on="")).status_code == 302
    assert words_of(one) == GoalWords("Draw more")


@pytest.mark.parametrize(("changes", "field", "words"), BAD)
def test_bad_changes_change_nothing(
    ash: Organisation, changes: dict[str, Any], field: str, words: str
) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    answer = factories.signed_in(found.supporter).post(
        aimed.url(found, "goals", one.pk, "edit"), changed(found, one, achievable="שלום <b>", **changes)
    )
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [words]})
    assert "שלום &lt;b&gt;" in answer.content.decode()
    assert words_of(one) == aimed.WORDS


@pytest.mark.parametrize("revision", ["", "-1", "x", "99999999999"])
def test_a_forged_revision_is_no_500(ash: Organisation, revision: str) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    form = changed(found, one, title="Typed", revision=revision)
    answer = factories.signed_in(found.supporter).post(aimed.url(found, "goals", one.pk, "edit"), form)
    assert (answer.status_code, words_of(one)) == (422, aimed.WORDS)


def test_inside_the_wall(ash: Organisation, elm: Organisation) -> None:
    wall.enter(elm.pk)
    found = booked.thread(elm)
    page = aimed.url(found, "goals", "new")
    wall.enter(ash.pk)
    assert factories.signed_in(factories.supporter(ash)).post(page, aimed.typed()).status_code == 404
