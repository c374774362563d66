"""Looked at again together, and it stays as it is: no new version, a new day, and the story tells of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from peersafe.queries.supporter import supporter_home
from people.models import Organisation
from reminders.models import Message, Reminder
from sessions.actions import agreements, keeping
from sessions.actions.looking_again import look_again
from sessions.models import Agreement, AgreementKept, LookAgain
from sessions.queries.keeping import seen
from sessions.queries.pairings import day
from tests import factories
from tests.sessions import aimed, booked, laid, listed, met
from tests.sessions.test_history import asked

TODAY = datetime.now(UTC)
NEXT = met.days_ahead(30)
STAYS = "it stays as it is"


@pytest.fixture
def two(ash: Organisation) -> met.Two:
    """Two whose day to look at their agreement again has come: they agreed in January."""
    made = met.introduced(ash)
    met.agreed(made)
    return made


def held() -> Agreement:
    return Agreement.objects.get(state="in_force")


def url(two: met.Two, row: Agreement | None = None) -> str:
    return two.url("agreements", (row or held()).pk, "keep")


def form(row: Agreement | None = None, **changes: Any) -> dict[str, str]:
    """What the form sends."""
    values = {"once": new_id(), "seen": seen(row or held()), "look_again_on": NEXT.isoformat()}
    return {key: str(value) for key, value in (values | changes).items()}


def keep(
    two: met.Two, row: Agreement, *, once: UUID | None = None, on: date = NEXT, now: datetime = TODAY
) -> AgreementKept:
    """The same through the action."""
    with wall.inside(two.organisation.pk):
        return keeping.keep_agreement(
            once=once or new_id(),
            agreement_id=row.pk,
            look_again_on=on,
            seen_then=seen(row),
            by=factories.member(two.supporter),
            now=now,
        )


def stored() -> tuple[int, int]:
    """How many rows and marks there are of it."""
    return AgreementKept.objects.count(), Event.objects.filter(verb="sessions.keep_agreement").count()


def count(act: Callable[[], Any]) -> int:
    """How many statements something takes."""
    with CaptureQueriesContext(connection) as caught:
        act()
    return len([query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"]])


# It stays as it is -----------------------------------------------------------------------------------------------


def test_it_stays_and_gets_a_new_day(two: met.Two) -> None:
    before, client = held(), factories.signed_in(two.supporter)
    pairing = client.get(two.url()).content.decode()
    assert "You wanted to look at your agreement again" in pairing
    assert f'btn-primary" href="{url(two)}"' in pairing
    page = client.get(url(two))
    assert page.context["form"]["look_again_on"].value() == met.days_ahead(56)
    assert "You wanted to look at it again on 2 March 2026." in page.content.decode()
    answer = client.post(url(two), form())
    assert (answer.status_code, answer["Location"]) == (302, two.url())
    after, row = held(), AgreementKept.objects.get()
    assert (after.pk, after.version, bytes(after.body)) == (before.pk, 1, bytes(before.body))
    assert (after.review_on, after.look_again_on) == (before.review_on, NEXT)
    assert (row.look_again_on, row.kept_at, row.asked_at) == (NEXT, after.kept_at, None)
    event = Event.objects.get(verb="sessions.keep_agreement")
    assert (event.object_id, event.detail) == (str(after.pk), {"version": 1})
    shown = client.get(two.url()).content.decode()
    assert "You wanted to look at your agreement again" not in shown
    assert day(NEXT) in shown
    assert f'btn-link" href="{url(two)}"' in shown


def test_everything_that_asks_when_it_is_due_reads_the_new_day(two: met.Two) -> None:
    coordinator = factories.signed_in(two.coordinator)
    supporter = factories.member(two.supporter)

    def due() -> tuple[Any, ...]:
        (row,) = coordinator.get("/o/ash/agreements/").context["page"].rows
        (line,) = factories.signed_in(two.supporter).get("/o/ash/pairings/").context["page"].rows
        home = coordinator.get("/o/ash/").context["home"]
        (step,) = supporter_home(supporter, TODAY).peers
        return row.is_due, row.due, line.review_is_due, line.review, home.overdue, step.step

    fits, old, new = "See whether your agreement still fits", day(date(2026, 3, 2)), day(NEXT)
    assert due() == (True, old, True, old, 1, fits)
    keep(two, held())
    assert due() == (False, new, False, new, 0, "Book a session")
    Agreement.objects.update(look_again_on=TODAY.date() - timedelta(days=1))
    assert due()[0::2] == (True, True, 1)


def test_the_supporter_is_reminded_of_the_new_day_only(two: met.Two) -> None:
    made = held()
    (old,) = Reminder.objects.filter(kind="look_again", object_id=made.pk)
    keep(two, made)
    found = {row.due_at: row.state for row in Reminder.objects.filter(kind="look_again", object_id=made.pk)}
    new = next(at for at in found if at != old.due_at)
    assert found == {old.due_at: "cancelled", new: "waiting"}
    assert new.date() == NEXT
    again = datetime.combine(NEXT, time(12), tzinfo=UTC)
    keep(two, held(), on=NEXT + timedelta(days=40), now=again)
    assert Reminder.objects.filter(kind="look_again", state="waiting", object_id=made.pk).count() == 1
    agreements.withdraw(
        agreement_id=made.pk,
        state="in_force",
        sides=["peer"],
        by=factories.member(two.supporter),
        now=again,
    )
    assert not Reminder.objects.filter(kind="look_again", state="waiting", object_id=made.pk).exists()


@pytest.mark.parametrize("because", ["changed", "crossed"])
def test_it_answers_what_asked_for_a_look(two: met.Two, because: str) -> None:
    look_again(pairing_id=two.pairing.pk, because=LookAgain(because), now=TODAY)
    client = factories.signed_in(two.supporter)
    assert "one of you" in client.get(url(two)).content.decode()
    client.post(url(two), form())
    after, row = held(), AgreementKept.objects.get()
    assert (after.look_again_at, after.look_again_because) == (None, "")
    assert (row.asked_at, row.asked_because) == (TODAY, because)
    assert supporter_home(factories.member(two.supporter), TODAY).peers[0].step == "Book a session"


def test_the_story_tells_it_and_forgets_nothing(two: met.Two) -> None:
    march, june = (datetime(2026, month, 2, 12, tzinfo=UTC) for month in (3, 6))
    look_again(pairing_id=two.pairing.pk, because=LookAgain.CROSSED, now=march - timedelta(days=2))
    keep(two, held(), on=date(2026, 6, 1), now=march)
    keep(two, held(), on=NEXT, now=june)
    client = factories.signed_in(two.supporter)
    assert asked(client, two.url("history")) <= 8
    answer = client.get(two.url("history"), {"on": "2026-03-03"})
    (chapter,) = answer.context["story"].chapters
    words = [moment.words for moment in chapter.moments]
    looked = "You both looked at it; it stays as it is. You look at it next on "
    assert words[-3:] == [
        "Time to look at it again: a boundary was crossed.",
        f"{looked}1 June 2026.",
        f"{looked}{day(NEXT)}.",
    ]
    assert chapter.moments[-2].when == "2 March 2026 at 12:00"
    (then,) = answer.context["on"].held
    assert [moment.words for moment in then.said][-1] == f"{looked}1 June 2026."


def test_the_peer_is_told_and_reads_it_on_their_own_page(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, link = laid.phone(found)
    keep(laid.two_of(found), laid.held(found))
    row = AgreementKept.objects.get()
    sent = Message.objects.get(kind="own_page_news", slot=str(row.pk))
    assert (sent.recipient_id, sent.link_id) == (found.peer.pk, link.pk)
    for page in ((), ("agreement",), ("history",)):
        assert STAYS in client.get(aimed.mine(link, *page)).content.decode()
    assert not Message.objects.filter(kind="something_waits", slot=str(row.pk)).exists()


def test_without_a_page_of_their_own_nothing_is_sent(two: met.Two) -> None:
    keep(two, held())
    assert not Message.objects.filter(object_id=held().pk, slot=str(AgreementKept.objects.get().pk)).exists()


def test_the_agreement_itself_says_so(two: met.Two) -> None:
    keep(two, held())
    page = factories.signed_in(two.supporter).get(two.url("agreements", held().pk)).content.decode()
    assert f"You both looked at it on {day(TODAY)}, and {STAYS}." in page
    assert f"You look at it next on {day(NEXT)}." in page


def test_a_new_version_begins_with_its_own_day(two: met.Two) -> None:
    keep(two, held())
    met.yes(two, met.ready_again(two, review_on=met.days_ahead(60), now=TODAY), now=TODAY)
    assert (held().version, held().look_again_on, held().kept_at) == (2, met.days_ahead(60), None)
    assert Agreement.objects.get(version=1).look_again_on == NEXT


# What stands in the way ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Please choose a day."),
        ("yesterday 🌱", "Enter a valid date."),
        ("\x00", "Enter a valid date."),
        ("שלום" * 400, "Enter a valid date."),
        ("2026-01-06", "Please choose a day that is still to come."),
        (TODAY.date().isoformat(), "Please choose a day that is still to come."),
        (met.days_ahead(400).isoformat(), "Please choose a day within the next year."),
        ("9999-12-31", "Please choose a day within the next year."),
    ],
)
def test_a_day_that_will_not_do(two: met.Two, typed: str, words: str) -> None:
    answer = factories.signed_in(two.supporter).post(url(two), form(look_again_on=typed))
    assert answer.status_code == 422
    assert answer.context["form"].errors["look_again_on"] == [words]
    assert answer.context["form"]["look_again_on"].value() == typed
    assert (held().kept_at, stored()) == (None, (0, 0))


def test_a_floor_that_was_raised_is_named_and_leads_to_a_new_version(two: met.Two) -> None:
    """Both said that medicine could be talked about; the organisation says never from now on."""
    listed.with_floor(two.coordinator, "friends", "never")
    row, client = held(), factories.signed_in(two.supporter)
    shown = client.get(url(two)).content.decode()
    assert "What you agreed on keeps to them already." in shown
    listed.with_floor(two.coordinator, "struggles", "never")
    row = held()
    assert row.look_again_because == "floor"
    page = client.get(url(two)).content.decode()
    for words in (
        "The supporter talking about their own struggles",
        "Our house rule.",
        "You did nothing wrong",
    ):
        assert words in page
    assert f'href="{two.url("first-meeting")}"' in page
    assert 'name="look_again_on"' not in page
    answer = client.post(url(two), form(row))
    assert answer.status_code == 422
    assert "has drawn a firmer line since" in answer.content.decode()
    assert "own struggles" in answer.content.decode()
    assert (held().look_again_because, stored()) == ("floor", (0, 0))
    looks = Event.objects.filter(verb="sessions.look", object_id=str(row.pk))
    assert looks.count() == 3


def test_a_floor_it_keeps_to_already_is_answered(two: met.Two) -> None:
    listed.with_floor(two.coordinator, "alcohol", "never")
    assert held().look_again_because == "floor"
    assert factories.signed_in(two.supporter).post(url(two), form()).status_code == 302
    assert (held().look_again_because, held().item_list) == ("", 0)
    listed.with_floor(two.coordinator, "struggles", "never")
    assert held().look_again_because == "floor"


def test_not_while_a_newer_version_lies_before_both(ash: Organisation) -> None:
    found = booked.thread(ash)
    two, row = laid.two_of(found), laid.held(found)
    proposed, client = laid.laid(found), factories.signed_in(found.supporter)
    page = client.get(url(two, row)).content.decode()
    assert "A newer version lies before you both" in page
    assert two.url("agreements", proposed.pk) in page
    assert url(two, row) not in client.get(two.url()).content.decode()
    answer = client.post(url(two, row), form(row))
    assert answer.status_code == 422
    assert "Answer it, or put it aside first." in answer.content.decode()
    assert stored() == (0, 0)


def test_what_holds_no_longer_is_not_kept(two: met.Two) -> None:
    first, client = held(), factories.signed_in(two.supporter)
    sent = form()
    met.yes(two, met.ready_again(two))
    withdrawn = held()
    agreements.withdraw(
        agreement_id=withdrawn.pk,
        state="in_force",
        sides=["peer"],
        by=factories.member(two.supporter),
        now=TODAY,
    )
    draft = met.drafted(two, version=3)
    for row in (first, withdrawn, draft):
        assert client.get(url(two, row))["Location"] == two.url()
        shown = client.post(url(two, row), sent | {"once": str(new_id())}, follow=True).content.decode()
        assert "withdrawn or replaced since you opened the page" in shown
    assert stored() == (0, 0)


def test_a_look_asked_for_meanwhile_is_not_passed_over(two: met.Two) -> None:
    """On their own page the peer says that something should change, while this one lies open."""
    client, sent = factories.signed_in(two.supporter), form()
    look_again(pairing_id=two.pairing.pk, because=LookAgain.CHANGED, now=TODAY)
    answer = client.post(url(two), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Something changed since you opened the page." in page
    assert "one of you said that something should change" in page
    shown = answer.context["form"]
    assert shown["look_again_on"].value() == sent["look_again_on"]
    assert stored() == (0, 0)
    again = {name: shown[name].value() for name in sent}
    assert client.post(url(two), again).status_code == 302
    assert AgreementKept.objects.get().asked_because == "changed"


@pytest.mark.parametrize("said", ["", "\x00", "🌱" * 900, "שלום", "floor///True"])
def test_a_page_that_showed_something_else(two: met.Two, said: str) -> None:
    answer = factories.signed_in(two.supporter).post(url(two), form(seen=said))
    assert answer.status_code == 422
    assert "Something changed since you opened the page." in answer.content.decode()
    assert stored() == (0, 0)


def test_the_same_form_twice_is_kept_once(two: met.Two) -> None:
    client, sent = factories.signed_in(two.supporter), form()
    assert [client.post(url(two), sent).status_code for _ in range(2)] == [302, 302]
    assert stored() == (1, 1)
    assert client.post(url(two), form(once="x")).status_code == 422


def test_a_form_of_other_two_keeps_nothing(two: met.Two, ash: Organisation) -> None:
    others = met.introduced(ash)
    theirs, row, once = met.agreed(others), held_of(two), new_id()
    keep(two, row, once=once)
    with pytest.raises(Refused, match="sent already"):
        keep(others, theirs, once=once)
    assert stored() == (1, 1)


def held_of(two: met.Two) -> Agreement:
    return Agreement.objects.get(state="in_force", pairing=two.pairing)


def test_looking_at_the_page_changes_nothing(two: met.Two) -> None:
    before, client = Agreement.objects.values().get(), factories.signed_in(two.supporter)
    assert client.get(url(two)).status_code == 200
    assert Agreement.objects.values().get() == before
    assert stored() == (0, 0)
    assert client.put(url(two)).status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(two: met.Two, ash: Organisation, elm: Organisation, method: str) -> None:
    made, others = held(), met.introduced(ash)
    refused = {
        two.coordinator: 403,
        factories.supervisor(ash): 403,
        others.supporter: 404,
        factories.supporter(elm): 404,
    }
    sent = form(made)
    for row, status in refused.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(row), method)(url(two, made), sent).status_code == status
    wall.enter(ash.pk)
    crossed = url(two, made).replace(str(two.pairing.pk), str(others.pairing.pk))
    assert getattr(factories.signed_in(two.supporter), method)(crossed, sent).status_code == 404
    assert stored() == (0, 0)


def test_how_much_it_asks(ash: Organisation) -> None:
    found = booked.thread(ash)
    laid.phone(found)
    two, client = laid.two_of(found), factories.signed_in(found.supporter)
    listed.with_floor(found.coordinator, "friends", "never")
    wall.enter(ash.pk)
    address, sent = url(two), form()
    client.get(address)
    assert count(lambda: client.get(address)) <= 10
    assert count(lambda: client.post(address, sent)) <= 14
    assert stored() == (1, 1)


# What the database holds -----------------------------------------------------------------------------------------


def test_that_they_looked_is_added_and_never_changed(two: met.Two) -> None:
    keep(two, held())
    for statement in (
        "UPDATE peer_sessions_agreementkept SET look_again_on = look_again_on + 1",
        "DELETE FROM peer_sessions_agreementkept",
    ):
        with (
            pytest.raises(Exception, match=r"denied|added to"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_what_holds_has_a_day(two: met.Two) -> None:
    with pytest.raises(IntegrityError, match="look_again_on"), transaction.atomic():
        Agreement.objects.update(look_again_on=None)
