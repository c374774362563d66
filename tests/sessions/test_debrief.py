"""Talking it over with one's supervisor: asked for without a reason, told in neutral words, and settled."""

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Membership, Organisation, Supervision
from reminders.models import Message
from sessions.actions import debriefs
from sessions.models import DebriefWish
from tests import factories
from tests.sessions import booked

LIST, ASK = "/o/ash/debriefs/", "/o/ash/debriefs/new/"


def supervised(found: booked.Thread) -> Membership:
    """A supervisor of the pairing's supporter."""
    supervisor = factories.supervisor(found.organisation)
    found.supporter.supervised_by.create(
        organisation=found.organisation, supervisor=supervisor, starts_at=factories.START
    )
    return supervisor


def asked(found: booked.Thread, session: UUID | str = "", once: UUID | None = None) -> Any:
    address = f"{ASK}?session={session}" if session else ASK
    return factories.signed_in(found.supporter).post(address, {"once": once or new_id()})


def wish(found: booked.Thread, session: UUID | None = None) -> DebriefWish:
    assert asked(found, session or "").status_code == 302
    return DebriefWish.objects.latest("asked_at")


def settle(client: Any, row: DebriefWish) -> Any:
    return client.post(f"{LIST}{row.pk}/settle/")


def test_a_supporter_asks_about_a_session(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = supervised(found)
    log = booked.held(found, what_mattered="The river at night")
    page = factories.signed_in(found.supporter).get(f"{ASK}?session={log.peer_session_id}")
    assert "Supervisor" in page.content.decode()
    assert not DebriefWish.objects.exists()
    row = wish(found, log.peer_session_id)
    assert (row.supporter_id, row.peer_session_id, row.settled_at) == (
        found.supporter.pk,
        log.peer_session_id,
        None,
    )
    message = Message.objects.get(kind="something_waits")
    assert (message.recipient_id, message.object_id, message.link_id) == (supervisor.pk, row.pk, None)
    event = Event.objects.get(verb="sessions.ask_debrief")
    assert (event.object_id, event.detail) == (str(row.pk), {})
    shown = factories.signed_in(supervisor).get(LIST).content.decode()
    assert "Supporter" in shown
    assert booked.address(found, "peer_session", log.peer_session_id) in shown
    assert found.peer.name not in shown
    assert "The river" not in shown


def test_each_of_several_supervisors_is_told_and_nobody_who_was_one(ash: Organisation) -> None:
    found = booked.thread(ash)
    now_theirs, before = {supervised(found).pk, supervised(found).pk}, supervised(found)
    Supervision.objects.filter(supervisor=before).update(ends_at=datetime.now(UTC))
    row = wish(found)
    assert set(Message.objects.filter(object_id=row.pk).values_list("recipient_id", flat=True)) == now_theirs
    assert "Nobody asks just now" in factories.signed_in(before).get(LIST).content.decode()


def test_without_a_supervisor_it_says_whom_to_ask(ash: Organisation) -> None:
    found = booked.thread(ash)
    page = factories.signed_in(found.supporter).get(ASK).content.decode()
    assert "Nobody supervises you just now" in page
    assert "Coordinator" in page.partition("<main")[2]
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
    answer = asked(found)
    assert (answer.status_code, "Please ask" in answer.content.decode()) == (422, True)
    assert not DebriefWish.objects.exists()


def test_the_same_form_twice_asks_once(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervised(found)
    once = new_id()
    assert {asked(found, once=once).status_code for _ in range(2)} == {302}
    assert DebriefWish.objects.count() == Message.objects.filter(kind="something_waits").count() == 1


def test_one_that_waits_is_not_asked_for_again(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = supervised(found)
    log = booked.held(found)
    row = wish(found, log.peer_session_id)
    assert asked(found, log.peer_session_id).status_code == 422
    page = factories.signed_in(found.supporter).get(f"{ASK}?session={log.peer_session_id}")
    assert "You asked on" in page.content.decode()
    assert asked(found).status_code == 302  # in general: another wish
    assert asked(found).status_code == 422
    settle(factories.signed_in(supervisor), row)
    assert asked(found, log.peer_session_id).status_code == 302
    assert DebriefWish.objects.count() == 3


def test_a_supervisor_settles_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = supervised(found)
    row = wish(found)
    client = factories.signed_in(supervisor)
    for _ in range(2):
        assert settle(client, row)["Location"] == LIST
    row.refresh_from_db()
    assert (row.settled_by, row.settled_at is not None) == (f"member:{supervisor.pk}", True)
    assert Event.objects.filter(verb="sessions.settle_debrief").count() == 1
    assert Message.objects.get(object_id=row.pk).state == "cancelled"  # it had not gone out
    assert client.get(LIST).context["page"].rows == []
    assert len(client.get(LIST, {"settled": "yes"}).context["page"].rows) == 1
    own = factories.signed_in(found.supporter).get(LIST, {"settled": "yes"})
    assert len(own.context["page"].rows) == 1


def test_who_may_not_settle(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    supervised(found)
    row = wish(found)
    others = {
        found.supporter: 403,
        found.coordinator: 403,
        factories.supervisor(ash): 404,
        factories.supervisor(elm): 404,
    }
    for member, status in others.items():
        assert settle(factories.signed_in(member), row).status_code == status
    wall.enter(ash.pk)
    supervisor = factories.signed_in(Membership.objects.get(supervises__supporter=found.supporter))
    assert supervisor.get(f"{LIST}{row.pk}/settle/").status_code == 405
    assert supervisor.post(f"{LIST}{new_id()}/settle/").status_code == 404
    assert DebriefWish.objects.get().settled_at is None


def test_who_sees_which(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = supervised(found)
    wish(found)
    rows = {
        supervisor: 1,
        found.supporter: 1,
        factories.supporter(ash): 0,
        factories.supervisor(ash): 0,
    }
    for member, count in rows.items():
        assert len(factories.signed_in(member).get(LIST).context["page"].rows) == count
    assert factories.signed_in(found.coordinator).get(LIST).status_code == 403
    assert factories.signed_in(found.coordinator).get(ASK).status_code == 403
    assert factories.signed_in(supervisor).get(ASK).status_code == 403
    assert factories.signed_in(factories.supporter(elm)).get(LIST).status_code == 404


def test_somebody_elses_session_is_not_there(ash: Organisation, elm: Organisation) -> None:
    found, there = booked.thread(ash), booked.thread(elm)
    wall.enter(ash.pk)
    supervised(found)
    other = booked.pairing(found, factories.peer(ash, name="Wren"), factories.supporter(ash))
    theirs = booked.session(other, booked.ahead(found).starts_at, now=datetime.now(UTC))
    elsewhere = booked.ahead(there)
    wall.enter(ash.pk)
    client = factories.signed_in(found.supporter)
    for session in (theirs.pk, elsewhere.pk, new_id(), "x", "\x00", "🌱" * 3000):
        assert client.get(ASK, {"session": str(session)}).status_code == 404
        form = {"once": new_id()}
        assert client.post(ASK, form, query_params={"session": str(session)}).status_code == 404
    assert client.post(ASK, {"once": "x"}).status_code == 422
    wall.enter(ash.pk)
    assert not DebriefWish.objects.exists()


def test_after_the_pairing_the_session_is_named_and_not_linked(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    supervisor = supervised(found)
    log = booked.held(found)
    wish(found, log.peer_session_id)
    found.pairing.state, found.pairing.ended_at, found.pairing.ended_by = "ended", now, "operator"
    found.pairing.save()
    own = factories.signed_in(found.supporter).get(LIST).context["page"].rows[0]
    assert (bool(own.session), own.session_url) == (True, "")
    row = factories.signed_in(supervisor).get(LIST).context["page"].rows[0]
    assert factories.signed_in(supervisor).get(row.session_url).status_code == 200


@pytest.mark.parametrize("wishes", [1, 3])
def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any, wishes: int) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(supervised(found))
    for number in range(wishes):
        wish(found, booked.ahead(found, 7 + number).pk)
    with django_assert_num_queries(6):  # two are savepoints
        assert len(client.get(LIST).context["page"].rows) == wishes


@pytest.mark.django_db(transaction=True)
def test_two_pages_ask_at_once() -> None:
    """Without the lock by name both would find that nothing waits: a wish in general is not unique to the database."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        supervised(found)
    together, through = threading.Barrier(2), list[str]()
    other_is_through = threading.Event()

    def ask() -> None:
        try:
            with wall.inside(ash.pk):
                by = factories.member(
                    Membership.objects.select_related("user", "organisation").get(pk=found.supporter.pk)
                )
                together.wait(10)
                debriefs.ask_debrief(once=new_id(), peer_session_id=None, by=by, now=datetime.now(UTC))
                through.append("asked")
                other_is_through.wait(1)
        except Refused:
            through.append("refused")
        except Exception as error:
            through.append(type(error).__name__)
        finally:
            other_is_through.set()
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(through) == ["asked", "refused"]
    with wall.inside(ash.pk):
        assert DebriefWish.objects.count() == 1
