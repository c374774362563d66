"""Private thoughts about a session: sealed with their author's key, for nobody else, saved while they are typed."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing.models import open_text
from people.actions import members
from people.models import Membership, Organisation
from sessions import policies, trust
from sessions.actions import reflections
from sessions.models import PeerSession, Reflection
from tests import factories
from tests.sessions import booked

SECRET = "I talked too fast 🌊 שלום"
HTMX = {"HX-Request": "true"}


def typed(**changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "revision": 0,
        "built": ["listening", "equals"],
        "broke": ["advice"],
        "note": SECRET,
    }
    return form | changes


def page_of(found: booked.Thread, row: PeerSession) -> str:
    return booked.address(found, "reflect", row.pk)


def reflected(found: booked.Thread, row: PeerSession, **changes: Any) -> Reflection:
    """A reflection that was saved by hand."""
    answer = factories.signed_in(found.supporter).post(page_of(found, row), typed(**changes))
    assert answer.status_code == 302, answer.content.decode()
    return Reflection.objects.get(peer_session=row)


def opened(row: Reflection) -> trust.Thoughts:
    return trust.read(open_text(row, "body", row.author.data_key))


def test_thoughts_are_kept_and_sealed_with_their_authors_key(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    client = factories.signed_in(found.supporter)
    assert client.get(page_of(found, row)).status_code == 200
    assert not Reflection.objects.exists()
    answer = client.post(page_of(found, row), typed())
    assert answer["Location"] == booked.address(found, "peer_session", row.pk)
    mine = Reflection.objects.get()
    assert (mine.author_id, mine.revision) == (found.supporter.pk, 1)
    assert opened(mine) == {"built": ["listening", "equals"], "broke": ["advice"], "note": SECRET}
    assert SECRET.encode() not in bytes(mine.body)
    assert bytes(mine.body).startswith(str(found.supporter.data_key_id).encode())
    event = Event.objects.get(verb="sessions.reflect")
    assert (event.object_id, event.detail) == (str(mine.pk), {})
    page = client.get(page_of(found, row)).content.decode()
    assert SECRET in page
    assert page.count(" checked") == 3
    assert Event.objects.get(verb="sessions.look").object_id == str(mine.pk)


def test_it_is_saved_while_it_is_typed_and_the_trail_notes_it_once(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    for revision, note in enumerate(["I", "I talked", SECRET]):
        answer = client.post(page_of(found, row), typed(revision=revision, note=note), headers=HTMX)
        assert f'value="{revision + 1}"' in answer.content.decode()
        assert 'id="kept"' in answer.content.decode()
    assert opened(Reflection.objects.get())["note"] == SECRET
    assert Event.objects.filter(verb="sessions.reflect").count() == 1
    client.post(page_of(found, row), typed(revision=3, note="Better"))
    assert Event.objects.filter(verb="sessions.reflect").count() == 2


def test_nothing_typed_makes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    empty = {"revision": 0, "note": " "}
    assert client.post(page_of(found, row), empty).status_code == 302
    assert client.post(page_of(found, row), empty, headers=HTMX).status_code == 200
    assert not Reflection.objects.exists()
    reflected(found, row)
    client.post(page_of(found, row), {"revision": 1, "note": ""})
    assert opened(Reflection.objects.get()) == trust.blank()


def test_the_same_form_twice_saves_once(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    assert {client.post(page_of(found, row), typed()).status_code for _ in range(2)} == {302}
    assert Reflection.objects.get().revision == 1
    assert Event.objects.filter(verb="sessions.reflect").count() == 1


def test_an_old_page_is_refused_kindly(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    reflected(found, row, note="The first")
    answer = client.post(page_of(found, row), typed(note="The second"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "You wrote about this session on another page meanwhile." in page
    assert "The first" in page
    assert answer.context["form"]["note"].value() == "The second"
    by_itself = client.post(page_of(found, row), typed(note="The second"), headers=HTMX)
    assert (by_itself.status_code, "on another page" in by_itself.content.decode()) == (422, True)
    assert "The first" not in by_itself.content.decode()
    again = typed(note="The second", revision=answer.context["form"]["revision"].value())
    assert client.post(page_of(found, row), again).status_code == 302
    assert opened(Reflection.objects.get())["note"] == "The second"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"note": "x" * 4001}, "note"),
    ({"note": "a\x00b"}, "note"),
    ({"note": "a\u202eb"}, "note"),
    ({"built": ["praise"]}, "built"),
    ({"broke": ["\x00"]}, "broke"),
    ({"broke": ["listening"]}, "broke"),
    ({"revision": ""}, "revision"),
    ({"revision": "9" * 40}, "revision"),
]


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(("changes", "field"), BAD)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    ash: Organisation, changes: dict[str, Any], field: str, headers: dict[str, str]
) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    form = typed(**({"note": "kept <b>"} | changes))
    answer = factories.signed_in(found.supporter).post(page_of(found, row), form, headers=headers)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert ("Not saved just now." if headers else "Please look at this again") in answer.content.decode()
    if not headers and field != "note":
        assert "kept &lt;b&gt;" in answer.content.decode()
    assert not Reflection.objects.exists()


def test_before_it_has_begun_there_is_nothing_to_think_about(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    assert "has not begun yet" in client.get(page_of(found, row)).content.decode()
    answer = client.post(page_of(found, row), typed())
    assert answer.status_code == 422
    assert SECRET in answer.content.decode()
    assert not Reflection.objects.exists()


def test_one_that_was_called_off_can_be_thought_about(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    PeerSession.objects.filter(pk=row.pk).update(
        state="cancelled", cancelled_at=datetime.now(UTC), cancelled_by="operator", cancelled_why="time"
    )
    assert opened(reflected(found, row, broke=["called_off"]))["broke"] == ["called_off"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    reflected(found, row)
    supervisor = factories.supervisor(ash)
    found.supporter.supervised_by.create(organisation=ash, supervisor=supervisor, starts_at=factories.START)
    others = {
        found.coordinator: 403,
        supervisor: 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    for member, status in others.items():
        client = factories.signed_in(member)
        page = page_of(found, row)
        answer = client.get(page) if method == "get" else client.post(page, typed(note="x"))
        assert (answer.status_code, SECRET in answer.content.decode()) == (status, False)
    missing = booked.address(found, "reflect", new_id())
    assert getattr(factories.signed_in(found.supporter), method)(missing).status_code == 404
    wall.enter(ash.pk)
    assert Reflection.objects.get().revision == 1


def test_only_its_author_ever_sees_it(ash: Organisation) -> None:
    """Not a supervisor, not a coordinator, not another supporter of the same peer."""
    found = booked.thread(ash)
    reflected(found, booked.begun(found))
    supervisor = factories.supervisor(ash)
    found.supporter.supervised_by.create(organisation=ash, supervisor=supervisor, starts_at=factories.START)
    second = factories.supporter(ash)
    booked.pairing(found, found.peer, second)
    seen = {
        row.pk: policies.reflections_visible_to(factories.member(row)).count()
        for row in (found.supporter, found.coordinator, supervisor, second)
    }
    assert [count for pk, count in seen.items() if count] == [1]
    assert seen[found.supporter.pk] == 1


def test_the_end_of_the_pairing_or_the_membership_ends_the_sight(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    reflected(found, row)
    found.pairing.state, found.pairing.ended_at, found.pairing.ended_by = "ended", row.ends_at, "operator"
    found.pairing.save()
    client = factories.signed_in(found.supporter)
    assert client.get(page_of(found, row)).status_code == 404
    members.end_membership(
        membership_id=found.supporter.pk, by=factories.member(found.coordinator), now=datetime.now(UTC)
    )
    again = factories.signed_in(found.supporter)
    assert again.get("/o/ash/pattern/").status_code == 404


def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    reflected(found, row)
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(10):  # four are savepoints
        client.get(page_of(found, row))


def think(found: booked.Thread, row: PeerSession, note: str) -> Reflection | None:
    author = Membership.objects.select_related("user", "organisation").get(pk=found.supporter.pk)
    return reflections.reflect(
        peer_session_id=row.pk,
        revision=0,
        thoughts={"built": [], "broke": [], "note": note},
        typing=True,
        by=factories.member(author),
        now=datetime.now(UTC),
    )


@pytest.mark.django_db(transaction=True)
def test_two_pages_begin_at_once() -> None:
    """Without the lock by name both would find nothing yet, and one would fail without words."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        row = booked.begun(found)
    together, through = threading.Barrier(2), list[str]()
    other_is_through = threading.Event()

    def begin(note: str) -> None:
        try:
            with wall.inside(ash.pk):
                together.wait(10)
                think(found, row, note)
                through.append("saved")
                other_is_through.wait(1)
        except Refused:
            through.append("refused")
        except Exception as error:
            through.append(type(error).__name__)
        finally:
            other_is_through.set()
            connection.close()

    threads = [threading.Thread(target=begin, args=[note]) for note in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(through) == ["refused", "saved"]
    with wall.inside(ash.pk):
        assert Reflection.objects.get().revision == 1
