"""How a run of the tests is shared out: who works alone, and that nobody works on another's servers."""

import json
import os
import sys

import pytest

from peersafe.local import __main__ as commands
from peersafe.local.places import Trouble
from peersafe.local.testing import LANES, servers_side_by_side

PYTEST = [sys.executable, "-m", "pytest"]


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "processors", lambda: 2)
    for name in ("LANES", "ONLY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "arguments", [[], ["-q", "--color=yes"], ["tests/sessions"], ["-x", "--durations=9"]]
)
def test_many_tests_are_shared_out(arguments: list[str]) -> None:
    assert commands.lanes_for([*PYTEST, *arguments]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["tests/test_wall.py"],
        ["tests/test_wall.py::test_x"],
        ["-k", "wall"],
        ["--pdb"],
        ["-s"],
        ["--co"],
        ["-n0"],
    ],
)
def test_few_tests_and_those_somebody_watches_are_not(arguments: list[str]) -> None:
    command = [*PYTEST, *arguments]
    assert commands.lanes_for(command) == 1
    assert commands.in_lanes(command, 1) == command


def test_the_number_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANES", "3")
    assert commands.lanes_for([*PYTEST, "tests/test_wall.py"]) == 3
    monkeypatch.setenv("LANES", "none")
    with pytest.raises(Trouble, match="LANES=none is not a number"):
        commands.lanes_for(PYTEST)


def test_each_process_has_servers_of_its_own() -> None:
    with servers_side_by_side(2) as env:
        one, two = json.loads(env[LANES])
    theirs = {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPERUSER_URL", "REDIS_URL", "EMAIL_URL"}
    theirs |= {"PEERSAFE_MAILBOX", "PEERSAFE_TEST_FOLDER"}
    assert theirs <= one.keys() == two.keys()
    assert [name for name in one if one[name] == two[name]] == []


def test_this_process_is_on_its_own() -> None:
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        lane = json.loads(os.environ[LANES])[int(worker.removeprefix("gw"))]
        assert {name: os.environ[name] for name in lane} == lane
