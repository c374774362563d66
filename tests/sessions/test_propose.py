"""Laying a version before both: its words stand still, and each can answer in their own time."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from lib.sealing.models import open_text
from people.models import Organisation
from reminders.models import Message
from sessions.actions import agreeing, agreements
from sessions.models import Agreement, AgreementAnswer
from tests import factories
from tests.sessions import aimed, booked, laid, met

TODAY = datetime.now(UTC)


def ready(ash: Organisation) -> tuple[met.Two, Agreement]:
    """Nothing is missing."""
    two = met.introduced(ash)
    return two, met.ready(two, review_on=met.days_ahead(56), now=TODAY)


def url(two: met.Two, draft: Agreement) -> str:
    return two.url("agreements", draft.pk, "propose")


def body(two: met.Two, row: Agreement) -> Any:
    return json.loads(open_text(Agreement.objects.get(pk=row.pk), "body", two.peer.data_key))


def test_a_version_is_laid_before_both(ash: Organisation) -> None:
    two, draft = ready(ash)
    supervisor = met.supervised(two)
    client = factories.signed_in(two.supporter)
    assert url(two, draft) in client.get(two.url("agree")).content.decode()
    asked = client.get(url(two, draft)).content.decode()
    assert "its words stand still" in asked
    assert "has no page of their own that works" in asked
    assert Agreement.objects.get().state == "draft"
    answer = client.post(url(two, draft), {"revision": draft.revision})
    assert (answer.status_code, answer["Location"]) == (302, two.url("agreements", draft.pk))
    row = Agreement.objects.get()
    assert (row.state, row.in_force_at, row.item_list) == ("proposed", None, 0)
    assert row.proposed_at is not None
    event = Event.objects.get(verb="sessions.propose")
    assert (event.object_id, event.detail) == (str(draft.pk), {"version": 1})
    frozen = body(two, draft)
    assert frozen["told"] == [
        f"Who may be told: {supervisor.user.preferred_name}.",
        "Who would be told: the emergency services, or a person you trust.",
    ]
    assert (frozen["trusts_somebody"], len(frozen["boundaries"])) == (False, 27)


def test_its_page_waits_for_two_answers(ash: Organisation) -> None:
    two, draft = ready(ash)
    client = factories.signed_in(two.supporter)
    client.post(url(two, draft), {"revision": draft.revision})
    shown = client.get(two.url("agreements", draft.pk)).content.decode()
    for words in (
        "is not agreed yet",
        "Nobody has answered yet.",
        "Say what you think",
        "Note what",
        "Never",
    ):
        assert words in shown
    assert two.url("agreements", draft.pk, "answer", "supporter") in shown
    assert two.url("agreements", draft.pk, "withdraw") in shown
    assert client.get(two.url("agree"))["Location"] == two.url("agreements", draft.pk)
    for page in ("", "first-meeting"):
        assert "A version lies before you both." in client.get(two.url(page)).content.decode()
    assert "A version lies" not in factories.signed_in(two.coordinator).get(two.url()).content.decode()


def test_the_peer_is_told_where_a_page_of_theirs_works(ash: Organisation) -> None:
    found = booked.thread(ash)
    draft = laid.ready(found)
    two = laid.two_of(found)
    aimed.own_page(found)
    client = factories.signed_in(found.supporter)
    assert "can read it on their own page" in client.get(url(two, draft)).content.decode()
    before = Message.objects.filter(recipient_id=found.peer.pk).count()
    client.post(url(two, draft), {"revision": draft.revision})
    assert Message.objects.filter(recipient_id=found.peer.pk).count() == before + 1


def test_what_holds_goes_on_and_the_page_says_what_would_differ(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = laid.laid(found)
    shown = factories.signed_in(found.supporter).get(laid.two_of(found).url("agreements", row.pk))
    assert "What would be different from now" in shown.content.decode()
    assert laid.held(found).version == 1
    opened = [str(laid.held(found).pk), str(row.pk)]
    looks = Event.objects.filter(verb="sessions.look", object_kind="peer_sessions.agreement")
    assert sorted(looks.values_list("object_id", flat=True)) == sorted(opened)


def test_its_words_stand_still(ash: Organisation) -> None:
    two, draft = ready(ash)
    factories.signed_in(two.supporter).post(url(two, draft), {"revision": draft.revision})
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.update(minutes=20)
    with pytest.raises(Refused, match="lies before you both"):
        met.drafted(two, revision=draft.revision, minutes=20, now=TODAY)


def test_put_aside_it_can_still_be_read(ash: Organisation) -> None:
    two, draft = ready(ash)
    client = factories.signed_in(two.supporter)
    client.post(url(two, draft), {"revision": draft.revision})
    client.post(two.url("agreements", draft.pk, "withdraw"), {"state": "proposed"})
    assert Agreement.objects.get().state == "withdrawn"
    shown = client.get(two.url("agreements", draft.pk)).content.decode()
    assert "before both had said yes" in shown
    assert "Say what you think" not in shown
    assert AgreementAnswer.objects.count() == 0


def test_twice_proposes_once(ash: Organisation) -> None:
    two, draft = ready(ash)
    client = factories.signed_in(two.supporter)
    for _ in range(2):
        assert client.post(url(two, draft), {"revision": draft.revision}).status_code == 302
    assert Event.objects.filter(verb="sessions.propose").count() == 1
    assert client.get(url(two, draft))["Location"] == two.url("agreements", draft.pk)


@pytest.mark.parametrize("revision", ["1", "7", "", "x", "\x00", "9" * 40])
def test_a_page_older_than_the_draft(ash: Organisation, revision: str) -> None:
    two, draft = ready(ash)
    answer = factories.signed_in(two.supporter).post(url(two, draft), {"revision": revision})
    assert answer.status_code == 422
    assert Agreement.objects.get().state == "draft"


def test_something_is_missing(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = met.drafted(two, review_on=met.days_ahead(56), now=TODAY)
    answer = factories.signed_in(two.supporter).post(url(two, draft), {"revision": draft.revision})
    assert answer.status_code == 422
    assert "finish both boundary sheets" in answer.content.decode()
    with pytest.raises(Refused, match="has passed"):
        agreeing.propose(
            agreement_id=draft.pk,
            revision=draft.revision,
            by=factories.member(two.supporter),
            now=TODAY + timedelta(days=60),
        )


def test_what_was_put_aside_is_not_proposed(ash: Organisation) -> None:
    two, draft = ready(ash)
    by = factories.member(two.supporter)
    agreements.withdraw(agreement_id=draft.pk, state="draft", by=by, now=TODAY)
    client = factories.signed_in(two.supporter)
    assert client.get(url(two, draft))["Location"] == two.url()
    answer = client.post(url(two, draft), {"revision": draft.revision})
    assert answer.status_code == 422
    assert "has changed since you opened this page" in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    two, draft = ready(ash)
    others = met.introduced(ash)
    refused = {
        two.coordinator: 403,
        factories.supervisor(ash): 403,
        others.supporter: 404,
        factories.supporter(elm): 404,
    }
    form = {"revision": draft.revision}
    for row, status in refused.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(row), method)(url(two, draft), form).status_code == status
    wall.enter(ash.pk)
    crossed = url(two, draft).replace(str(two.pairing.pk), str(others.pairing.pk))
    assert getattr(factories.signed_in(two.supporter), method)(crossed, form).status_code == 404
    assert Agreement.objects.get().state == "draft"


def test_how_much_it_asks(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.own_page(found)
    draft, two = laid.ready(found), laid.two_of(found)
    client = factories.signed_in(found.supporter)
    client.get(two.url())
    for most, form in ((10, None), (14, {"revision": draft.revision})):
        with CaptureQueriesContext(connection) as caught:
            client.post(url(two, draft), form) if form else client.get(url(two, draft))
        assert len([one for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]) <= most
    client.get(two.url())
    with CaptureQueriesContext(connection) as caught:
        client.get(two.url("agreements", draft.pk))
    assert len([one for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]) <= 10
