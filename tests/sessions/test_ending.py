"""Preparing an ending: talked about in time, kept while it is written, frozen with the end, read by those it is for."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from lib.sealing import keys
from lib.sealing.models import open_text
from people.models import Organisation
from sessions.actions import endings, pairings
from sessions.actions.endings import Written
from sessions.models import Ending, PeerSession
from sessions.queries.endings import ending_facts, goodbye_for, session_place
from tests import factories
from tests.people.asking import NASTY, beside, says
from tests.sessions import booked, met
from tests.sessions.test_pairings import queries

LONDON = ZoneInfo("Europe/London")
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
WORDS = "Thank you for every walk. 🌱 שלום"


def typed(**changes: Any) -> dict[str, str]:
    form = {"revision": 0, "talked_on": "", "talk": "", "goodbye": "", "handover": "", **changes}
    return {name: str(value) for name, value in form.items()}


def prepared(two: Any, *, revision: int = 0, now: datetime, **changes: Any) -> Ending:
    """Written through the action; `changes` to what is blank otherwise."""
    values: dict[str, Any] = {
        "talked_on": None,
        "talk": "",
        "goodbye": "",
        "handover": "",
        "handover_yes": False,
    }
    with wall.inside(two.organisation.pk):
        return endings.save_ending(
            pairing_id=two.pairing.pk,
            revision=revision,
            written=Written(**(values | changes)),
            zone=LONDON,
            by=factories.member(two.supporter),
            now=now,
        )


# The page --------------------------------------------------------------------------------------------------------


def test_a_supporter_prepares_the_ending(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    assert client.get(two.url("ending")).status_code == 200
    today = datetime.now(LONDON).date()
    form = typed(
        talked_on=today, talk="It was good", goodbye=WORDS, handover="Likes to draw", handover_yes="on"
    )
    answer = client.post(two.url("ending"), form)
    assert (answer.status_code, answer["Location"]) == (302, two.url("ending"))
    row = Ending.objects.get()
    assert [open_text(row, name, two.peer.data_key) for name in endings.SEALED] == [
        "It was good",
        WORDS,
        "Likes to draw",
    ]
    assert b"walk" not in bytes(row.goodbye)
    assert (row.talked_by, row.revision, row.closed_at) == (f"member:{two.supporter.pk}", 1, None)
    assert row.talked_at is not None
    assert row.talked_at.astimezone(LONDON).date() == today
    event = Event.objects.get(verb="sessions.save_ending")
    assert (event.object_id, event.detail) == (str(row.pk), {"talked": True, "handover_agreed": True})
    page = client.get(two.url("ending"))
    assert WORDS in page.content.decode()
    assert page.context["form"]["talked_on"].value() == today
    assert Event.objects.filter(verb="sessions.look", object_id=str(row.pk)).count() == 1


def test_looking_makes_nothing(ash: Organisation) -> None:
    two = met.introduced(ash)
    factories.signed_in(two.supporter).get(two.url("ending"))
    assert not Ending.objects.exists()
    assert not Event.objects.filter(verb="sessions.look").exists()


def test_it_is_kept_while_it_is_typed(ash: Organisation) -> None:
    """Each pause in typing saves what stands there; the page learns the revision that its next save begins with."""
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    for revision, words in enumerate(["Thank", "Thank you"]):
        answer = client.post(two.url("ending"), typed(revision=revision, goodbye=words), **HTMX)
        assert answer.status_code == 200
        assert f'value="{revision + 1}" id="id_revision"' in answer.content.decode()
        assert says(answer, "Kept on")
    assert open_text(Ending.objects.get(), "goodbye", two.peer.data_key) == "Thank you"


def test_the_same_words_again_change_nothing(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    for _ in range(2):  # the very same form, its revision too
        assert client.post(two.url("ending"), typed(goodbye=WORDS)).status_code == 302
    assert Ending.objects.get().revision == 1
    assert Event.objects.filter(verb="sessions.save_ending").count() == 1


@pytest.mark.parametrize("htmx", [False, True])
def test_a_page_older_than_the_row_keeps_what_was_typed(ash: Organisation, htmx: bool) -> None:
    two = met.introduced(ash)
    prepared(two, goodbye="From the other phone", now=datetime.now(UTC))
    client = factories.signed_in(two.supporter)
    answer = client.post(two.url("ending"), typed(goodbye="From this one"), **(HTMX if htmx else {}))
    assert answer.status_code == 422
    assert says(answer, "Somebody changed this while you had the page open")
    assert open_text(Ending.objects.get(), "goodbye", two.peer.data_key) == "From the other phone"
    if htmx:  # the words are still in the page, and the page stays as old as it is
        assert "id_revision" not in answer.content.decode()
        return
    page = answer.content.decode()
    assert "From the other phone" in page
    assert "From this one" in page
    again = typed(revision=answer.context["form"]["revision"].value(), goodbye="From this one")
    assert client.post(two.url("ending"), again).status_code == 302


@pytest.mark.parametrize("name", ["talk", "goodbye", "handover"])
@pytest.mark.parametrize("nasty", ["x" * 4001, *NASTY[1:3]])
def test_nasty_words_stand_beside_their_field(ash: Organisation, name: str, nasty: str) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    answer = client.post(two.url("ending"), typed(**{name: nasty}))
    assert answer.status_code == 422
    assert beside(answer, name) != []
    kept = client.post(two.url("ending"), typed(**{name: nasty}), **HTMX)
    assert (kept.status_code, says(kept, "Not kept just now")) == (422, True)
    assert not Ending.objects.exists()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "still to come"),
        (-10_000, "did not know each other yet"),
        ("0001-01-01", "did not know"),
        ("x", "valid"),
    ],
)
def test_days_that_cannot_be(ash: Organisation, days: int | str, words: str) -> None:
    two = met.introduced(ash)
    on = met.days_ahead(days) if isinstance(days, int) else days
    answer = factories.signed_in(two.supporter).post(two.url("ending"), typed(talked_on=on, talk=WORDS))
    assert answer.status_code == 422
    assert words in beside(answer, "talked_on")[0]
    assert WORDS in answer.content.decode()
    assert not Ending.objects.exists()


def test_the_day_stays_as_it_was_noted(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    first = prepared(two, talked_on=now.date(), now=now)
    later = prepared(two, revision=1, talked_on=now.date(), talk="More", now=now + timedelta(days=3))
    assert later.talked_at == first.talked_at
    none = prepared(two, revision=2, talk="More", now=now + timedelta(days=4))
    assert (none.talked_at, none.talked_by) == (None, "")


# The yes to the handover note ------------------------------------------------------------------------------------


def test_a_yes_is_to_these_words(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    row = prepared(two, handover="Likes to draw", handover_yes=True, now=now)
    assert row.handover_agreed_at == now
    same = prepared(
        two, revision=1, handover="Likes to draw", handover_yes=True, talk="x", now=now + timedelta(1)
    )
    assert same.handover_agreed_at == now
    typing = prepared(two, revision=2, handover="Likes to draw a lot", handover_yes=None, talk="x", now=now)
    assert typing.handover_agreed_at is None
    again = prepared(two, revision=3, handover="Likes to draw a lot", handover_yes=True, talk="x", now=now)
    assert again.handover_agreed_at == now
    no = prepared(two, revision=4, handover="Likes to draw a lot", handover_yes=False, talk="x", now=now)
    assert no.handover_agreed_at is None


def test_a_tick_says_nothing_while_somebody_types(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    form = typed(handover="Likes to", handover_yes="on")
    assert says(
        client.post(two.url("ending"), form, **HTMX), "Nobody reads the note for the next supporter yet"
    )
    assert Ending.objects.get().handover_agreed_at is None
    client.post(two.url("ending"), {**form, "revision": "1"})
    assert Ending.objects.get().handover_agreed_at is not None


def test_a_yes_needs_words(ash: Organisation) -> None:
    two = met.introduced(ash)
    answer = factories.signed_in(two.supporter).post(two.url("ending"), typed(handover_yes="on"))
    assert beside(answer, "handover_yes") == ["There is nothing to read yet. Write the note first."]


# After the end ---------------------------------------------------------------------------------------------------


def test_the_end_freezes_it(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    row = prepared(two, goodbye=WORDS, now=now)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.supporter), now=now)
    row.refresh_from_db()
    assert row.closed_at == now
    with pytest.raises(Refused, match="has ended"):
        prepared(two, revision=1, goodbye="Other words", now=now)
    for change in (
        "goodbye = ''",
        "talk = 'x'",
        "handover = 'x'",
        "handover_agreed_at = now()",
        "closed_at = NULL",
    ):
        with (
            pytest.raises(IntegrityError, match="frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE peer_sessions_ending SET {change} WHERE id = %s", [row.pk])
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM peer_sessions_ending WHERE id = %s", [row.pk])


def test_the_goodbye_is_for_afterwards(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    row = prepared(two, goodbye=WORDS, now=now)
    assert (goodbye_for(two.pairing).text, goodbye_for(two.pairing).opened) == ("", [])
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.supporter), now=now)
    note = goodbye_for(two.pairing)
    assert (note.text, list(note.opened)) == (WORDS, [row])
    endings.look(rows=note.opened, by=factories.member(two.coordinator), now=now)
    assert Event.objects.get(verb="sessions.look").object_id == str(row.pk)


def test_no_goodbye_is_fine(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    prepared(two, talk="Only this", now=now)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.supporter), now=now)
    assert goodbye_for(two.pairing).text == ""


# Who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    two = met.introduced(ash)
    others = {
        two.coordinator: 403,
        met.supervised(two): 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    for row, status in others.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(row), method)(two.url("ending")).status_code == status
    wall.enter(ash.pk)
    assert not Ending.objects.exists()


def test_not_after_the_end(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.supporter), now=now)
    client = factories.signed_in(two.supporter)
    assert client.get(two.url("ending")).status_code == 404
    assert client.post(two.url("ending"), typed(goodbye=WORDS)).status_code == 404


def test_others_read_the_day_and_nothing_of_the_words(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    prepared(
        two,
        talked_on=now.date(),
        talk="SECRET",
        goodbye="SECRET",
        handover="SECRET",
        handover_yes=True,
        now=now,
    )
    for row in (two.coordinator, met.supervised(two)):
        page = factories.signed_in(row).get(two.url())
        assert says(page, "12 May 2026")
        assert "SECRET" not in page.content.decode()


@pytest.mark.parametrize("stored", [True, False])
def test_of_whom_was_erased_nothing_is_read_or_added(ash: Organisation, stored: bool) -> None:
    two = met.introduced(ash)
    if stored:
        prepared(two, goodbye="SECRET", now=datetime.now(UTC))
    looks = Event.objects.filter(verb="sessions.look").count()
    keys.drop(two.peer.data_key_id, now=datetime.now(UTC))
    client = factories.signed_in(two.supporter)
    assert says(client.get(two.url("ending")), "This can no longer be read")
    answer = client.post(two.url("ending"), typed(goodbye="Farewell 🌧", revision=int(stored)))
    assert answer.status_code == 422
    assert says(answer, "Farewell 🌧")
    assert says(answer, "Nothing can be added.")
    assert "SECRET" not in answer.content.decode()
    assert Event.objects.filter(verb="sessions.look").count() == looks
    assert Ending.objects.filter(saved_at__isnull=False).count() == int(stored)


def test_how_much_the_pages_ask(ash: Organisation) -> None:
    two = met.introduced(ash)
    prepared(two, goodbye=WORDS, now=datetime.now(UTC))
    assert queries(factories.signed_in(two.supporter), two.url("ending")) <= 10


# Session n of m --------------------------------------------------------------------------------------------------


def over(found: booked.Thread, times: int) -> list[PeerSession]:
    """So many sessions that have been, a week apart, the last one yesterday."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    days = [now - timedelta(days=1 + 7 * back) for back in range(times)]
    return [booked.session(found, at, now=at - timedelta(days=1)) for at in reversed(days)]


