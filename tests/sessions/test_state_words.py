"""One word and one tone for each state, on every page that shows it."""

from datetime import UTC, datetime, timedelta

import pytest

from people.models import Organisation
from sessions import state_words, states
from sessions.actions import outcomes
from tests import factories
from tests.sessions import booked


@pytest.mark.parametrize(
    ("table", "moves"),
    [
        (state_words.PAIRINGS, states.PAIRING_MOVES),
        (state_words.AGREEMENTS, states.AGREEMENT_MOVES),
        (state_words.SESSIONS, states.SESSION_MOVES),
        (state_words.GOALS, states.GOAL_MOVES),
        (state_words.EXTENSIONS, states.EXTENSION_MOVES),
    ],
)
def test_every_state_has_words_of_its_own(
    table: dict[str, state_words.Shown], moves: dict[str, tuple[tuple[str, ...], str]]
) -> None:
    assert set(table) == {state for starts, end in moves.values() for state in (*starts, end)}
    assert len({str(shown.words) for shown in table.values()}) == len(table)
    assert {shown.tone for shown in table.values()} <= {"wait", "good", "quiet"}


@pytest.mark.parametrize("state", state_words.SESSIONS)
def test_every_page_says_the_same(ash: Organisation, state: str) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    by = factories.member(found.supporter)
    before, after = row.starts_at - timedelta(hours=2), datetime.now(UTC)
    if state == "confirmed":
        outcomes.confirm(peer_session_id=row.pk, by=by, now=before)
    elif state == "cancelled":
        outcomes.cancel(peer_session_id=row.pk, why="other", by=by, now=before)
    elif state == "missed":
        outcomes.miss(peer_session_id=row.pk, by=by, now=after)
    elif state == "held":
        outcomes.close(row, "log", by=by, now=after)
    shown = state_words.SESSIONS[state]
    badge = f'<span class="state state-{shown.tone}">{shown.words}</span>'
    client = factories.signed_in(found.supporter)
    year, week, _day = row.starts_at.astimezone(booked.LONDON).isocalendar()
    for url in (
        f"/o/ash/calendar/?week={year}-W{week:02d}",
        f"/o/ash/calendar/{row.pk}/",
        f"/o/ash/pairings/{found.pairing.pk}/",
    ):
        assert badge in client.get(url).content.decode()
