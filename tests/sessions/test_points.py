"""Differences between two sheets: each is talked through or left open on purpose before both say yes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from lib.sealing.models import open_text
from people.models import Organisation
from sessions.actions import agreeing, points
from sessions.models import Agreement
from sessions.wording import Point, Said
from tests import factories
from tests.sessions import met

TODAY = datetime.now(UTC)
HTMX = {"HX-Request": "true"}
TALKED = Point(outcome="talked", note="Only if I ask. 🤗 שלום")
NEVER, MAYBE, ALWAYS = (Said(answer=value, note="") for value in ("never", "maybe", "always"))


def differing(ash: Organisation) -> tuple[met.Two, Agreement]:
    """Both sheets are finished, they differ in one matter, and nothing was said of it."""
    two = met.introduced(ash)
    draft = met.drafted(two, review_on=met.days_ahead(56), now=TODAY)
    met.shared(two, "supporter", met.SUPPORTER)
    met.shared(two, "peer", met.PEER)
    return two, draft


def url(two: met.Two, draft: Agreement) -> str:
    return two.url("agreements", draft.pk, "points")


def typed(revision: int, key: str = "hug_given", outcome: str = "talked", note: str = "") -> dict[str, str]:
    """What the page sends for one difference."""
    return {"revision": str(revision), f"outcome_{key}": outcome, f"note_{key}": note}


def settle(two: met.Two, draft: Agreement, revision: int, **said: Point) -> points.Settled:
    by = factories.member(two.supporter)
    return points.settle_points(agreement_id=draft.pk, revision=revision, points=said, by=by, now=TODAY)


def kept(two: met.Two) -> Any:
    """The points that stand in the newest version."""
    row = Agreement.objects.order_by("-version")[0]
    return json.loads(open_text(row, "body", two.peer.data_key))["points"]


def test_a_difference_is_talked_through(ash: Organisation) -> None:
    two, draft = differing(ash)
    client = factories.signed_in(two.supporter)
    shown = client.get(two.url("agree")).content.decode()
    assert "0 of 1 difference is settled" in shown
    assert "Say of each difference" in shown
    assert "Yes, we agree" not in shown
    answer = client.post(url(two, draft), typed(1, note=TALKED["note"]))
    assert (answer.status_code, answer["Location"]) == (302, two.url("agree"))
    assert kept(two) == {"hug_given": TALKED}
    event = Event.objects.get(verb="sessions.settle_points")
    assert (event.object_id, event.detail) == (str(draft.pk), {"version": 1})
    shown = client.get(two.url("agree")).content.decode()
    assert "1 of 1 difference is settled" in shown
    assert TALKED["note"] in shown
    assert "Yes, we agree" in shown


@pytest.mark.parametrize("verb", ["propose", "agree"])
def test_nothing_is_agreed_before_each_was_talked_about(ash: Organisation, verb: str) -> None:
    two, draft = differing(ash)
    by = factories.member(two.supporter)
    with pytest.raises(Refused, match="each of your differences"):
        getattr(agreeing, verb)(agreement_id=draft.pk, revision=draft.revision, by=by, now=TODAY)
    settled = settle(two, draft, 1, hug_given=Point(outcome="open", note=""))
    assert (settled.done, settled.total) == (1, 1)
    made = getattr(agreeing, verb)(agreement_id=draft.pk, revision=2, by=by, now=TODAY)
    assert made.state == {"propose": "proposed", "agree": "in_force"}[verb]
    assert kept(two) == {"hug_given": {"outcome": "open", "note": ""}}


def test_what_became_of_it_stands_in_the_agreement(ash: Organisation) -> None:
    two, draft = differing(ash)
    settled = settle(two, draft, 1, hug_given=TALKED)
    made = met.yes(two, settled.agreement, now=TODAY)
    shown = factories.signed_in(two.supporter).get(two.url("agreements", made.pk)).content.decode()
    assert "We see this differently, and have talked it through. Only if I ask. 🤗 שלום" in shown


def test_line_by_line(ash: Organisation) -> None:
    two, draft = differing(ash)
    client = factories.signed_in(two.supporter)
    answer = client.post(url(two, draft), typed(1), headers=HTMX)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Saved. 1 of 1 difference is settled" in shown
    assert 'name="revision" value="2"' in shown
    old = client.post(url(two, draft), typed(1, outcome="open"), headers=HTMX)
    assert old.status_code == 422
    assert "Somebody changed this" in old.content.decode()
    assert kept(two)["hug_given"]["outcome"] == "talked"


def test_twice_changes_nothing(ash: Organisation) -> None:
    two, draft = differing(ash)
    client = factories.signed_in(two.supporter)
    for _ in range(2):
        assert client.post(url(two, draft), typed(1)).status_code == 302
    assert Event.objects.filter(verb="sessions.settle_points").count() == 1
    assert Agreement.objects.get().revision == 2


def test_a_stale_page_keeps_what_was_chosen(ash: Organisation) -> None:
    two, draft = differing(ash)
    settle(two, draft, 1, hug_given=Point(outcome="open", note="Later"))
    answer = factories.signed_in(two.supporter).post(url(two, draft), typed(1, note="Mine"))
    assert answer.status_code == 422
    form = answer.context["points"]
    assert "Somebody changed this" in form.non_field_errors()[0]
    assert (form["revision"].value(), form["note_hug_given"].value()) == ("2", "Mine")
    assert "Saved meanwhile: We leave it open for now Later" in answer.content.decode()
    assert kept(two) == {"hug_given": {"outcome": "open", "note": "Later"}}


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"note_hug_given": "x" * 201}, "note_hug_given", "201 characters"),
        ({"note_hug_given": "a\x00b"}, "note_hug_given", ""),
        ({"outcome_hug_given": ""}, "outcome_hug_given", "choose one"),
        ({"outcome_hug_given": "won"}, "outcome_hug_given", ""),
        ({"revision": "9" * 40}, "revision", ""),
    ],
)
def test_nonsense(ash: Organisation, form: dict[str, str], field: str, words: str) -> None:
    two, draft = differing(ash)
    answer = factories.signed_in(two.supporter).post(url(two, draft), typed(1, note="n 🌱") | form)
    assert answer.status_code == 422
    assert words in answer.context["points"].errors[field][0]
    assert kept(two) == {}


def test_what_is_no_difference_is_left_out(ash: Organisation) -> None:
    two, draft = differing(ash)
    client = factories.signed_in(two.supporter)
    for key in ("alcohol", "friends", "nothing", "\x00", "own-1"):
        assert client.post(url(two, draft), typed(1, key)).status_code in {302, 422}
    assert kept(two) == {}
    assert Agreement.objects.get().revision == 1


def test_before_both_have_finished(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = met.drafted(two, review_on=met.days_ahead(56), now=TODAY)
    met.shared(two, "peer", met.PEER)
    with pytest.raises(Refused, match="finish both boundary sheets"):
        settle(two, draft, 1, hug_given=TALKED)
    answer = factories.signed_in(two.supporter).post(url(two, draft), typed(1))
    assert answer.status_code == 422
    assert "finish both boundary sheets" in answer.content.decode()


def test_once_it_lies_before_both_nothing_is_noted_any_more(ash: Organisation) -> None:
    two, draft = differing(ash)
    settled = settle(two, draft, 1, hug_given=TALKED).agreement
    by = factories.member(two.supporter)
    agreeing.propose(agreement_id=draft.pk, revision=settled.revision, by=by, now=TODAY)
    with pytest.raises(Refused, match="not being written on"):
        settle(two, draft, 2, hug_given=Point(outcome="open", note=""))
    shown = factories.signed_in(two.supporter).post(url(two, draft), typed(2, outcome="open"), follow=True)
    assert "not being written on any more" in shown.content.decode()
    assert kept(two) == {"hug_given": TALKED}


def test_a_difference_that_stayed_the_same_was_talked_about_already(ash: Organisation) -> None:
    """In the next version only what is new has to be talked about."""
    two, draft = differing(ash)
    met.yes(two, settle(two, draft, 1, hug_given=TALKED).agreement, now=TODAY)
    again = met.drafted(two, version=2, review_on=met.days_ahead(56), now=TODAY)
    met.shared(two, "supporter", {"alcohol": MAYBE}, version=2)
    met.shared(two, "peer", {}, version=2)
    by = factories.member(two.supporter)
    with pytest.raises(Refused, match="each of your differences"):
        agreeing.agree(agreement_id=again.pk, revision=1, by=by, now=TODAY)
    settled = settle(two, again, 1, alcohol=Point(outcome="open", note=""))
    assert (settled.done, settled.total) == (2, 2)
    met.yes(two, settled.agreement, now=TODAY)
    assert kept(two) == {"hug_given": TALKED, "alcohol": {"outcome": "open", "note": ""}}


def test_a_difference_that_changed_is_talked_about_anew(ash: Organisation) -> None:
    two, draft = differing(ash)
    met.yes(two, settle(two, draft, 1, hug_given=TALKED).agreement, now=TODAY)
    again = met.drafted(two, version=2, review_on=met.days_ahead(56), now=TODAY)
    met.shared(two, "supporter", {"hug_given": ALWAYS}, version=2)
    met.shared(two, "peer", {}, version=2)
    with pytest.raises(Refused, match="each of your differences"):
        met.yes(two, again, now=TODAY)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    two, draft = differing(ash)
    others = met.introduced(ash)
    refused = {
        two.coordinator: 403,
        factories.supervisor(ash): 403,
        others.supporter: 404,
        factories.supporter(elm): 404,
    }
    for row, status in refused.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(row), method)(url(two, draft), typed(1)).status_code == status
    wall.enter(ash.pk)
    client: Client = factories.signed_in(two.supporter)
    crossed = url(two, draft).replace(str(two.pairing.pk), str(others.pairing.pk))
    assert getattr(client, method)(crossed, typed(1)).status_code == 404
    assert client.get(url(two, draft))["Location"] == two.url("agree")
    assert kept(two) == {}


def test_how_much_it_asks(ash: Organisation) -> None:
    two, draft = differing(ash)
    client = factories.signed_in(two.supporter)
    client.get(two.url())
    for form, rest in ((typed(1), {"headers": HTMX}), (typed(2, outcome="open"), {})):
        with CaptureQueriesContext(connection) as caught:
            client.post(url(two, draft), form, **rest)  # type: ignore[arg-type]
        assert len([one for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]) <= 14
