"""Side by side on the peer's own page: only once both have shared, and what became of each difference."""

from typing import Any

import pytest
from django.utils import timezone

from lib import wall
from people.models import Organisation
from sessions.models import Agreement, Side
from sessions.queries.sheets import body_of
from tests.sessions import aimed, booked, laid, met
from tests.sessions.booked import Thread


@pytest.fixture
def found(ash: Organisation) -> Thread:
    return booked.thread(ash)


@pytest.fixture
def draft(found: Thread) -> Agreement:
    """Both have shared; nothing was said yet of the one new difference."""
    two, now = laid.two_of(found), timezone.now()
    made = met.drafted(two, now=now, version=2)
    met.shared(two, Side.SUPPORTER, {}, version=2, now=now)
    met.shared(two, Side.PEER, laid.CHANGED, version=2, now=now)
    return made


def points(found: Thread) -> dict[str, Any]:
    with wall.inside(found.organisation.pk):
        rows = Agreement.objects.select_related("pairing__peer__data_key")
        row = rows.get(pairing=found.pairing, state="draft")
        return dict(body_of(row.pairing, row)["points"])


def typed(revision: int = 1, **changes: str) -> dict[str, str]:
    form = {"revision": str(revision), "outcome_alcohol": "talked", "note_alcohol": "Only outdoors 🌿"}
    return form | changes


def test_both_sides_and_their_difference(found: Thread, draft: Agreement) -> None:
    client, link = laid.phone(found)
    shown = client.get(aimed.mine(link, "agreement", "side-by-side")).content.decode()
    assert "At a wedding 🥂 שלום" in shown
    assert "Where you differ" in shown
    looked = {row_id for actor, row_id in aimed.events("look") if actor == f"link:{link.pk}"}
    assert str(draft.pk) in looked
    assert len(looked) == 4  # the draft, what holds, both sheets


def test_what_became_of_it_is_noted(found: Thread, draft: Agreement) -> None:
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "side-by-side")
    assert client.post(url, typed())["Location"] == url
    assert points(found)["alcohol"] == {"outcome": "talked", "note": "Only outdoors 🌿"}
    assert aimed.events("settle_points")[-1] == (f"link:{link.pk}", str(draft.pk))
    assert "Only outdoors 🌿" in client.get(url).content.decode()


def test_sent_twice_it_is_noted_once(found: Thread, draft: Agreement) -> None:
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "side-by-side")
    for _time in range(2):
        assert client.post(url, typed()).status_code == 302
    assert len([1 for actor, _id in aimed.events("settle_points") if actor.startswith("link:")]) == 1


def test_a_stale_page_keeps_what_was_typed(found: Thread, draft: Agreement) -> None:
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "side-by-side")
    client.post(url, typed())
    answer = client.post(url, typed(outcome_alcohol="open", note_alcohol="Other words"))
    assert answer.status_code == 422
    assert "Other words" in answer.content.decode()
    assert points(found)["alcohol"]["note"] == "Only outdoors 🌿"


@pytest.mark.parametrize(
    "wrong",
    [
        {"note_alcohol": "x" * 201},
        {"note_alcohol": "a\x00b"},
        {"outcome_alcohol": "x"},
        {"outcome_alcohol": ""},
        {"revision": "x"},
    ],
)
def test_what_cannot_be_kept_is_refused(found: Thread, draft: Agreement, wrong: dict[str, str]) -> None:
    client, link = laid.phone(found)
    answer = client.post(aimed.mine(link, "agreement", "side-by-side"), typed() | wrong)
    assert answer.status_code == 422
    assert "Only outdoors" in answer.content.decode() or "note_alcohol" in wrong
    assert "alcohol" not in points(found)


def test_before_both_have_shared_nothing_is_opened(found: Thread) -> None:
    two, now = laid.two_of(found), timezone.now()
    met.drafted(two, now=now, version=2)
    met.shared(two, Side.SUPPORTER, {}, version=2, now=now)
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "side-by-side")
    for answer in (client.get(url), client.post(url, typed())):
        assert answer["Location"] == aimed.mine(link, "agreement")
    assert aimed.events("look") == []


def test_once_it_lies_before_both_it_is_closed(found: Thread) -> None:
    laid.laid(found)
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "side-by-side")
    assert client.get(url)["Location"] == aimed.mine(link, "agreement")


def test_it_costs_little(found: Thread, draft: Agreement, django_assert_max_num_queries: Any) -> None:
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", "side-by-side")
    with django_assert_max_num_queries(10 + 4):  # four are savepoints
        client.get(url)
