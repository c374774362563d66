"""Agreeing: both say yes, the words are frozen, the stricter answer holds, the older version is replaced."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from people.models import Organisation
from sessions.actions import agreeing
from sessions.models import Agreement, AgreementAnswer, Pairing, Side
from sessions.queries.pairings import day
from sessions.wording import Said
from tests import factories
from tests.sessions import met

TODAY = datetime.now(UTC)  # the pages go by the clock on the wall


def yes(draft: Agreement, **changes: Any) -> dict[str, str]:
    form: dict[str, Any] = {
        "agreement": draft.pk,
        "revision": draft.revision,
        "supporter_yes": "on",
        "peer_yes": "on",
    }
    return {key: str(value) for key, value in (form | changes).items() if value is not None}


def today_ready(two: met.Two) -> Agreement:
    """Ready by the clock on the wall, as the pages see it."""
    return met.ready(two, review_on=met.days_ahead(56), now=TODAY)


def test_both_say_yes(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = today_ready(two)
    answer = factories.signed_in(two.supporter).post(two.url("agree"), yes(draft))
    assert (answer.status_code, answer["Location"]) == (302, two.url("agreements", draft.pk))
    made = Agreement.objects.get()
    assert (made.state, made.version) == ("in_force", 1)
    two.pairing.refresh_from_db()
    assert (two.pairing.state, two.pairing.begun_at) == ("active", made.in_force_at)
    by = f"member:{two.supporter.pk}"
    assert set(AgreementAnswer.objects.values_list("side", "how", "noted_by", "at")) == {
        ("supporter", "signed_in", by, made.in_force_at),
        ("peer", "in_person", by, made.in_force_at),
    }
    event = Event.objects.get(verb="sessions.agree")
    assert (event.object_id, event.detail) == (str(made.pk), {"version": 1})


def test_the_frozen_text_holds_the_stricter_answer(ash: Organisation) -> None:
    two = met.introduced(ash)
    body = json.loads(open_text(met.agreed(two), "body", two.peer.data_key))
    holds = {row["key"]: row["holds"] for row in body["boundaries"]}
    assert len(holds) == 27
    assert {key: holds[key] for key in ("hug_given", "alcohol", "struggles", "medicine", "friends")} == {
        "hug_given": "never",
        "alcohol": "never",
        "struggles": "always",
        "medicine": "always",
        "friends": "",
    }
    assert (holds["romance"], holds["suicide_plan"]) == ("never", "always")
    assert [one["title"] for one in body["exceptions"]] == ["Supervision", "A high risk of suicide"]
    assert len(body["peer_support_is_not"]) == 4


def test_a_firm_line_says_that_it_holds_beside_what_was_said(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = met.drafted(two)
    met.shared(two, Side.SUPPORTER, {"suicide_plan": Said(answer="always", note="I would ask first")})
    met.shared(two, Side.PEER, {})
    made = met.yes(two, draft)
    page = factories.signed_in(two.supporter).get(two.url("agreements", made.pk)).content.decode()
    assert page.count("This holds in any case, whatever was answered.") == 1


def test_the_text_is_sealed_with_the_peers_key(ash: Organisation) -> None:
    two = met.introduced(ash)
    made = met.agreed(two)
    with pytest.raises(Unreadable):
        open_text(made, "body", two.supporter.data_key)


def test_the_page_shows_both_sides(ash: Organisation) -> None:
    two = met.introduced(ash)
    today_ready(two)
    page = factories.signed_in(two.supporter).get(two.url("agree"))
    side = page.context["page"]
    assert [row.title for row in side.differ] == ["A hug from the supporter"]
    assert [row.title for row in side.one_sided] == [
        "A gift from the supporter",  # from the supporter's own limits
        "The supporter’s opinion on a prescribed medicine",
        "The supporter talking about their own struggles",
    ]
    assert [row.title for row in side.same] == ["Drinking alcohol together"]
    assert len(side.left_open) == 22
    assert Event.objects.filter(verb="sessions.look").count() == 3
    assert Agreement.objects.get().state == "draft"


def test_neither_sheet_is_opened_before_both_are_shared(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.drafted(two)
    met.shared(two, "peer", met.PEER)
    page = factories.signed_in(two.supporter).get(two.url("agree"))
    assert page.context["page"].differ == []
    assert "Finish both boundary sheets." in page.content.decode()
    assert "Yes, we agree" not in page.content.decode()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("tick", "read both exceptions"),
        ("supporter", "finish both boundary sheets"),
        ("peer", "finish both boundary sheets"),
    ],
)
def test_nothing_may_be_missing(ash: Organisation, missing: str, words: str) -> None:
    two = met.introduced(ash)
    draft = met.drafted(two, exceptions_read=missing != "tick", review_on=met.days_ahead(56), now=TODAY)
    for side in {"supporter", "peer"} - {missing}:
        met.shared(two, side, {})
    with pytest.raises(Refused, match=words):
        met.yes(two, draft, now=TODAY)
    answer = factories.signed_in(two.supporter).post(two.url("agree"), yes(draft))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (Agreement.objects.get().state, AgreementAnswer.objects.count()) == ("draft", 0)


def test_the_review_has_to_lie_ahead_when_they_agree(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = met.ready(two)
    with pytest.raises(Refused, match="has passed"):
        met.yes(two, draft, now=met.START + timedelta(weeks=9))


def test_both_ticks_are_needed(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = today_ready(two)
    client = factories.signed_in(two.supporter)
    for tick, words in (("supporter_yes", "when you say yes"), ("peer_yes", "when Sam says yes")):
        answer = client.post(two.url("agree"), yes(draft, **{tick: None}))
        assert answer.status_code == 422
        assert words in answer.context["form"].errors[tick][0]
    assert Agreement.objects.get().state == "draft"


def test_a_page_older_than_the_draft_has_to_be_read_again(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = today_ready(two)
    old = yes(draft)
    met.drafted(
        two,
        revision=draft.revision,
        minutes=20,
        review_on=met.days_ahead(56),
        now=TODAY,
    )
    client = factories.signed_in(two.supporter)
    answer = client.post(two.url("agree"), old)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert "has changed since you opened this page" in form.non_field_errors()[0]
    assert (form["revision"].value(), form["peer_yes"].value()) == ("3", False)
    assert Agreement.objects.get().state == "draft"


def test_the_same_yes_twice_agrees_once(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = today_ready(two)
    client = factories.signed_in(two.supporter)
    places = {client.post(two.url("agree"), yes(draft))["Location"] for _ in range(2)}
    assert places == {two.url("agreements", draft.pk)}
    assert (AgreementAnswer.objects.count(), Event.objects.filter(verb="sessions.agree").count()) == (2, 1)


def test_a_new_version_replaces_the_old_one(ash: Organisation) -> None:
    two = met.introduced(ash)
    first = met.agreed(two)
    begun = Pairing.objects.get().begun_at
    later = met.START + timedelta(weeks=4)
    met.granted(two, up_to=12, now=later)
    second = met.yes(two, met.ready_again(two, sessions_agreed=12, now=later), now=later)
    first.refresh_from_db()
    assert (first.state, first.left_at, second.state, second.version) == ("replaced", later, "in_force", 2)
    assert Pairing.objects.get().begun_at == begun
    client = factories.signed_in(two.supporter)
    assert "It was replaced by a newer one on" in client.get(two.url("agreements", first.pk)).content.decode()
    assert "12 sessions" in client.get(two.url("agreements", second.pk)).content.decode()


@pytest.mark.parametrize("agreement", ["", "x", "\x00", str(new_id())])
def test_nonsense(ash: Organisation, agreement: str) -> None:
    two = met.introduced(ash)
    draft = today_ready(two)
    client = factories.signed_in(two.supporter)
    answer = client.post(two.url("agree"), yes(draft, agreement=agreement))
    assert answer.status_code in {404, 422}
    assert client.post(two.url("agree"), yes(draft, revision="9" * 40)).status_code == 422
    assert Agreement.objects.get().state == "draft"


def test_somebody_elses_draft_is_not_there(ash: Organisation) -> None:
    two, others = met.introduced(ash), met.introduced(ash)
    draft = today_ready(others)
    answer = factories.signed_in(two.supporter).post(two.url("agree"), yes(draft))
    assert answer.status_code == 404
    assert Agreement.objects.get().state == "draft"


@pytest.mark.parametrize("name", ["agree", "agreement"])
def test_nobody_else(ash: Organisation, elm: Organisation, name: str) -> None:
    two = met.introduced(ash)
    draft = today_ready(two)
    others = {
        two.coordinator: 403,
        factories.supervisor(ash): 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    if name == "agreement":
        met.yes(two, draft, now=TODAY)
    url = two.url("agree") if name == "agree" else two.url("agreements", draft.pk)
    for row, status in others.items():
        wall.enter(ash.pk)
        client: Client = factories.signed_in(row)
        assert client.get(url).status_code == status
        wall.enter(ash.pk)
        if name == "agree":
            assert client.post(url, yes(draft)).status_code == status
    wall.enter(ash.pk)
    assert Agreement.objects.get().state == ("draft" if name == "agree" else "in_force")


def test_reading_is_marked(ash: Organisation) -> None:
    two = met.introduced(ash)
    made = met.agreed(two)
    client = factories.signed_in(two.supporter)
    words = client.get(two.url("agreements", made.pk)).content.decode()
    for text in (
        "Somebody who knows. 🌱 שלום",
        "6 sessions",
        day(made.review_on),
        "in person, noted by the supporter",
    ):
        assert text in words
    event = Event.objects.get(verb="sessions.look")
    assert (event.object_id, event.actor) == (str(made.pk), f"member:{two.supporter.pk}")
    assert client.post(two.url("agreements", made.pk)).status_code == 405


def test_a_draft_has_no_page(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = met.drafted(two)
    assert factories.signed_in(two.supporter).get(two.url("agreements", draft.pk)).status_code == 404


def test_notes_are_shown_as_they_are(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.shared(two, "supporter", {"hug_given": Said(answer="maybe", note="<b>If</b> & “when”")})
    met.shared(two, "peer", {})
    made = met.yes(two, met.drafted(two, peer_fears="<script>alert(1)</script>"))
    words = factories.signed_in(two.supporter).get(two.url("agreements", made.pk)).content.decode()
    assert "&lt;b&gt;If&lt;/b&gt; &amp; “when”" in words
    assert "<script>alert" not in words


def counted(client: Client, url: str, form: dict[str, str] | None = None) -> int:
    with CaptureQueriesContext(connection) as caught:
        answer = client.post(url, form) if form else client.get(url)
    assert answer.status_code in {200, 302}
    return len([query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"]])


def test_how_much_the_pages_ask(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = today_ready(two)
    client = factories.signed_in(two.supporter)
    assert counted(client, two.url("first-meeting")) == 6
    assert counted(client, two.url("expectations")) == 6
    assert counted(client, two.url("sheet", "peer")) <= 10
    assert counted(client, two.url("agree")) == 8
    assert counted(client, two.url("agree"), yes(draft)) <= 14
    assert counted(client, two.url("agreements", draft.pk)) <= 10


# What the database holds by itself -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "body = ''",
        "sessions_agreed = 7",
        "minutes = 51",
        "review_on = review_on + 1",
        "version = 9",
        "in_force_at = now()",
    ],
)
def test_the_database_keeps_an_agreement(ash: Organisation, change: str) -> None:
    two = met.introduced(ash)
    made = met.agreed(two)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("peersafe_app", False)
    for statement in (
        f"UPDATE peer_sessions_agreement SET {change} WHERE id = %s",
        "DELETE FROM peer_sessions_agreement WHERE id = %s",
    ):
        with (
            pytest.raises(IntegrityError, match="frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [made.pk])


def test_the_database_keeps_one_in_force(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    second = met.drafted(two, version=2)
    with pytest.raises(IntegrityError, match="one_agreement_in_force"), transaction.atomic():
        Agreement.objects.filter(pk=second.pk).update(
            state="in_force",
            proposed_at=met.START,
            in_force_at=met.START,
            look_again_on=second.review_on,
        )


@pytest.mark.parametrize(
    "statement", ["UPDATE peer_sessions_assent SET how = 'signed_in'", "DELETE FROM peer_sessions_assent"]
)
def test_the_database_keeps_a_yes(ash: Organisation, statement: str) -> None:
    met.agreed(met.introduced(ash))
    with (
        pytest.raises(Exception, match=r"denied|added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_two_yeses_at_once_agree_once() -> None:
    """The pairing's row is locked: the second one finds it done."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        two = met.introduced(ash)
        draft = met.ready(two)
    together, answers = threading.Barrier(2), []

    def say_yes() -> None:
        try:
            with wall.inside(ash.pk):
                by = factories.member(two.supporter)
                together.wait(10)
                made = agreeing.agree(agreement_id=draft.pk, revision=draft.revision, by=by, now=met.START)
                answers.append(made.state)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=say_yes) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == ["in_force", "in_force"]
    with wall.inside(ash.pk):
        assert AgreementAnswer.objects.count() == 2
        assert Event.objects.filter(verb="sessions.agree").count() == 1
