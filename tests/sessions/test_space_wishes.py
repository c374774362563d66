"""What makes a space good for a peer: sealed, read under the eyes of the trail, and music only with their yes."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing import keys
from lib.sealing.models import open_text
from people.models import Membership, Organisation
from sessions import spaces
from sessions.actions import spaces as actions
from sessions.models import Pairing, SpaceWishes
from tests import factories
from tests.sessions import booked

SECRET = "The man with the dog, 🐕 שלום"


def typed(**changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "revision": 0,
        "seats": ["beside", "exit"],
        "drink": ["tea"],
        "music": "no",
        "music_how": "",
        "music_kind": "",
        "avoid": SECRET,
        "own_words": "",
    }
    return form | changes


def page_of(found: booked.Thread, pairing: Pairing | None = None) -> str:
    return f"/o/{found.organisation.slug}/pairings/{(pairing or found.pairing).pk}/space/"


def noted(found: booked.Thread, **changes: Any) -> SpaceWishes:
    """Wishes that were noted by the peer's supporter."""
    row = SpaceWishes.objects.filter(peer=found.peer).first()
    form = typed(revision=row.revision if row else 0, **changes)
    answer = factories.signed_in(found.supporter).post(page_of(found), form)
    assert answer.status_code == 302, answer.content.decode()
    wall.enter(found.organisation.pk)
    return SpaceWishes.objects.get(peer=found.peer)


def opened(row: SpaceWishes) -> spaces.Wishes:
    return spaces.read(open_text(row, "wishes", row.peer.data_key))


