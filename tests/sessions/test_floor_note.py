"""A supporter's answer against ethical support: kept as it is, said before finishing, noted for their supervisor."""

import json

from audit.models import Event
from lib import wall
from lib.sealing.models import open_text
from people.models import Organisation
from reminders.models import Message
from reminders.states import SOMETHING_WAITS
from sessions.models import FloorNote
from sessions.wording import Said
from tests import factories
from tests.sessions import asked, met

SAID = {
    "romance": Said(answer="maybe", note="If it is love 🌹"),
    "suicide_plan": Said(answer="never", note=""),
    "alcohol": Said(answer="always", note=""),
}


def test_finishing_leaves_a_note_for_each(ash: Organisation) -> None:
    two = met.introduced(ash)
    supervisor = met.supervised(two)
    met.saved(two, "supporter", SAID)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "supporter", "share")
    page = client.get(url)
    assert [item.key for item in page.context["page"].for_supervision] == ["romance", "suicide_plan"]
    assert "Your supervisor sees these answers" in page.content.decode()
    assert not FloorNote.objects.exists()
    assert client.post(url, {"version": "1", "revision": "1"}).status_code == 302
    notes = {note.item_key: note for note in FloorNote.objects.all()}
    assert set(notes) == {"romance", "suicide_plan"}
    note = notes["romance"]
    assert (note.supporter_id, note.pairing_id, note.settled_at) == (two.supporter.pk, two.pairing.pk, None)
    assert json.loads(open_text(note, "body", two.supporter.data_key)) == {
        "title": "A romantic or sexual relationship",
        "answer": "maybe",
        "note": "If it is love 🌹",
    }
    sent = Message.objects.filter(kind=SOMETHING_WAITS, recipient_id=supervisor.pk)
    assert [message.object_id for message in sent] == [note.sheet_id]
    events = Event.objects.filter(verb="sessions.raise_floor_note")
    assert {(event.object_id, str(event.detail)) for event in events} == {
        (str(row.pk), "{}") for row in notes.values()
    }
    assert two.pairing.pk  # the trail names the notes, never what was answered


def test_finishing_twice_notes_once(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.supervised(two)
    met.shared(two, "supporter", SAID)
    client = factories.signed_in(two.supporter)
    client.post(two.url("sheet", "supporter", "share"), {"version": "1", "revision": "1"})
    assert FloorNote.objects.count() == 2
    assert Message.objects.filter(kind=SOMETHING_WAITS).count() == 1


def test_without_a_supervisor_the_note_waits_for_one(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.shared(two, "supporter", SAID)
    assert FloorNote.objects.count() == 2
    assert not Message.objects.filter(kind=SOMETHING_WAITS).exists()


def test_a_peers_answer_and_an_ethical_one_leave_none(ash: Organisation, elm: Organisation) -> None:
    two = met.introduced(ash)
    asked.publish(ash, asked.DRY)
    met.shared(two, "peer", SAID)
    page = factories.signed_in(two.supporter).get(two.url("sheet", "supporter", "share"))
    assert "Your supervisor sees these answers" not in page.content.decode()
    met.shared(two, "supporter", {"romance": Said(answer="never", note="")})
    assert not FloorNote.objects.exists()
    with wall.inside(elm.pk):
        assert not FloorNote.objects.exists()
