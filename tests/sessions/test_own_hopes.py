"""A peer writes down what they hope for and worry about: into the version being made, and nothing else changes."""

from typing import Any

import pytest

from lib import wall
from people.models import Organisation
from sessions.models import Agreement
from sessions.queries.sheets import body_of
from tests.sessions import aimed, booked, laid, met
from tests.sessions.booked import Thread

HOPES = "Somebody who stays. 🌱 שלום"


def typed(**changes: Any) -> dict[str, str]:
    form: dict[str, Any] = {"version": 2, "revision": 0, "peer_expects": HOPES, "peer_fears": ""}
    return {key: str(value) for key, value in (form | changes).items()}


@pytest.fixture
def found(ash: Organisation) -> Thread:
    return booked.thread(ash)


def being_made(found: Thread) -> Agreement | None:
    with wall.inside(found.organisation.pk):
        rows = Agreement.objects.select_related("pairing__peer__data_key")
        return rows.filter(pairing=found.pairing, state="draft").first()


def said(found: Thread) -> dict[str, Any]:
    row = being_made(found)
    assert row is not None
    with wall.inside(found.organisation.pk):
        return dict(body_of(row.pairing, row))


def test_their_words_begin_the_next_version(found: Thread) -> None:
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "hopes")
    shown = client.get(url).content.decode()
    assert "That it ends." in shown  # what they said before is filled in
    assert client.post(url, typed())["Location"] == aimed.mine(link, "agreement")
    body = said(found)
    assert (body["peer_expects"], body["peer_fears"]) == (HOPES, "")
    assert body["supporter_expects"] == met.TALK["supporter_expects"]
    assert body["exceptions_read"] is False  # to be read together again
    assert aimed.events("draft")[-1][0] == f"link:{link.pk}"


def test_the_first_version_can_begin_with_them(ash: Organisation) -> None:
    two = met.introduced(ash)
    found = Thread(ash, two.coordinator, two.supporter, two.peer, two.pairing, booked.room(ash))
    client, link = laid.phone(found)
    assert client.post(aimed.mine(link, "agreement", "hopes"), typed(version=1)).status_code == 302
    assert said(found)["peer_expects"] == HOPES


def test_the_supporters_words_and_the_plan_stay(found: Thread) -> None:
    draft = laid.ready(found, sessions_agreed=4, minutes=30)
    client, link = laid.phone(found)
    form = typed(revision=laid.now_of(draft).revision)
    assert client.post(aimed.mine(link, "agreement", "hopes"), form).status_code == 302
    row = laid.now_of(draft)
    assert (row.sessions_agreed, row.minutes, row.review_on) == (4, 30, draft.review_on)
    body = said(found)
    assert body["exceptions_read"] is True
    assert body["points"] != {}


def test_words_that_are_no_news_begin_nothing(found: Thread) -> None:
    client, link = laid.phone(found)
    same = typed(peer_expects=met.TALK["peer_expects"], peer_fears=met.TALK["peer_fears"])
    assert client.post(aimed.mine(link, "agreement", "hopes"), same).status_code == 302
    assert being_made(found) is None


def test_sent_twice_it_is_saved_once(found: Thread) -> None:
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "hopes")
    assert [client.post(url, typed()).status_code for _time in range(2)] == [302, 302]
    row = being_made(found)
    assert row is not None
    assert row.revision == 1


def test_a_stale_page_keeps_what_was_typed(found: Thread) -> None:
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "hopes")
    client.post(url, typed())
    answer = client.post(url, typed(peer_expects="Other words"))
    shown = answer.content.decode()
    assert (answer.status_code, "Other words" in shown) == (422, True)
    assert f"Saved meanwhile: {HOPES}" in shown
    assert said(found)["peer_expects"] == HOPES
    assert client.post(url, typed(peer_expects="Other words", revision=1)).status_code == 302


def test_once_it_lies_before_both_nothing_changes(found: Thread) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    answer = client.post(aimed.mine(link, "agreement", "hopes"), typed(revision=row.revision))
    assert answer.status_code == 422
    assert HOPES in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "text"),
    [("peer_expects", "x" * 601), ("peer_fears", "a\x00b"), ("version", "x"), ("revision", "-1")],
)
def test_what_cannot_be_kept_is_refused(found: Thread, field: str, text: str) -> None:
    client, link = laid.phone(found)
    answer = client.post(
        aimed.mine(link, "agreement", "hopes"), typed(peer_fears="Kept words") | {field: text}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Kept words" in answer.content.decode() or field == "peer_fears"
    assert being_made(found) is None


def test_saving_costs_little(found: Thread, django_assert_max_num_queries: Any) -> None:
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "hopes")
    with django_assert_max_num_queries(10 + 4):  # four are savepoints
        client.get(url)
    with django_assert_max_num_queries(14 + 6):  # six are savepoints
        client.post(url, typed())
