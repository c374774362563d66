"""A boundary was crossed: noted by either side, without blame; it goes no further than whoever notes it wants."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing import keys
from people.models import Organisation
from reminders.models import Message, Reminder
from sessions import crossing_words
from sessions.actions import crossings, pairings
from sessions.models import Agreement, Crossing, ItemList
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import aimed, booked, met, revisited
from tests.sessions.booked import Thread
from tests.sessions.revisited import typed_crossing

WORDS = "It was too close. 🌱 שלום"
NEW = "crossed/"


def noted(found: Thread, **changes: Any) -> Any:
    client = factories.signed_in(found.supporter)
    return client.post(revisited.url(found, NEW), typed_crossing(**changes))


def address(row: Crossing) -> str:
    return f"/o/ash/crossings/{row.pk}/"


def test_without_a_tick_it_is_for_oneself(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor, link = revisited.supervised(found), aimed.own_page(found)
    answer = noted(found, words=WORDS)
    row = Crossing.objects.get()
    assert answer["Location"] == address(row)
    assert (row.side, row.item_key, row.to_other, row.to_supervisor, row.crosses_floor) == (
        *("supporter", "hug_given"),
        *(False, False, False),
    )
    assert Agreement.objects.get().look_again_at is None
    assert not Message.objects.filter(kind__in=["something_waits", "own_page_news"]).exists()
    mine = factories.signed_in(found.supporter).get(address(row)).content.decode()
    assert all(words in mine for words in (WORDS, "A hug from the supporter", "Nobody but you."))
    assert factories.signed_in(supervisor).get(address(row)).status_code == 404
    assert WORDS not in aimed.continued(link).get(aimed.mine(link, "crossed")).content.decode()
    event = Event.objects.get(verb="sessions.note_crossing")
    assert (event.object_id, event.detail) == (str(row.pk), {"pairing": str(found.pairing.pk)})


def test_what_is_kept_is_sealed_with_the_supporters_key(ash: Organisation) -> None:
    found = booked.thread(ash)
    revisited.crossed(found, WORDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM peer_sessions_crossing c")
        (stored,) = cursor.fetchone()
    assert "too close" not in stored
    keys.drop(found.peer.data_key_id, now=datetime.now(UTC))
    client = factories.signed_in(found.supporter)
    assert WORDS in client.get(address(Crossing.objects.get())).content.decode()
    keys.drop(found.supporter.data_key_id, now=datetime.now(UTC))
    assert "This can no longer be read." in client.get(address(Crossing.objects.get())).content.decode()
    assert noted(found).status_code == 422


def test_the_peer_may_read_it_and_both_look_again(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    link = aimed.own_page(found)
    noted(found, words=WORDS, to_other="on")
    assert Agreement.objects.get().look_again_because == "crossed"
    message = Message.objects.get(kind="own_page_news")
    assert (message.recipient_id, message.link_id) == (found.peer.pk, link.pk)
    client = aimed.continued(link)
    assert "Boundaries that were crossed" in client.get(aimed.mine(link)).content.decode()
    assert WORDS in client.get(aimed.mine(link, "crossed")).content.decode()
    look = Event.objects.get(verb="sessions.look_crossings")
    assert look.actor == f"link:{link.pk}"
    pairing = factories.signed_in(found.supporter).get(revisited.url(found)).content.decode()
    assert "one of you noted a boundary that was crossed" in pairing
    assert WORDS not in pairing
    coordinator = factories.signed_in(found.coordinator).get(revisited.url(found)).content.decode()
    assert "crossed" not in coordinator


def test_a_supervisor_may_read_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor, stranger = revisited.supervised(found), factories.supervisor(ash)
    noted(found, words=WORDS, to_supervisor="on")
    row = Crossing.objects.get()
    waiting = Reminder.objects.filter(object_id=row.pk)
    assert [one.recipient_id for one in waiting] == [supervisor.pk]
    client = factories.signed_in(supervisor)
    home = client.get("/o/ash/").content.decode()
    assert address(row) in home
    assert WORDS not in home
    shown = client.get(address(row)).content.decode()
    assert all(words in shown for words in (WORDS, found.peer.name, "The peer does not know of it."))
    assert Event.objects.get(verb="sessions.look", object_id=str(row.pk)).actor == f"member:{supervisor.pk}"
    assert "A boundary was crossed" in client.get(revisited.url(found)).content.decode()
    assert factories.signed_in(stranger).get(address(row)).status_code == 404
    assert factories.signed_in(found.coordinator).get(address(row)).status_code == 403
    assert Agreement.objects.get().look_again_at is None


def test_a_floor_reaches_the_supervisor_and_says_so_first(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor, client = revisited.supervised(found), factories.signed_in(found.supporter)
    page = client.get(revisited.url(found, NEW)).content.decode()
    assert "Your supervisor always hears of these" in page
    assert "Supervisor" in page
    answer = noted(found, item="romance", words=WORDS)
    form = answer.context["form"]
    assert (answer.status_code, form["item"].value(), form["words"].value()) == (422, "romance", WORDS)
    assert "Nothing has been sent yet." in form.errors["to_supervisor"][0]
    assert not Crossing.objects.exists()
    assert noted(found, item="romance", words=WORDS, to_supervisor="on").status_code == 302
    row = Crossing.objects.get()
    assert (row.crosses_floor, row.to_supervisor, row.to_other) == (True, True, False)
    assert "keep people safe" in factories.signed_in(supervisor).get(address(row)).content.decode()


def test_a_floor_of_the_organisations_own(ash: Organisation) -> None:
    found = booked.thread(ash)
    entry = {"key": "alcohol", "asked": True, "theme": "", "title": "A glass together", "supporter": ""}
    ItemList.objects.create(
        organisation=ash,
        version=1,
        state="in_force",
        entries=[{**entry, "peer": "", "floor": "never", "because": "We are a dry house."}],
        drafted_at=booked.START,
        drafted_by="operator",
        published_at=booked.START,
        published_by="operator",
    )
    assert noted(found, item="alcohol").status_code == 422
    assert noted(found, item="alcohol", to_supervisor="on").status_code == 302
    row = Crossing.objects.get()
    assert row.crosses_floor
    shown = factories.signed_in(found.supporter).get(address(row)).content.decode()
    assert "A glass together" in shown


def test_what_they_added_themselves_is_on_the_list(ash: Organisation) -> None:
    two = met.introduced(ash)
    own = {"own-ab12": {"answer": "never", "note": "", "text": "Calling at night"}}
    draft = met.drafted(two)
    met.shared(two, "supporter", own)  # type: ignore[arg-type]
    met.shared(two, "peer", met.PEER)
    met.yes(two, draft)
    client = factories.signed_in(two.supporter)
    page = client.get(two.url("crossed")).content.decode()
    assert "Calling at night" in page
    assert Event.objects.filter(verb="sessions.look", object_id=str(draft.pk)).count() == 1
    client.post(two.url("crossed"), typed_crossing(item="own-ab12"))
    assert "Calling at night" in client.get(address(Crossing.objects.get())).content.decode()


def test_before_the_first_agreement_it_can_be_noted_too(ash: Organisation) -> None:
    two = met.introduced(ash)
    form = typed_crossing(item="", to_other="on")
    assert factories.signed_in(two.supporter).post(two.url("crossed"), form).status_code == 302
    assert Crossing.objects.get().item_key == ""


def test_the_peer_notes_one_for_the_supervisor_alone(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor, link = revisited.supervised(found), aimed.own_page(found)
    client = aimed.continued(link)
    page = client.get(aimed.mine(link, "crossed", "new")).content.decode()
    assert "Your supporter’s supervisor always hears of these" in page
    answer = client.post(
        aimed.mine(link, "crossed", "new"), typed_crossing(words=WORDS, item="romance", to_supervisor="on")
    )
    assert answer["Location"] == aimed.mine(link, "crossed")
    own = client.get(answer["Location"]).content.decode()
    assert WORDS in own
    assert "Your supporter cannot." in own
    row = Crossing.objects.get()
    assert (row.side, row.noted_by, row.crosses_floor) == ("peer", f"link:{link.pk}", True)
    supporter = factories.signed_in(found.supporter)
    assert supporter.get(address(row)).status_code == 404
    pairing = supporter.get(revisited.url(found)).content.decode()
    assert (address(row) in pairing, "was crossed, " in pairing) == (False, False)
    assert not Message.objects.filter(recipient_id=found.supporter.pk, kind="something_waits").exists()
    shown = factories.signed_in(supervisor).get(address(row)).content.decode()
    assert WORDS in shown
    assert "The supporter does not know of it." in shown
    assert "a boundary you noted as crossed" in client.get(aimed.mine(link, "looks")).content.decode()


def test_the_peer_lets_the_supporter_read_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    form = typed_crossing(words=WORDS, to_other="on")
    aimed.continued(link).post(aimed.mine(link, "crossed", "new"), form)
    row = Crossing.objects.get()
    assert (row.crosses_floor, row.to_supervisor) == (False, False)
    assert Message.objects.get(kind="something_waits").recipient_id == found.supporter.pk
    client = factories.signed_in(found.supporter)
    assert "noted by the peer" in client.get(revisited.url(found)).content.decode()
    assert WORDS in client.get(address(row)).content.decode()


def test_the_peer_is_told_of_a_floor_before_it_is_kept(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    page = aimed.mine(link, "crossed", "new")
    answer = aimed.continued(link).post(page, typed_crossing(words=WORDS, item="romance"))
    assert (answer.status_code, WORDS in answer.content.decode()) == (422, True)
    assert not Crossing.objects.exists()


def test_something_has_to_be_said(ash: Organisation) -> None:
    found = booked.thread(ash)
    answer = noted(found, item="", words="", to_other="on")
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors), form["to_other"].value()) == (422, ["words"], True)
    assert noted(found, item="", words=WORDS).status_code == 302
    assert noted(found, item="hug_given", words="").status_code == 302


@pytest.mark.parametrize("words", revisited.NASTY)
def test_nasty_words(ash: Organisation, words: str) -> None:
    found = booked.thread(ash)
    answer = noted(found, words=words, to_other="on")
    form = answer.context["form"]
    assert (answer.status_code, len(form.errors["words"]), form["words"].value()) == (422, 1, words)
    link = aimed.own_page(found)
    mine = aimed.continued(link).post(aimed.mine(link, "crossed", "new"), typed_crossing(words=words))
    assert (mine.status_code, mine.context["form"]["words"].value()) == (422, words)
    assert not Crossing.objects.exists()


@pytest.mark.parametrize("item", ["nonsense", "own-elsewhere", "\x00", "x" * 500, "about-channels"])
def test_what_is_not_on_the_list(ash: Organisation, item: str) -> None:
    found = booked.thread(ash)
    answer = noted(found, item=item, words=WORDS)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["item"])
    assert WORDS in answer.content.decode()
    with pytest.raises(Refused):
        revisited.crossed(found, item_key=item)
    assert not Crossing.objects.exists()


def test_the_same_form_twice(ash: Organisation) -> None:
    found = booked.thread(ash)
    revisited.supervised(found)
    once = new_id()
    changes = {"once": once, "to_other": "on", "to_supervisor": "on"}
    assert len({noted(found, **changes)["Location"] for _ in range(2)}) == 1
    assert Crossing.objects.count() == Reminder.objects.filter(kind="something_waits").count() == 1
    other = booked.pairing(found, factories.peer(ash, name="Wren"))
    client = factories.signed_in(found.supporter)
    form = typed_crossing(once=once)
    assert client.post(f"/o/ash/pairings/{other.pk}/crossed/", form).status_code == 422
    assert Crossing.objects.count() == 1


def test_nobody_else(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    row = revisited.crossed(found)
    others = {
        found.coordinator: (403, 403),
        revisited.supervised(found): (403, 404),
        factories.supporter(ash): (404, 404),
        factories.supporter(elm): (404, 404),
    }
    for who, statuses in others.items():
        client = factories.signed_in(who)
        assert client.post(revisited.url(found, NEW), typed_crossing()).status_code == statuses[0]
        assert client.get(revisited.url(found, NEW)).status_code == statuses[0]
        assert client.get(address(row)).status_code == statuses[1]
    wall.enter(ash.pk)
    assert Crossing.objects.count() == 1
    client = factories.signed_in(found.supporter)
    assert client.post(address(row)).status_code == 405
    assert client.get(f"/o/ash/crossings/{new_id()}/").status_code == 404
    client.get(revisited.url(found, NEW))
    assert Crossing.objects.count() == 1


def test_with_the_ending_the_supporters_sight_ends_and_the_supervisors_stays(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = revisited.supervised(found)
    row = revisited.crossed(found, to_supervisor=True, to_other=True)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    aimed.ended(found)
    assert factories.signed_in(found.supporter).get(address(row)).status_code == 404
    assert factories.signed_in(supervisor).get(address(row)).status_code == 200
    late = client.post(aimed.mine(link, "crossed", "new"), typed_crossing(words=WORDS, to_other="on"))
    assert (late.status_code, WORDS in late.content.decode()) == (422, True)
    assert "hug_given" not in late.content.decode()
    with pytest.raises(Refused):
        revisited.crossed(found)
    assert Crossing.objects.count() == 1


def test_the_next_supporter_reads_nothing_of_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = revisited.crossed(found, to_other=True, to_supervisor=True)
    aimed.ended(found)
    following = factories.supporter(ash)
    aimed.paired(found, found.peer, following)
    assert factories.signed_in(following).get(address(row)).status_code == 404


def test_the_database_lets_nothing_of_it_be_changed(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = revisited.crossed(found)
    for changes in ({"to_other": True}, {"words": b"x"}, {"to_supervisor": True}, {"item_key": "romance"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Crossing.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize("number", [1, 3])
def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any, number: int) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    for _ in range(number):
        revisited.crossed(found, to_other=True)
    supporter, peer = factories.signed_in(found.supporter), aimed.continued(link)
    with django_assert_num_queries(9):  # two are the savepoint of the request
        supporter.get(revisited.url(found, NEW))
    newest = address(Crossing.objects.latest("noted_at"))
    with django_assert_num_queries(9):  # four are savepoints
        supporter.get(newest)
    with django_assert_num_queries(6):
        peer.get(aimed.mine(link, "crossed"))


def test_how_many_statements_to_note_one(ash: Organisation, django_assert_max_num_queries: Any) -> None:
    found = booked.thread(ash)
    revisited.supervised(found)
    client, form = factories.signed_in(found.supporter), typed_crossing(to_supervisor="on")
    with django_assert_max_num_queries(14 + 6):  # three savepoints
        client.post(revisited.url(found, NEW), form)


@pytest.fixture
def seen() -> Thread:
    """A pairing that other connections see too."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        return booked.thread(ash)


