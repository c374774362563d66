"""Answering what lies before both: a yes, a wish to talk, here, beside the other or on paper; the second yes counts."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.sealing.models import open_text
from people.models import Organisation
from reminders.models import Message
from sessions.actions import agreeing, agreements
from sessions.models import Agreement, AgreementAnswer
from tests import factories
from tests.sessions import aimed, booked, laid, met

TODAY = datetime.now(UTC)
WORDS = "The part about hugs, please. 🤗 שלום"


def before_both(ash: Organisation) -> tuple[met.Two, Agreement]:
    """A first version lies before both."""
    two = met.introduced(ash)
    draft = met.ready(two, review_on=met.days_ahead(56), now=TODAY)
    by = factories.member(two.supporter)
    return two, agreeing.propose(agreement_id=draft.pk, revision=draft.revision, by=by, now=TODAY)


def url(two: met.Two, row: Agreement, side: str = "supporter") -> str:
    return two.url("agreements", row.pk, "answer", side)


def test_both_answer_in_their_own_time(ash: Organisation) -> None:
    two, row = before_both(ash)
    client = factories.signed_in(two.supporter)
    answer = client.post(url(two, row), laid.typed())
    assert (answer.status_code, answer["Location"]) == (302, two.url("agreements", row.pk))
    assert Agreement.objects.get().state == "proposed"
    shown = client.get(two.url("agreements", row.pk)).content.decode()
    assert "here, signed in" in shown
    assert "Say what you think" not in shown
    answer = client.post(url(two, row, "peer"), laid.typed(how="in_person"), follow=True)
    assert "You have both said yes." in answer.content.decode()
    made = Agreement.objects.get()
    assert made.state == "in_force"
    by = f"member:{two.supporter.pk}"
    assert list(AgreementAnswer.objects.order_by("at").values_list("side", "said", "how", "noted_by")) == [
        ("supporter", "agrees", "signed_in", by),
        ("peer", "agrees", "in_person", by),
    ]
    events = Event.objects.filter(verb="sessions.answer").order_by("number")
    assert [event.detail for event in events] == [
        {"side": "supporter", "said": "agrees"},
        {"side": "peer", "said": "agrees"},
    ]


def test_i_want_to_talk_about_this(ash: Organisation) -> None:
    two, row = before_both(ash)
    client = factories.signed_in(two.supporter)
    client.post(url(two, row), laid.typed("talk", WORDS))
    given = AgreementAnswer.objects.get()
    assert (given.said, open_text(given, "words", two.peer.data_key)) == ("talk", WORDS)
    assert WORDS.encode() not in bytes(given.words)
    shown = client.get(two.url("agreements", row.pk)).content.decode()
    assert WORDS in shown
    assert "Say what you think" in shown
    assert Agreement.objects.get().state == "proposed"
    client.post(url(two, row), laid.typed("talk", "And one more"))
    client.post(url(two, row), laid.typed())
    assert AgreementAnswer.objects.count() == 3
    assert WORDS not in str(Event.objects.values_list("detail", flat=True))


def test_a_yes_needs_no_words(ash: Organisation) -> None:
    two, row = before_both(ash)
    factories.signed_in(two.supporter).post(url(two, row), laid.typed("agrees", "kept by nobody"))
    assert bytes(AgreementAnswer.objects.get().words) == b""


def test_on_paper_leads_to_its_picture(ash: Organisation) -> None:
    two, row = before_both(ash)
    answer = factories.signed_in(two.supporter).post(url(two, row, "peer"), laid.typed(how="paper"))
    given = AgreementAnswer.objects.get()
    assert given.how == "paper"
    assert answer["Location"] == two.url("agreements", row.pk, "answers", given.pk, "paper")


def test_the_peer_is_told_what_was_noted(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.own_page(found)
    row = laid.laid(found)
    before = Message.objects.filter(recipient_id=found.peer.pk).count()
    two = laid.two_of(found)
    factories.signed_in(found.supporter).post(url(two, row, "peer"), laid.typed("talk", how="in_person"))
    assert Message.objects.filter(recipient_id=found.peer.pk).count() == before + 1


def test_talking_about_what_holds(ash: Organisation) -> None:
    two = met.introduced(ash)
    made = met.agreed(two)
    client = factories.signed_in(two.supporter)
    shown = client.get(url(two, made, "peer")).content.decode()
    assert "It goes on to hold while you talk" in shown
    assert 'value="agrees"' not in shown
    client.post(url(two, made, "peer"), laid.typed("talk", WORDS, how="in_person"))
    made.refresh_from_db()
    assert (made.state, made.look_again_because) == ("in_force", "changed")


def test_the_yes_that_put_it_in_force_twice(ash: Organisation) -> None:
    two, row = before_both(ash)
    client, form = factories.signed_in(two.supporter), laid.typed()
    client.post(url(two, row, "peer"), laid.typed(how="in_person"))
    for again in (form, form, laid.typed()):  # pressed twice, and once more in a second window
        answer = client.post(url(two, row), again, follow=True)
        assert "You have both said yes." in answer.content.decode()
    assert Agreement.objects.get().state == "in_force"
    assert AgreementAnswer.objects.count() == 2


def test_the_same_form_twice(ash: Organisation) -> None:
    two, row = before_both(ash)
    client = factories.signed_in(two.supporter)
    for form in (laid.typed("talk", WORDS), laid.typed()):
        assert {client.post(url(two, row), form).status_code for _ in range(2)} == {302}
    client.post(url(two, row), laid.typed())
    assert sorted(AgreementAnswer.objects.values_list("said", flat=True)) == ["agrees", "talk"]


def test_agreeing_to_a_version_just_put_aside(ash: Organisation) -> None:
    two, row = before_both(ash)
    by = factories.member(two.supporter)
    agreements.withdraw(agreement_id=row.pk, state="proposed", by=by, now=TODAY)
    client = factories.signed_in(two.supporter)
    answer = client.post(url(two, row), laid.typed("talk", WORDS))
    assert answer.status_code == 422
    assert "put aside or replaced since you opened the page" in answer.content.decode()
    assert WORDS in answer.content.decode()
    shown = client.get(url(two, row), follow=True).content.decode()
    assert "There is nothing to answer any more." in shown
    assert AgreementAnswer.objects.count() == 0


def test_agreeing_to_a_version_just_replaced(ash: Organisation) -> None:
    found = booked.thread(ash)
    two, first = laid.two_of(found), laid.held(found)
    second = laid.laid(found)
    client = factories.signed_in(found.supporter)
    client.post(url(two, second), laid.typed())
    client.post(url(two, second, "peer"), laid.typed(how="in_person"))
    answer = client.post(url(two, first, "peer"), laid.typed("talk", how="in_person"))
    assert answer.status_code == 422
    assert "put aside or replaced" in answer.content.decode()
    assert dict(Agreement.objects.values_list("version", "state")) == {1: "replaced", 2: "in_force"}


def test_a_draft_has_nothing_to_answer(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = met.ready(two, review_on=met.days_ahead(56), now=TODAY)
    client = factories.signed_in(two.supporter)
    answer = client.post(url(two, draft), laid.typed())
    assert answer.status_code == 422
    assert "not finished yet" in answer.content.decode()
    assert client.get(url(two, draft))["Location"] == two.url()


def test_who_no_longer_agrees_withdraws(ash: Organisation) -> None:
    two, row = before_both(ash)
    by = factories.member(two.supporter)
    with pytest.raises(ValueError, match="no_longer"):
        agreeing.answer(once=new_id(), agreement_id=row.pk, side="peer", said="no_longer", by=by, now=TODAY)
    assert factories.signed_in(two.supporter).post(url(two, row), laid.typed("no_longer")).status_code == 422
    assert AgreementAnswer.objects.count() == 0


@pytest.mark.parametrize(
    ("side", "form", "field"),
    [
        ("supporter", {"said": ""}, "said"),
        ("supporter", {"said": "\x00"}, "said"),
        ("supporter", {"said": "talk", "words": "x" * 1001}, "words"),
        ("supporter", {"said": "talk", "words": "a\x00b"}, "words"),
        ("supporter", {"once": "x"}, "once"),
        ("peer", {}, "how"),
        ("peer", {"how": "own_page"}, "how"),
        ("peer", {"how": "signed_in"}, "how"),
    ],
)
def test_nonsense(ash: Organisation, side: str, form: dict[str, str], field: str) -> None:
    two, row = before_both(ash)
    answer = factories.signed_in(two.supporter).post(url(two, row, side), laid.typed(words="kept 🌱") | form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    if "words" not in form:
        assert "kept 🌱" in answer.content.decode()
    assert AgreementAnswer.objects.count() == 0


def test_no_such_side(ash: Organisation) -> None:
    two, row = before_both(ash)
    assert factories.signed_in(two.supporter).get(url(two, row, "both")).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    two, row = before_both(ash)
    others = met.introduced(ash)
    refused = {
        two.coordinator: 403,
        factories.supervisor(ash): 403,
        others.supporter: 404,
        factories.supporter(elm): 404,
    }
    for person, status in refused.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(person), method)(url(two, row), laid.typed()).status_code == status
    wall.enter(ash.pk)
    crossed = url(two, row).replace(str(two.pairing.pk), str(others.pairing.pk))
    assert getattr(factories.signed_in(two.supporter), method)(crossed, laid.typed()).status_code == 404
    assert factories.signed_in(two.supporter).get(url(two, row)).status_code == 200
    assert AgreementAnswer.objects.count() == 0


def test_an_answer_is_never_changed(ash: Organisation) -> None:
    two, row = before_both(ash)
    factories.signed_in(two.supporter).post(url(two, row), laid.typed())
    for change in (lambda: AgreementAnswer.objects.update(said="talk"), AgreementAnswer.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_how_much_it_asks(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.own_page(found)
    row, two = laid.laid(found), laid.two_of(found)
    client = factories.signed_in(found.supporter)
    client.get(two.url())
    for side, form in (("supporter", laid.typed()), ("peer", laid.typed("talk", how="paper"))):
        with CaptureQueriesContext(connection) as caught:
            client.post(url(two, row, side), form)
        assert len([one for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]) <= 14


@pytest.mark.django_db(transaction=True)
def test_both_say_yes_in_the_same_moment() -> None:
    """Each would see only their own yes, and nothing would ever hold: the second waits for the pairing's row."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        two, row = before_both(ash)
    by = factories.member(two.supporter)
    first, asked = threading.Event(), threading.Event()

    def peer_says_yes() -> None:
        first.wait(10)
        asked.set()
        try:
            with wall.inside(ash.pk):
                agreeing.answer(
                    once=new_id(), agreement_id=row.pk, side="peer", said="agrees", by=by, now=TODAY
                )
        finally:
            connections["default"].close()

    thread = threading.Thread(target=peer_says_yes)
    thread.start()
    with wall.inside(ash.pk):
        agreeing.answer(once=new_id(), agreement_id=row.pk, side="supporter", said="agrees", by=by, now=TODAY)
        first.set()
        asked.wait(10)
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    with wall.inside(ash.pk):
        assert Agreement.objects.get().state == "in_force"
        assert AgreementAnswer.objects.count() == 2
