"""A goal is taken up again, from where it was."""

import pytest

from people.models import Organisation
from sessions.models import Goal
from tests import factories
from tests.sessions import aimed, booked


@pytest.mark.parametrize("verb", ["put_goal_aside", "reach_goal"])
def test_it_is_open_again_with_all_that_was_noted(ash: Organisation, verb: str) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    aimed.step(found, one, "Find the shoes")
    aimed.entry(found, one, "It rained.")
    aimed.closed(found, one, verb)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    assert "Take it up again?" in client.get(f"{page}reopen/").content.decode()
    for _press in range(2):
        assert client.post(f"{page}reopen/")["Location"] == page
    one.refresh_from_db()
    assert (one.state, one.closed_at) == ("open", None)
    assert len(aimed.events("reopen_goal")) == 1
    shown = client.get(page).content.decode()
    assert ("Find the shoes" in shown, "It rained." in shown) == (True, True)


def test_what_is_open_needs_no_opening(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    assert client.get(f"{page}reopen/")["Location"] == page
    assert client.post(f"{page}reopen/")["Location"] == page
    assert aimed.events("reopen_goal") == []


def test_only_by_who_supports_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.closed(found, aimed.goal(found))
    page = aimed.url(found, "goals", one.pk, "reopen")
    for row, status in (
        (found.coordinator, 403),
        (factories.supervisor(ash), 403),
        (factories.supporter(ash), 404),
    ):
        for method in ("get", "post"):
            assert getattr(factories.signed_in(row), method)(page).status_code == status
    assert Goal.objects.get().state == "put_aside"