@pytest.mark.django_db(transaction=True)
def test_one_form_twice_at_once(seen: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = crossing_words.write

    def slow(said: Any) -> str:
        time.sleep(0.4)
        return honest(said)

    monkeypatch.setattr(crossing_words, "write", slow)
    once, by = new_id(), factories.member(seen.supporter)
    words: dict[str, Any] = {"item_key": "", "words": WORDS, "to_other": True, "to_supervisor": False}

    def noting() -> Crossing:
        ids = {"once": once, "pairing_id": seen.pairing.pk, "side": "supporter"}
        return crossings.note_crossing(**ids, **words, by=by, now=datetime.now(UTC))  # type: ignore[arg-type]

    assert at_once(seen.organisation, noting, noting) == ["done", "done"]
    with wall.inside(seen.organisation.pk):
        assert Crossing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_noted_while_the_pairing_ends(seen: Thread) -> None:
    has_ended = threading.Event()

    def ending() -> None:
        by = factories.member(seen.coordinator)
        pairings.end(pairing_id=seen.pairing.pk, by=by, now=datetime.now(UTC))
        has_ended.set()
        time.sleep(0.4)

    def noting() -> None:
        assert has_ended.wait(10)
        revisited.crossed(seen, to_other=True)

    assert at_once(seen.organisation, ending, noting) == ["done", "refused"]
    with wall.inside(seen.organisation.pk):
        assert Crossing.objects.count() == 0
