"""Making a space ready: the list fits where the two meet, ticks are kept, and music only where the peer agreed."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from sessions import spaces
from sessions.actions import preparing
from sessions.models import Preparation, Setting
from tests import factories
from tests.sessions import booked, test_space_wishes

ELSEWHERE = {Setting.ROOM: "way", Setting.WALK: "door", Setting.CAFE: "door", Setting.ONLINE: "tissues"}


def shown(found: booked.Thread, page: str) -> str:
    return factories.signed_in(found.supporter).get(page).content.decode()


def ticked(*keys: str, revision: int = 0) -> dict[str, Any]:
    return {"ticked": list(keys), "revision": revision}


def test_ticks_are_kept(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "prepare", row.pk)
    assert client.get(page).status_code == 200
    assert not Preparation.objects.exists()
    answer = client.post(page, ticked("way", "tissues"))
    assert answer["Location"] == page
    made = Preparation.objects.get()
    assert (made.ticked, made.revision, made.ticked_by) == (
        ["tissues", "way"],
        1,
        f"member:{found.supporter.pk}",
    )
    again = client.get(page).content.decode()
    assert again.count(" checked") == 2
    assert "2 of 9 ready" in again
    event = Event.objects.get(verb="sessions.prepare")
    assert (event.object_id, event.detail) == (str(row.pk), {"ticked": 2})


def test_a_tick_is_saved_by_itself_and_taken_away(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page, htmx = booked.address(found, "prepare", row.pk), {"HX-Request": "true"}
    client.post(page, ticked("way"))
    answer = client.post(page, {"item": "bench", "ticked": ["bench"]}, headers=htmx).content.decode()
    assert "Saved. 2 of 9 ready" in answer
    assert 'value="2"' in answer
    client.post(page, {"item": "way", "ticked": ["bench"]}, headers=htmx)
    assert Preparation.objects.get().ticked == ["bench"]


def test_the_same_twice_changes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    for _ in range(2):
        assert client.post(booked.address(found, "prepare", row.pk), ticked("way")).status_code == 302
    assert Preparation.objects.get().revision == 1
    assert Event.objects.filter(verb="sessions.prepare").count() == 1


def test_an_old_page_is_refused_and_keeps_its_ticks(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "prepare", row.pk)
    client.post(page, ticked("way"))
    answer = client.post(page, ticked("bench"))
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Somebody changed this while you had the page open." in words
    assert [line.key for line in answer.context["prepare"].lines if line.ticked] == ["bench"]
    assert Preparation.objects.get().ticked == ["way"]
    assert client.post(page, ticked("bench", revision=1)).status_code == 302
    assert Preparation.objects.get().ticked == ["bench"]


@pytest.mark.parametrize("setting", Setting.values)
def test_each_setting_has_its_own_list(setting: str) -> None:
    keys = [thing.key for thing in spaces.to_make_ready(setting, music=False)]
    assert len(keys) == len(set(keys)) >= 5
    assert {"time", "silent"} <= set(keys)
    assert spaces.MUSIC not in keys
    assert ELSEWHERE.get(Setting(setting), "tissues") not in keys


def test_music_stands_on_the_list_only_with_a_yes_and_only_in_a_room(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    walk = booked.address(found, "prepare", row.pk)
    room = booked.session(
        found,
        booked.at(booked.day_ahead(9), datetime(2026, 1, 1, 14, tzinfo=UTC).time()),
        now=datetime.now(UTC),
        setting="room",
        room_id=found.room.pk,
        meeting_point="",
    )
    inside = booked.address(found, "prepare", room.pk)
    assert "No music: they have not agreed to any." in shown(found, inside)
    assert 'value="music"' not in shown(found, inside)
    test_space_wishes.noted(found, music="yes", music_how="in_person")
    assert 'value="music"' in shown(found, inside)
    assert 'value="music"' not in shown(found, walk)


def test_what_the_peer_likes_stands_beside_it_and_looking_is_noted(ash: Organisation) -> None:
    found = booked.thread(ash)
    page = booked.address(found, "prepare", booked.ahead(found).pk)
    shown(found, page)
    assert not Event.objects.filter(verb="sessions.look").exists()
    test_space_wishes.noted(found, seats=["exit"], avoid="The corner shop", light=["dim"])
    words = shown(found, page)
    assert "They like: close to the door" in words
    assert "The corner shop" in words
    assert "not too bright" in words  # on a walk no light is made ready: it stands aside
    look = Event.objects.get(verb="sessions.look")
    assert (look.object_kind, look.actor) == ("peer_sessions.spacewishes", f"member:{found.supporter.pk}")


def test_once_it_is_over_nothing_is_ticked(ash: Organisation) -> None:
    found = booked.thread(ash)
    log = booked.held(found)
    client = factories.signed_in(found.supporter)
    page = booked.address(found, "prepare", log.peer_session_id)
    assert "There is nothing left to make ready." in client.get(page).content.decode()
    answer = client.post(page, ticked("way"))
    assert answer.status_code == 422
    htmx = client.post(page, {"item": "way", "ticked": ["way"]}, headers={"HX-Request": "true"})
    assert (htmx.status_code, "nothing left to make ready" in htmx.content.decode()) == (422, True)
    assert not Preparation.objects.exists()


@pytest.mark.parametrize(
    "form",
    [
        {"ticked": ["door"], "revision": "0"},  # of another setting
        {"ticked": ["music"], "revision": "0"},
        {"ticked": ["\x00"], "revision": "0"},
        {"ticked": ["🌱" * 5000], "revision": "0"},
        {"ticked": ["way"], "revision": ""},
        {"ticked": ["way"], "revision": "-1"},
        {"ticked": ["way"], "revision": "9" * 30},
        {"ticked": ["way"], "revision": "7"},
    ],
)
def test_nonsense_writes_nothing(ash: Organisation, form: dict[str, Any]) -> None:
    found = booked.thread(ash)
    page = booked.address(found, "prepare", booked.ahead(found).pk)
    assert factories.signed_in(found.supporter).post(page, form).status_code == 422
    assert not Preparation.objects.exists()


@pytest.mark.parametrize("item", ["", "\x00", "nothing", "🌱" * 5000])
def test_an_unknown_tick_is_none(ash: Organisation, item: str) -> None:
    found = booked.thread(ash)
    page = booked.address(found, "prepare", booked.ahead(found).pk)
    form = {"item": item, "ticked": [item]}
    answer = factories.signed_in(found.supporter).post(page, form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert not Preparation.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    found = booked.thread(ash)
    page = booked.address(found, "prepare", booked.ahead(found).pk)
    others = {
        found.coordinator: 403,
        factories.supervisor(ash): 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    for row, status in others.items():
        client = factories.signed_in(row)
        answer = client.get(page) if method == "get" else client.post(page, ticked("way"))
        assert answer.status_code == status
    missing = booked.address(found, "prepare", new_id())
    assert getattr(factories.signed_in(found.supporter), method)(missing).status_code == 404
    wall.enter(ash.pk)
    assert not Preparation.objects.exists()


def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any) -> None:
    found = booked.thread(ash)
    test_space_wishes.noted(found)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "prepare", row.pk)
    client.post(page, ticked("way"))
    client.get(page)  # its message is read now
    with django_assert_num_queries(11):  # four are savepoints
        client.get(page)


@pytest.mark.django_db(transaction=True)
def test_two_first_ticks_at_once_are_both_kept() -> None:
    """Without the lock on the session's row, both would find no list yet and make one."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        row = booked.ahead(found)
    together, through = threading.Barrier(2), list[str]()
    other_is_through = threading.Event()

    def tick(key: str) -> None:
        try:
            with wall.inside(ash.pk):
                by = factories.member(found.supporter)
                together.wait(10)
                preparing.prepare(
                    peer_session_id=row.pk, ticks={key: True}, revision=None, by=by, now=datetime.now(UTC)
                )
                through.append(key)
                if len(through) == 2:
                    other_is_through.set()
                other_is_through.wait(1)
        except Exception as error:
            through.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick, args=[key]) for key in ("way", "bench")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(through) == ["bench", "way"]
    with wall.inside(ash.pk):
        assert Preparation.objects.get().ticked == ["bench", "way"]


def test_a_tick_after_it_was_called_off_is_refused(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client = factories.signed_in(found.supporter)
    client.post(booked.address(found, "cancel", row.pk), {"why": "time", "side": "peer"})
    row.refresh_from_db()
    assert row.state == "cancelled"
    with pytest.raises(Refused, match="over"):
        preparing.prepare(
            peer_session_id=row.pk,
            ticks={"way": True},
            revision=None,
            by=factories.member(found.supporter),
            now=now,
        )