@pytest.mark.parametrize(
    ("agreed", "been", "words", "due"),
    [
        (6, 0, "Session 1 of 6", False),
        (6, 3, "Session 4 of 6", False),
        (6, 4, "Session 5 of 6", True),
        (6, 5, "Session 6 of 6", True),
        (6, 6, "All 6 sessions you agreed on are over", True),
        (1, 0, "Session 1 of 1", True),
    ],
)
def test_the_talk_is_due_before_the_last_session(
    ash: Organisation, agreed: int, been: int, words: str, due: bool
) -> None:
    found = booked.thread(ash, number=agreed)
    over(found, been)
    now, member = datetime.now(UTC), factories.member(found.supporter)
    facts = ending_facts(member, found.pairing, now)
    assert facts.place is not None
    assert (facts.place.words, facts.talk_is_due) == (words, due)
    page = factories.signed_in(found.supporter).get(f"/o/ash/pairings/{found.pairing.pk}/")
    assert says(page, words)
    assert says(page, "Talk about your ending now") is due
    assert not says(factories.signed_in(found.coordinator).get(page.request["PATH_INFO"]), "your ending now")
    prepared(found, talked_on=now.date(), now=now)
    assert not ending_facts(member, found.pairing, now).talk_is_due


def test_which_of_the_agreed_sessions_one_is(ash: Organisation) -> None:
    found = booked.thread(ash)
    first, second = over(found, 2)
    places = [session_place(row) for row in (first, second)]
    assert [place.words for place in places if place] == ["Session 1 of 6", "Session 2 of 6"]
    second.state = "cancelled"
    assert session_place(second) is None


def test_without_an_agreement_there_is_no_number(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    assert ending_facts(factories.member(two.supporter), two.pairing, now).place is None
