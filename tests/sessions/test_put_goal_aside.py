"""A goal is put aside for now: nobody asks why, nothing is lost, twice is once."""

from people.models import Organisation
from sessions.models import Goal
from tests import factories
from tests.sessions import aimed, booked


def test_it_is_put_aside(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    aimed.step(found, one, "Find the shoes")
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    asked = client.get(f"{page}put-aside/").content.decode()
    assert ("Nobody has to say why." in asked, aimed.WORDS.title in asked) == (True, True)
    assert Goal.objects.get().state == "open"
    for _press in range(2):
        assert client.post(f"{page}put-aside/")["Location"] == page
    one.refresh_from_db()
    assert (one.state, one.closed_at is not None) == ("put_aside", True)
    assert aimed.events("put_goal_aside") == [(f"member:{found.supporter.pk}", str(one.pk))]
    shown = client.get(page).content.decode()
    assert ("Find the shoes" in shown, "Take it up again" in shown, "state-stop" in shown) == (
        True,
        True,
        False,
    )


def test_what_is_reached_is_not_put_aside(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.closed(found, aimed.goal(found), "reach_goal")
    client, page = factories.signed_in(found.supporter), aimed.url(found, "goals", one.pk)
    answer = client.post(f"{page}put-aside/")
    assert answer.status_code == 422
    assert "This has changed since you opened the page." in answer.content.decode()
    assert client.get(f"{page}put-aside/")["Location"] == page
    assert Goal.objects.get().state == "reached"


def test_only_by_who_supports_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    page = aimed.url(found, "goals", aimed.goal(found).pk, "put-aside")
    for row, status in (
        (found.coordinator, 403),
        (factories.supervisor(ash), 403),
        (factories.supporter(ash), 404),
    ):
        for method in ("get", "post"):
            assert getattr(factories.signed_in(row), method)(page).status_code == status
    assert Goal.objects.get().state == "open"
