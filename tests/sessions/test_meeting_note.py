"""The note of a meeting: without names, sealed, written once, read under the eyes of the trail; half written, kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing import keys
from lib.sealing.models import DataKey
from people.actions import groups as group_actions
from people.models import Group, Membership, Organisation
from sessions.actions import facilitating, meeting_notes, meetings
from sessions.models import Draft, MeetingNote
from tests import factories
from tests.sessions import gathered
from tests.sessions.test_hold import many_connections, race

__all__ = ["many_connections"]
SECRET = "The river at night"


def typed(**changes: Any) -> dict[str, Any]:
    """What the form sends."""
    form: dict[str, Any] = {"once": new_id(), "temperature": "4", "text": f"{SECRET} 🌊 שלום"}
    return {key: value if isinstance(value, list) else str(value) for key, value in (form | changes).items()}


def second(made: gathered.Circle) -> Membership:
    """One more facilitator of the group."""
    row = factories.supporter(made.organisation)
    by = factories.member(made.coordinator)
    with wall.inside(made.organisation.pk):
        group_actions.begin_facilitating(group_id=made.group.pk, membership=row, by=by, now=gathered.START)
    return row


def noted(made: gathered.Circle, **changes: Any) -> MeetingNote:
    """A note that was sent."""
    words: dict[str, Any] = {"once": new_id(), "text": SECRET, "temperature": 4}
    with wall.inside(made.organisation.pk):
        return meeting_notes.meeting_note(
            peer_session_id=made.meeting.pk,
            by=factories.member(made.facilitator),
            now=datetime.now(UTC),
            **(words | changes),
        )


def test_a_note_closes_the_meeting(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "meeting_note")
    assert client.get(page).status_code == 200
    form = typed()
    for _press in range(2):
        assert client.post(page, form)["Location"] == gathered.address(made, "meeting")
    made.meeting.refresh_from_db()
    assert (made.meeting.state, made.meeting.closed_by) == ("held", f"member:{made.facilitator.pk}")
    note = MeetingNote.objects.get()
    assert (note.temperature, note.written_by) == (4, f"member:{made.facilitator.pk}")
    event = Event.objects.get(verb="sessions.meeting_note")
    assert (event.object_id, event.detail) == (str(note.pk), {"peer_session": str(made.meeting.pk)})
    assert client.get(page)["Location"] == gathered.address(made, "read_meeting_note")


def test_a_meeting_that_was_closed_without_one_is_noted_later(ash: Organisation) -> None:
    made = gathered.begun(ash)
    by = factories.member(made.facilitator)
    meetings.close_meeting(peer_session_id=made.meeting.pk, by=by, now=datetime.now(UTC))
    answer = factories.signed_in(made.facilitator).post(gathered.address(made, "meeting_note"), typed())
    assert answer.status_code == 302
    assert MeetingNote.objects.count() == 1


def test_what_stands_in_the_database_is_sealed_with_the_groups_key(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client = factories.signed_in(made.facilitator)
    before = DataKey.objects.count()
    client.post(gathered.address(made, "meeting_note_draft"), typed())
    client.post(gathered.address(made, "meeting_note"), typed())
    assert DataKey.objects.count() == before + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM peer_sessions_meetingnote l")
        (stored,) = cursor.fetchone()
    assert SECRET not in stored
    assert SECRET.encode().hex() not in stored


NAMED: list[tuple[str, str]] = [
    ("Wanda was late.", "Wanda"),
    ("It was WANDA's idea.", "WANDA"),
    ("wanda 001 left early", "wanda"),
    ("Wandas Idee", "Wanda"),
]


@pytest.mark.parametrize(("text", "word"), NAMED)
def test_a_name_is_asked_about_and_what_was_typed_is_kept(ash: Organisation, text: str, word: str) -> None:
    made = gathered.begun(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "meeting_note")
    answer = client.post(page, typed(text=text))
    assert answer.status_code == 422
    (words,) = answer.context["form"].errors["text"]
    assert f"“{word}”" in words
    assert "put" in words
    assert text.replace("'", "&#x27;") in answer.content.decode()
    assert MeetingNote.objects.count() == 0
    found = answer.context["form"].found
    assert client.post(page, typed(text=text, not_names=found)).status_code == 302


def test_a_tick_for_one_word_does_not_let_another_pass(ash: Organisation) -> None:
    made = gathered.begun(ash)
    gathered.join(made, "Hope Miller")
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "meeting_note")
    answer = client.post(page, typed(text="There was hope. Wanda spoke.", not_names=["hope"]))
    assert answer.context["form"].errors == {
        "text": ["“Wanda” may be somebody’s name. Please put it another way, or tick below that it is none."]
    }
    assert client.post(page, typed(text="There was hope.", not_names=["hope"])).status_code == 302


def test_who_has_left_and_was_there_is_not_named_either(ash: Organisation) -> None:
    made = gathered.begun(ash)
    made.members.append(gathered.join(made, "Zacharias"))
    gathered.take(made, 3, now=made.meeting.starts_at - timedelta(hours=9))
    gathered.leave(made, 3)
    client = factories.signed_in(made.facilitator)
    answer = client.post(gathered.address(made, "meeting_note"), typed(text="Zacharias sang."))
    assert answer.status_code == 422


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"text": "  "}, "text", "This field is required."),
    ({"text": "x" * 4001}, "text", "Ensure this value has at most 4000 characters (it has 4001)."),
    ({"text": "a\x00b"}, "text", "This holds a character that cannot be shown. Please type it again."),
    ({"text": "a\u202eb"}, "text", "This holds a character that cannot be shown. Please type it again."),
    ({"text": "\u200b"}, "text", "Please write at least one letter."),
    ({"temperature": ""}, "temperature", "This field is required."),
    ({"temperature": "9"}, "temperature", "Select a valid choice. 9 is not one of the available choices."),
    (
        {"not_names": ["nobody"]},
        "not_names",
        "Select a valid choice. nobody is not one of the available choices.",
    ),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD)
def test_what_is_wrong_is_said_beside_its_field(
    ash: Organisation, changes: dict[str, Any], field: str, words: str
) -> None:
    made = gathered.begun(ash)
    client = factories.signed_in(made.facilitator)
    answer = client.post(gathered.address(made, "meeting_note"), typed(**changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [words]}
    made.meeting.refresh_from_db()
    assert (made.meeting.state, MeetingNote.objects.count()) == ("booked", 0)


@pytest.mark.parametrize(
    ("what", "words"),
    [("early", "This meeting has not begun yet."), ("off", "This meeting was called off.")],
)
def test_in_the_wrong_state(ash: Organisation, what: str, words: str) -> None:
    made = gathered.circle(ash) if what == "early" else gathered.begun(ash)
    by = factories.member(made.coordinator)
    if what == "off":
        meetings.cancel_meeting(peer_session_id=made.meeting.pk, why="other", by=by, now=datetime.now(UTC))
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "meeting_note")
    assert words[:25] in client.get(page).content.decode()
    answer = client.post(page, typed())
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert SECRET in answer.content.decode()
    assert MeetingNote.objects.count() == 0


def test_there_is_one_note_and_what_the_other_had_typed_is_theirs(ash: Organisation) -> None:
    made = gathered.begun(ash)
    other = factories.signed_in(second(made))
    other.post(gathered.address(made, "meeting_note_draft"), typed(text="Mine 🌱"))
    noted(made)
    answer = other.post(gathered.address(made, "meeting_note"), typed(text="Mine 🌱 and more"))
    assert answer.status_code == 422
    assert "Somebody else sent a note of this meeting meanwhile" in answer.content.decode()
    assert "Mine 🌱 and more" in answer.content.decode()
    shown = other.get(gathered.address(made, "read_meeting_note")).content.decode()
    assert SECRET in shown
    assert "Mine 🌱" in shown
    author = factories.signed_in(made.facilitator)
    assert "Mine 🌱" not in author.get(gathered.address(made, "read_meeting_note")).content.decode()
    other.post(gathered.address(made, "meeting_note_draft"), {"throw_away": "yes"})
    assert Draft.objects.count() == 0


def test_half_a_note_is_kept_and_gone_once_it_is_sent(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "meeting_note")
    draft, by_itself = gathered.address(made, "meeting_note_draft"), {"HX-Request": "true"}
    answer = client.post(draft, typed(text="Half"), headers=by_itself)
    assert "Kept at" in answer.content.decode()
    assert "Half" in client.get(page).content.decode()
    assert "Half" not in factories.signed_in(second(made)).get(page).content.decode()
    long = client.post(draft, typed(text="x" * 5000), headers=by_itself)
    assert "Only its first 4000 characters were kept." in long.content.decode()
    client.post(page, typed())
    assert Draft.objects.count() == 0
    assert client.post(draft, typed()).status_code == 302
    assert Draft.objects.count() == 0


def test_reading_is_noted(ash: Organisation) -> None:
    made = gathered.begun(ash)
    note = noted(made)
    shown = factories.signed_in(made.facilitator).get(gathered.address(made, "read_meeting_note"))
    assert SECRET in shown.content.decode()
    look = Event.objects.get(verb="sessions.look")
    assert (look.actor, look.object_id) == (f"member:{made.facilitator.pk}", str(note.pk))


def test_coordinators_see_that_there_is_one_and_never_read_it(ash: Organisation) -> None:
    made = gathered.begun(ash)
    noted(made)
    client = factories.signed_in(made.coordinator)
    shown = client.get(gathered.address(made, "meeting")).content.decode()
    assert "There is a note." in shown
    assert SECRET not in shown
    assert gathered.address(made, "read_meeting_note") not in shown
    for name in ("read_meeting_note", "meeting_note"):
        assert client.get(gathered.address(made, name)).status_code == 403
    assert Event.objects.filter(verb="sessions.look").count() == 0


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    made, other = gathered.begun(ash), gathered.begun(elm)
    wall.enter(ash.pk)
    noted(made)
    right = {factories.supervisor(ash): 403, factories.supporter(ash): 404, other.facilitator: 404}
    for row, status in right.items():
        wall.enter(ash.pk)
        client = factories.signed_in(row)
        for name in ("read_meeting_note", "meeting_note"):
            assert client.get(gathered.address(made, name)).status_code == status
        assert client.post(gathered.address(made, "meeting_note_draft"), typed()).status_code == status
    assert Client().get(gathered.address(made, "read_meeting_note")).status_code == 302
    assert (
        factories.signed_in(made.facilitator).get(gathered.address(made, "meeting_note_draft")).status_code
        == 405
    )


def test_who_stands_in_writes_the_note_and_then_sees_it_no_more(ash: Organisation) -> None:
    made = gathered.begun(ash)
    guest = factories.supporter(ash)
    facilitating.step_in(
        peer_session_id=made.meeting.pk,
        membership_id=guest.pk,
        by=factories.member(made.coordinator),
        now=made.meeting.starts_at - timedelta(hours=2),
    )
    client = factories.signed_in(guest)
    answer = client.post(gathered.address(made, "meeting_note"), typed())
    assert answer["Location"] == f"/o/{ash.slug}/calendar/"
    assert client.get(gathered.address(made, "read_meeting_note")).status_code == 404


def test_how_it_felt_is_shown_over_time_in_words(ash: Organisation) -> None:
    made = gathered.begun(ash)
    before = gathered.meeting(made.group, made.meeting.starts_at - timedelta(days=7))
    noted(made, temperature=2)
    latest, made.meeting = made.meeting, before
    noted(made, temperature=5)
    made.meeting = latest
    shown = factories.signed_in(made.facilitator).get(gathered.address(made, "read_meeting_note"))
    assert [(one.words, one.here) for one in shown.context["felt"]] == [
        ("Tense", True),
        ("Calm and open", False),
    ]


def test_an_erased_groups_note_says_so(ash: Organisation, now: datetime) -> None:
    made = gathered.begun(ash)
    noted(made)
    key_id = Group.objects.get(pk=made.group.pk).data_key_id
    assert key_id is not None
    keys.drop(key_id, now=now)
    shown = factories.signed_in(made.facilitator).get(gathered.address(made, "read_meeting_note"))
    assert "This can no longer be read" in shown.content.decode()


def test_a_note_is_never_rewritten(ash: Organisation) -> None:
    made = gathered.begun(ash)
    noted(made)
    for change in (
        "UPDATE peer_sessions_meetingnote SET temperature = 1",
        "DELETE FROM peer_sessions_meetingnote",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_how_many_statements_it_takes(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client = factories.signed_in(made.facilitator)
    client.post(gathered.address(made, "meeting_note_draft"), typed())
    counts = []
    write, read = gathered.address(made, "meeting_note"), gathered.address(made, "read_meeting_note")
    for method, address, sent in (("get", write, {}), ("post", write, typed()), ("get", read, {})):
        with CaptureQueriesContext(connection) as caught:
            getattr(client, method)(address, sent)
        counts.append(sum("SAVEPOINT" not in one["sql"] for one in caught.captured_queries))
    assert counts == [8, 13, 8]


@pytest.mark.usefixtures("many_connections")
def test_two_notes_at_once_make_one_and_the_key_is_made_once() -> None:
    with transaction.atomic():
        made = gathered.begun(factories.organisation("ash"))
        before = DataKey.objects.count()
        by = [factories.member(made.facilitator), factories.member(second(made))]
        runners = [_writing(made, by[number % 2]) for number in range(6)]
    results = race(made.organisation, runners)
    assert sum(isinstance(one, MeetingNote) for one in results) == 1, results
    assert sum(isinstance(one, Refused) for one in results) == 5
    with wall.inside(made.organisation.pk):
        assert (MeetingNote.objects.count(), DataKey.objects.count()) == (
            1,
            before + 2,
        )  # the second facilitator's own


def _writing(made: gathered.Circle, by: Any) -> Any:
    return lambda: meeting_notes.meeting_note(
        once=new_id(),
        peer_session_id=made.meeting.pk,
        text=SECRET,
        temperature=3,
        by=by,
        now=datetime.now(UTC),
    )
