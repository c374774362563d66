"""Ready to open: a list to tick together, saved tick by tick; and whether two are there to run it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from people.actions import groups as group_actions
from people.models import Organisation
from sessions.actions import meeting_ready, meetings
from sessions.meeting_ready import KEYS, THINGS, to_make_ready
from sessions.models import Preparation, Setting
from tests import factories
from tests.sessions import gathered
from tests.sessions.test_hold import many_connections, race

__all__ = ["many_connections"]


def ticked() -> list[str]:
    """What is stored."""
    return list(Preparation.objects.values_list("ticked", flat=True).first() or [])


def test_ticks_are_saved_by_the_button(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "ready")
    assert client.get(page).status_code == 200
    assert not Preparation.objects.exists()
    for _press in range(2):
        answer = client.post(page, {"ticked": ["rules", "numbers"]})
        assert (answer.status_code, answer["Location"]) == (302, page)
    assert ticked() == ["numbers", "rules"]
    event = Event.objects.get(verb="sessions.ready")
    assert (event.object_id, event.detail) == (str(made.meeting.pk), {"ticked": 2})
    client.post(page, {"ticked": ["numbers"], "was": ["rules", "numbers"]})
    assert ticked() == ["numbers"]


def test_one_tick_answers_with_the_list(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "ready")
    answer = client.post(page, {"ticked": ["rules"]}, headers={"HX-Request": "true"})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in shown
    assert "1 of 6 things are ready." in shown
    assert 'name="was" value="rules"' in shown


def test_two_with_old_pages_undo_nothing_of_each_other(ash: Organisation) -> None:
    made = gathered.circle(ash)
    page = gathered.address(made, "ready")
    factories.signed_in(made.facilitator).post(page, {"ticked": ["rules"]})
    factories.signed_in(made.coordinator).post(page, {"ticked": ["numbers"]})
    assert ticked() == ["numbers", "rules"]


def test_one_facilitator_only_is_said(ash: Organisation) -> None:
    made = gathered.circle(ash)
    shown = factories.signed_in(made.facilitator).get(gathered.address(made, "ready")).content.decode()
    assert "One facilitator only" in shown


def test_two_facilitators_are_not_mentioned(ash: Organisation) -> None:
    made = gathered.circle(ash)
    by, now = factories.member(made.coordinator), datetime.now(UTC)
    second = factories.supporter(ash)
    group_actions.begin_facilitating(group_id=made.group.pk, membership=second, by=by, now=now)
    made.meeting = gathered.meeting(made.group, made.meeting.ends_at, now=now)
    shown = factories.signed_in(second).get(gathered.address(made, "ready")).content.decode()
    assert "facilitator only" not in shown


@pytest.mark.parametrize(
    "sent", [{"ticked": ["rules", "nonsense"]}, {"ticked": ["a\0b"]}, {"was": ["x" * 400]}]
)
def test_nonsense_changes_nothing(ash: Organisation, sent: dict[str, Any]) -> None:
    made = gathered.circle(ash)
    factories.signed_in(made.facilitator).post(gathered.address(made, "ready"), sent)
    assert not Preparation.objects.exists()


def test_once_it_is_over_nothing_is_ticked(ash: Organisation) -> None:
    made = gathered.circle(ash)
    by = factories.member(made.coordinator)
    meetings.cancel_meeting(peer_session_id=made.meeting.pk, why="other", by=by, now=datetime.now(UTC))
    answer = factories.signed_in(made.facilitator).post(
        gathered.address(made, "ready"), {"ticked": ["rules"]}
    )
    assert answer.status_code == 422
    assert "This meeting is over." in answer.content.decode()
    assert not Preparation.objects.exists()


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    made, other = gathered.circle(ash), gathered.circle(elm)
    wall.enter(ash.pk)
    page = gathered.address(made, "ready")
    right = {factories.supervisor(ash): 403, factories.supporter(ash): 404, other.facilitator: 404}
    for row, status in right.items():
        wall.enter(ash.pk)
        assert factories.signed_in(row).post(page, {"ticked": ["rules"]}).status_code == status
    assert Client().post(page).status_code == 302
    wall.enter(ash.pk)
    assert not Preparation.objects.exists()


@pytest.mark.parametrize("setting", Setting.values)
@pytest.mark.parametrize("side_room", [True, False])
def test_each_setting_has_its_list(setting: str, side_room: bool) -> None:
    keys = [thing.key for thing in to_make_ready(setting, side_room=side_room)]
    assert {"facilitators", "rules", "newcomers", "numbers"} < set(keys) <= KEYS
    assert ("side_room" in keys) == (setting == Setting.ROOM and side_room)
    assert ("childcare" in keys) == (setting not in (Setting.ONLINE, Setting.PHONE))
    assert len(keys) == len(set(keys))


def test_keys_are_known_once() -> None:
    assert len(KEYS) == len(THINGS)


def test_how_many_queries_the_page_takes(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client = factories.signed_in(made.facilitator)
    with CaptureQueriesContext(connection) as caught:
        client.get(gathered.address(made, "ready"))
    asked = [one["sql"] for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 6, "\n".join(asked)


@pytest.mark.usefixtures("many_connections")
def test_ticks_at_once_are_all_kept() -> None:
    with transaction.atomic():
        made = gathered.circle(factories.organisation("ash"))
        runners = [_ticking(made, thing.key) for thing in THINGS]
    results = race(made.organisation, runners)
    assert all(isinstance(one, Preparation) for one in results), results
    with wall.inside(made.organisation.pk):
        assert ticked() == sorted(KEYS)


def _ticking(made: gathered.Circle, key: str) -> Any:
    by, now = factories.member(made.facilitator), datetime.now(UTC)
    return lambda: meeting_ready.ready(peer_session_id=made.meeting.pk, tick=[key], untick=[], by=by, now=now)
