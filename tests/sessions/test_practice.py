"""Practising on scenes: read, tried, nothing kept."""

import pytest

from audit.models import Event
from people.models import Organisation
from sessions.cases import CASES, Case
from sessions.items import Theme
from tests import factories

URL = "/o/ash/practice/"
SCENE = f"{URL}scene/"


def test_there_are_enough_scenes_of_every_kind() -> None:
    assert len(CASES) >= 8
    assert len({case.key for case in CASES}) == len(CASES)
    assert {case.theme for case in CASES} == set(Theme) - {Theme.OWN}
    for case in CASES:
        assert [one.key for one in case.choices] == ["a", "b", "c"]
        assert len(str(case.scene)) < 500


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_each_choice_leads_somewhere(ash: Organisation, case: Case) -> None:
    client = factories.signed_in(factories.supporter(ash))
    page = client.get(SCENE, {"case": case.key})
    assert page.context["case"] == case
    assert page.context["chosen"] is None
    for one in case.choices:
        chosen = client.get(SCENE, {"case": case.key, "choice": one.key})
        assert chosen.context["chosen"] == one


def test_all_scenes_are_listed_and_follow_each_other(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    page = client.get(URL).content.decode()
    for case in CASES:
        assert f"{SCENE}?case={case.key}" in page
    assert client.get(SCENE).context["case"] == CASES[0]
    assert client.get(SCENE, {"case": CASES[0].key}).context["next"] == CASES[1]
    assert client.get(SCENE, {"case": CASES[-1].key}).context["next"] is None


def test_nothing_is_kept(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    before = Event.objects.count()
    client.get(SCENE, {"case": CASES[0].key, "choice": "b"})
    assert client.post(SCENE, {"case": CASES[0].key, "choice": "b"}).status_code == 405
    assert Event.objects.count() == before


@pytest.mark.parametrize("nonsense", ["", "x", "🌱", "\x00", "%00", "a" * 4000])
def test_what_is_no_scene_and_no_choice(ash: Organisation, nonsense: str) -> None:
    client = factories.signed_in(factories.supporter(ash))
    assert client.get(SCENE, {"case": nonsense}).status_code == 404
    page = client.get(SCENE, {"case": CASES[0].key, "choice": nonsense})
    assert (page.status_code, page.context["chosen"]) == (200, None)


def test_who_practises(ash: Organisation) -> None:
    assert factories.signed_in(factories.supervisor(ash)).get(URL).status_code == 200
    assert factories.signed_in(factories.coordinator(ash)).get(URL).status_code == 403
