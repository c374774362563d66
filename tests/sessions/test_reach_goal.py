"""A goal is reached: it is the peer's to say, there is room to be glad, and twice is once."""

import pytest

from lib.ids import new_id
from lib.sealing.models import open_text
from people.models import Organisation
from sessions.models import Goal, GoalEntry
from tests import factories
from tests.sessions import aimed, booked


def form(**changes: object) -> dict[str, str]:
    values = {"once": new_id(), "celebration": "We danced. 🎉 שלום"} | changes
    return {key: str(value) for key, value in values.items()}


def test_it_is_reached_and_remembered(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    assert "there is nothing to prove" in client.get(f"{page}reach/").content.decode()
    assert Goal.objects.get().state == "open"
    sent = form()
    for _press in range(2):
        assert client.post(f"{page}reach/", sent)["Location"] == page
    one.refresh_from_db()
    assert (one.state, one.closed_at is not None) == ("reached", True)
    entry = GoalEntry.objects.get()
    assert entry.kind == "celebration"
    assert open_text(entry, "text", found.peer.data_key) == "We danced. 🎉 שלום"
    assert aimed.events("reach_goal") == [(f"member:{found.supporter.pk}", str(one.pk))]
    shown = client.get(page).content.decode()
    assert ("They got there." in shown, "We danced. 🎉 שלום" in shown, "state-good" in shown) == (True,) * 3


def test_words_are_not_needed(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    for _press in range(2):
        assert client.post(f"{page}reach/", form(celebration="")).status_code == 302
    assert (Goal.objects.get().state, GoalEntry.objects.count()) == ("reached", 0)
    assert len(aimed.events("reach_goal")) == 1


@pytest.mark.parametrize(
    ("celebration", "words"),
    [
        ("x" * 1001, "This is 1001 characters long. Please keep it to 1000."),
        ("a\x00b", "This holds a character that cannot be shown. Please type it again."),
        ("a\u2066b", "This holds a character that cannot be shown. Please type it again."),
    ],
)
def test_bad_words_reach_nothing(ash: Organisation, celebration: str, words: str) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    answer = factories.signed_in(found.supporter).post(
        aimed.url(found, "goals", one.pk, "reach"), form(celebration=celebration)
    )
    assert (answer.status_code, answer.context["form"].errors) == (422, {"celebration": [words]})
    assert Goal.objects.get().state == "open"


@pytest.mark.parametrize("verb", ["put_goal_aside", "reach_goal"])
def test_a_stale_page_keeps_the_words(ash: Organisation, verb: str) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    aimed.closed(found, one, verb)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    answer = client.post(f"{page}reach/", form())
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "This has changed since you opened the page." in shown
    assert "We danced. 🎉 שלום" in shown
    assert GoalEntry.objects.count() == 0
    assert client.get(f"{page}reach/")["Location"] == page


def test_only_by_who_supports_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    page = aimed.url(found, "goals", one.pk, "reach")
    for row, status in (
        (found.coordinator, 403),
        (factories.supervisor(ash), 403),
        (factories.supporter(ash), 404),
    ):
        for method in ("get", "post"):
            assert getattr(factories.signed_in(row), method)(page).status_code == status
    assert Goal.objects.get().state == "open"
