"""Waking a worker: at once, and then not for a moment; nobody who rings meanwhile is forgotten."""

import threading
import time

import pytest

from reminders import wake
from reminders.wake import Bell


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When a worker was called."""
    made: list[float] = []
    monkeypatch.setattr(wake, "_call", lambda: made.append(time.monotonic()))
    monkeypatch.setattr(wake, "PAUSE", 0.1)
    return made


def test_many_at_once_call_twice(calls: list[float]) -> None:
    bell = Bell()
    runners = [threading.Thread(target=bell.ring) for _ in range(30)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert len(calls) == 1
    time.sleep(0.25)
    assert len(calls) == 2
    assert calls[1] - calls[0] >= 0.1


def test_one_calls_once_and_the_next_after_a_pause_at_once(calls: list[float]) -> None:
    bell = Bell()
    for count in (1, 2):
        before = time.monotonic()
        bell.ring()
        assert len(calls) == count
        assert calls[-1] - before < 0.05
        time.sleep(0.15)
    assert len(calls) == 2


def test_a_process_that_is_born_has_a_bell_of_its_own() -> None:
    before = wake._bell
    wake._new_bell()
    assert wake._bell is not before