def test_wishes_are_noted_and_sealed(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = noted(found)
    wishes = opened(row)
    assert (wishes["seats"], wishes["avoid"], wishes["music"]) == (["beside", "exit"], SECRET, [])
    assert (row.revision, row.noted_by, row.music_agreed_at) == (1, f"member:{found.supporter.pk}", None)
    assert SECRET.encode() not in bytes(row.wishes)
    event = Event.objects.get(verb="sessions.save_space_wishes")
    assert (event.object_id, event.detail) == (str(row.pk), {})
    page = factories.signed_in(found.supporter).get(page_of(found)).content.decode()
    assert SECRET in page
    assert page.count(" checked") == 5  # two seats, tea, no music, and not noted how


def test_looking_is_noted_and_makes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    assert client.get(page_of(found)).status_code == 200
    assert not SpaceWishes.objects.exists()
    assert not Event.objects.filter(verb="sessions.look").exists()
    row = noted(found)
    client.get(page_of(found))
    assert Event.objects.get(verb="sessions.look").object_id == str(row.pk)


def test_a_yes_to_music_and_taking_it_back_are_kept(ash: Organisation) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    assert "No music: they have not agreed to any." in client.get(page_of(found)).content.decode()
    row = noted(found, music="yes", music_how="written", music_kind="The sea")
    assert row.music_agreed_at is not None
    words = client.get(page_of(found)).content.decode()
    assert "Yes: The sea. They agreed on" in words
    assert ", in writing." in words
    row = noted(found, music="no", music_how="phone")
    assert row.music_agreed_at is None
    said = opened(row)["music"]
    assert [(one["yes"], one["how"]) for one in said] == [(True, "written"), (False, "phone")]
    assert "No music: they took their yes back on" in client.get(page_of(found)).content.decode()
    verbs = Event.objects.filter(verb__contains="music").order_by("number").values_list("verb", "detail")
    assert list(verbs) == [
        ("sessions.agree_to_music", {"how": "written"}),
        ("sessions.take_back_music", {"how": "phone"}),
    ]


def test_a_yes_needs_how_it_was_said_and_taking_it_back_needs_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    answer = factories.signed_in(found.supporter).post(page_of(found), typed(music="yes"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"music_how": ["Please say how they agreed to it."]}
    assert not SpaceWishes.objects.exists()
    noted(found, music="yes", music_how="in_person")
    noted(found, music="yes", seats=["soft"])  # it holds already: nothing is asked again
    assert len(opened(noted(found))["music"]) == 2


def test_the_same_form_twice_saves_once(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, form = factories.signed_in(found.supporter), typed(music="yes", music_how="phone")
    assert {client.post(page_of(found), form).status_code for _ in range(2)} == {302}
    row = SpaceWishes.objects.get()
    assert (row.revision, len(opened(row)["music"])) == (1, 1)
    assert Event.objects.filter(verb="sessions.save_space_wishes").count() == 1


def test_an_old_page_is_told_and_shown_what_is_saved(ash: Organisation) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    client.post(page_of(found), typed(own_words="The first"))
    answer = client.post(page_of(found), typed(own_words="The second"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody changed this while you had the page open." in page
    assert "The first" in page
    assert answer.context["form"]["own_words"].value() == "The second"
    again = typed(own_words="The second", revision=answer.context["form"]["revision"].value())
    assert client.post(page_of(found), again).status_code == 302
    assert opened(SpaceWishes.objects.get())["own_words"] == "The second"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"own_words": "x" * 601}, "own_words"),
    ({"music_kind": "x" * 121}, "music_kind"),
    ({"own_words": "a\x00b"}, "own_words"),
    ({"own_words": "a\u202eb"}, "own_words"),
    ({"music_kind": "a\nb"}, "music_kind"),
    ({"own_words": "\u200b"}, "own_words"),
    ({"seats": ["throne"]}, "seats"),
    ({"seats": ["\x00"]}, "seats"),
    ({"music": "perhaps"}, "music"),
    ({"music": ""}, "music"),
    ({"music": "yes", "music_how": "by owl"}, "music_how"),
    ({"revision": "x"}, "revision"),
    ({"revision": "9" * 40}, "revision"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_is_kept(
    ash: Organisation, changes: dict[str, Any], field: str
) -> None:
    found = booked.thread(ash)
    answer = factories.signed_in(found.supporter).post(
        page_of(found), typed(avoid="kept שלום <b>", **changes)
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "kept שלום &lt;b&gt;" in answer.content.decode()
    assert not SpaceWishes.objects.exists()


def test_back_to_the_list_one_came_from(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    answer = client.post(f"{page_of(found)}?session={row.pk}", typed())
    assert answer["Location"] == booked.address(found, "prepare", row.pk)
    for nonsense in ("", "x", "https://example.org", "\x00"):
        answer = client.post(page_of(found), typed(revision=1), query_params={"session": nonsense})
        assert answer["Location"] == f"/o/ash/pairings/{found.pairing.pk}/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    found = booked.thread(ash)
    noted(found)
    others: dict[Membership, int] = {
        found.coordinator: 403,
        factories.supervisor(ash): 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    for row, status in others.items():
        client = factories.signed_in(row)
        answer = (
            client.get(page_of(found)) if method == "get" else client.post(page_of(found), typed(avoid="x"))
        )
        assert answer.status_code == status
    missing = f"/o/ash/pairings/{new_id()}/space/"
    assert getattr(factories.signed_in(found.supporter), method)(missing).status_code == 404
    wall.enter(ash.pk)
    assert SpaceWishes.objects.get().revision == 1


def test_the_end_of_the_pairing_ends_the_sight(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    noted(found)
    found.pairing.state, found.pairing.ended_at, found.pairing.ended_by = "ended", now, "operator"
    found.pairing.save()
    client = factories.signed_in(found.supporter)
    assert client.get(page_of(found)).status_code == client.post(page_of(found), typed()).status_code == 404
    with pytest.raises(Refused, match="ended"):
        save(found, found.pairing, avoid="more")


def test_an_erased_persons_wishes_say_so(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    noted(found)
    keys.drop(found.peer.data_key_id, now=now)
    client = factories.signed_in(found.supporter)
    assert "This can no longer be read" in client.get(page_of(found)).content.decode()
    answer = client.post(page_of(found), typed(revision=1, avoid="new"))
    assert answer.status_code == 422
    assert client.get(booked.address(found, "prepare", booked.ahead(found).pk)).status_code == 200


def save(found: booked.Thread, pairing: Pairing, **wished: Any) -> SpaceWishes | None:
    by = factories.member(
        Membership.objects.select_related("user", "organisation").get(pk=pairing.supporter_id)
    )
    return actions.save_space_wishes(
        pairing_id=pairing.pk,
        peer_id=found.peer.pk,
        revision=0,
        wished={**spaces.wished(spaces.blank()), **wished},  # type: ignore[typeddict-item]
        music=False,
        music_how="",
        by=by,
        now=datetime.now(UTC),
    )


@pytest.mark.django_db(transaction=True)
def test_two_supporters_of_one_peer_at_once() -> None:
    """Without the lock by the peer's name both would find no row yet, and one would fail without words."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        second = booked.pairing(found, found.peer, factories.supporter(ash))
    together, through = threading.Barrier(2), list[str]()
    other_is_through = threading.Event()

    def note(pairing: Pairing) -> None:
        try:
            with wall.inside(ash.pk):
                together.wait(10)
                save(found, pairing, avoid=str(pairing.pk))
                through.append("saved")
                other_is_through.wait(1)
        except Refused:
            through.append("refused")
        except Exception as error:
            through.append(type(error).__name__)
        finally:
            other_is_through.set()
            connection.close()

    threads = [threading.Thread(target=note, args=[pairing]) for pairing in (found.pairing, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(through) == ["refused", "saved"]
    with wall.inside(ash.pk):
        assert SpaceWishes.objects.get().revision == 1


def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any) -> None:
    found = booked.thread(ash)
    noted(found)
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(10):  # four are savepoints
        client.get(page_of(found))
