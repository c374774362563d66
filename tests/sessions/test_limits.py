"""A supporter's own limits: saved whole or line by line, stale pages, floors, finished, looked at again, due."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from lib.sealing.models import open_text
from people.models import Membership, Organisation
from reminders.models import Reminder
from sessions.actions import limits
from sessions.actions.leaving import end_membership
from sessions.models import LimitsSheet, Pairing
from sessions.wording import NOTE_LENGTH, Said
from tests import factories
from tests.sessions import limited, met
from tests.sessions.limited import ALWAYS, MAYBE, NEVER, START, URL

SHEET, FINISH = f"{URL}sheet/", f"{URL}finish/"
HTMX = {"HX-Request": "true"}


def kept(row: Membership) -> Any:
    sheet = LimitsSheet.objects.filter(membership=row).latest("version")
    return json.loads(open_text(sheet, "answers", row.data_key))


# Written -------------------------------------------------------------------------------------------------------


def test_a_supporter_writes_their_limits_down(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    client = factories.signed_in(row)
    assert client.get(SHEET).status_code == 200
    assert not LimitsSheet.objects.exists()
    form = {
        "version": "1",
        "revision": "0",
        "answer_hug_given": "maybe",
        "note_hug_given": "If they ask 🤗 بعد السؤال",
    }
    answer = client.post(SHEET, form)
    assert (answer.status_code, answer["Location"]) == (302, SHEET)
    assert kept(row) == {"hug_given": {"answer": "maybe", "note": "If they ask 🤗 بعد السؤال"}}
    sheet = LimitsSheet.objects.get()
    assert b"hug" not in bytes(sheet.answers)
    assert (sheet.version, sheet.revision, sheet.finished_at) == (1, 1, None)
    event = Event.objects.get(verb="sessions.save_limits")
    assert (event.object_id, event.detail) == (str(sheet.pk), {"answered": 1})
    assert {client.post(SHEET, form).status_code for _ in range(2)} == {302}
    assert LimitsSheet.objects.get().revision == 1


def test_one_answer_saves_itself(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    client = factories.signed_in(row)
    limited.saved(row, {"hug_given": NEVER})
    form = {"item": "alcohol", "version": "1", "revision": "1", "answer_alcohol": "maybe"}
    page = client.post(SHEET, form, headers=HTMX)
    words = page.content.decode()
    assert (page.status_code, "Saved." in words, "2 of 27 answered" in words) == (200, True, True)
    assert 'name="revision" value="2"' in words
    assert kept(row) == {"hug_given": NEVER, "alcohol": MAYBE}
    stale = client.post(SHEET, form | {"answer_alcohol": "never"}, headers=HTMX)
    assert (stale.status_code, "Somebody changed this" in stale.content.decode()) == (422, True)
    assert kept(row)["alcohol"] == MAYBE


def test_a_line_of_ones_own(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    client = factories.signed_in(row)
    page = client.get(SHEET).context["form"]
    form = {
        "version": "1",
        "revision": "0",
        "own_once": page["own_once"].value(),
        "own_text": "Smoking together 🚬",
        "own_answer": "never",
        "add": "yes",
    }
    assert client.post(SHEET, form).status_code == 302
    assert list(kept(row).values()) == [{"answer": "never", "note": "", "text": "Smoking together 🚬"}]
    key = next(iter(kept(row)))
    gone = {"version": "1", "revision": "1", f"answer_{key}": "never", "remove": key}
    assert client.post(SHEET, gone).status_code == 302
    assert kept(row) == {}


def test_an_old_page_keeps_what_was_typed(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    client = factories.signed_in(row)
    limited.saved(row, {"hug_given": NEVER})
    old = {"version": "1", "revision": "0", "answer_hug_given": "always", "note_alcohol": "kept 🌱"}
    answer = client.post(SHEET, old)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody changed this while you had the page open" in words
    assert "Saved meanwhile: Never" in words
    assert "kept 🌱" in words
    assert kept(row) == {"hug_given": NEVER}
    again = old | {"revision": answer.context["form"]["revision"].value()}
    assert client.post(SHEET, again).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("note_alcohol", "x" * (NOTE_LENGTH + 1), "Please keep it to 200."),
        ("note_alcohol", "a\x00b", "This holds a character that cannot be shown. Please type it again."),
        ("answer_alcohol", "sometimes", "Select a valid choice."),
        ("revision", "x", "Enter a whole number."),
        ("revision", "9" * 30, "Somebody changed this"),
    ],
)
def test_nonsense_is_told_beside_its_field(ash: Organisation, field: str, value: str, words: str) -> None:
    row = limited.newcomer(ash)
    form = {"version": "1", "revision": "0", "answer_hug_given": "never", "note_hug_given": "kept 🌱"}
    answer = factories.signed_in(row).post(SHEET, form | {field: value})
    page = answer.content.decode()
    assert (answer.status_code, words in page, "kept 🌱" in page) == (422, True, True)
    assert not LimitsSheet.objects.exists()


def test_what_no_list_asks_is_not_kept(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    limited.saved(
        row, {"hug_given": NEVER, "nobody_asks": ALWAYS, "about-hours": Said(answer="", note="9–6")}
    )
    assert kept(row) == {"hug_given": NEVER}


def test_only_their_own(ash: Organisation, elm: Organisation) -> None:
    limited.saved(limited.newcomer(ash), {"hug_given": NEVER})
    other = factories.signed_in(limited.newcomer(ash)).get(SHEET)
    assert other.context["page"].answered == 0
    for row in (factories.coordinator(ash), factories.supervisor(ash)):
        client = factories.signed_in(row)
        assert {client.get(url).status_code for url in (URL, SHEET, FINISH)} == {403}
        assert client.post(SHEET, {"version": "1", "revision": "0"}).status_code == 403
    wall.enter(elm.pk)
    stranger = factories.signed_in(factories.supporter(elm))
    assert {stranger.get(url).status_code for url in (URL, SHEET, FINISH)} == {404}


# The organisation's floors -----------------------------------------------------------------------------------


def test_a_looser_answer_than_the_organisations_is_refused_with_its_reason(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    limited.floor(ash, "gift_accepted", "maybe")
    form = {"version": "1", "revision": "0", "answer_gift_accepted": "always"}
    answer = factories.signed_in(row).post(SHEET, form)
    words = answer.content.decode()
    assert (answer.status_code, "We agreed on it in May." in words) == (422, True)
    assert answer.context["form"]["answer_gift_accepted"].value() == "always"
    assert not LimitsSheet.objects.exists()
    with pytest.raises(Refused, match="We agreed on it in May") as no:
        limited.saved(row, {"gift_accepted": ALWAYS})
    assert no.value.field == "answer_gift_accepted"
    for stricter in (MAYBE, NEVER):
        limited.saved(row, {"gift_accepted": stricter}, revision=LimitsSheet.objects.count())


def test_a_floor_that_came_later_is_looked_at_before_finishing(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    limited.saved(row, {"gift_accepted": ALWAYS})
    limited.floor(ash, "gift_accepted", "never")
    client = factories.signed_in(row)
    # What was answered before does not hold up another line.
    form = {"item": "alcohol", "version": "1", "revision": "1", "answer_alcohol": "never"}
    assert client.post(SHEET, form, headers=HTMX).status_code == 200
    assert "A gift from the peer" in client.get(FINISH).content.decode()
    answer = client.post(FINISH, {"version": "1", "revision": "2"})
    assert (answer.status_code, "We agreed on it in May." in answer.content.decode()) == (422, True)
    assert LimitsSheet.objects.get().finished_at is None


# Finished ------------------------------------------------------------------------------------------------------


def test_finishing_notes_when_to_look_again(ash: Organisation, now: datetime) -> None:
    row = limited.newcomer(ash)
    sheet = limited.finished(row, {"hug_given": NEVER}, now=now)
    assert (sheet.finished_at, sheet.look_again_on) == (now, date(2026, 11, 10))
    reminder = Reminder.objects.get(object_id=sheet.pk)
    assert (reminder.kind, reminder.recipient_id) == ("look_again", row.pk)
    assert reminder.due_at == datetime(2026, 11, 10, 9, tzinfo=UTC)
    event = Event.objects.get(verb="sessions.finish_limits")
    assert (event.object_id, event.detail) == (str(sheet.pk), {"version": 1})


def test_finishing_on_the_pages(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    client = factories.signed_in(row)
    assert "Nothing is written down yet" in client.get(URL).content.decode()
    form = {"version": "1", "revision": "0", "answer_hug_given": "never", "finish": "yes"}
    assert client.post(SHEET, form)["Location"] == FINISH
    assert "You have been writing since" in client.get(URL).content.decode()
    page = client.get(FINISH)
    assert "26 lines are left open. That is fine." in page.content.decode()
    assert LimitsSheet.objects.get().finished_at is None
    for _twice in range(2):
        answer = client.post(FINISH, {"version": "1", "revision": "1"})
        assert (answer.status_code, answer["Location"]) == (302, URL)
    assert LimitsSheet.objects.get().finished_at is not None
    assert "What holds for you now" in client.get(URL).content.decode()


@pytest.mark.parametrize(("weeks", "after"), [("13", 13), ("26", 26), ("52", 52), (None, 26)])
def test_they_choose_when_to_look_again(ash: Organisation, weeks: str | None, after: int) -> None:
    row = limited.newcomer(ash)
    limited.saved(row, {"hug_given": NEVER})
    client = factories.signed_in(row)
    asked = client.get(FINISH)
    assert asked.context["form"]["weeks"].value() == 26
    form = {"version": "1", "revision": "1", **({"weeks": weeks} if weeks else {})}
    assert client.post(FINISH, form).status_code == 302
    sheet = LimitsSheet.objects.get()
    assert sheet.finished_at is not None
    assert sheet.look_again_on is not None
    day = timezone.localdate(sheet.finished_at, ZoneInfo(ash.zone))
    assert sheet.look_again_on - day == timedelta(weeks=after)


def test_no_other_while_is_taken(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    limited.saved(row, {"hug_given": NEVER})
    answer = factories.signed_in(row).post(FINISH, {"version": "1", "revision": "1", "weeks": "5200"})
    assert (answer.status_code, "Select a valid choice" in answer.content.decode()) == (422, True)
    assert LimitsSheet.objects.get().finished_at is None


def test_a_blank_sheet_is_not_finished(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    client = factories.signed_in(row)
    assert "Please answer at least one line first" in client.get(FINISH).content.decode()
    answer = client.post(FINISH, {"version": "1", "revision": "0"})
    assert (answer.status_code, "Please answer at least one line" in answer.content.decode()) == (422, True)
    assert not LimitsSheet.objects.exists()


@pytest.mark.parametrize("revision", ["0", "2", "x", "", "9" * 40])
def test_what_changed_meanwhile_is_not_finished(ash: Organisation, revision: str) -> None:
    row = limited.newcomer(ash)
    limited.saved(row, {"hug_given": NEVER})
    answer = factories.signed_in(row).post(FINISH, {"version": "1", "revision": revision})
    assert (answer.status_code, "Somebody changed this" in answer.content.decode()) == (422, True)
    assert LimitsSheet.objects.get().finished_at is None


def test_looking_again_begins_with_what_was_said(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    first = limited.finished(row, {"hug_given": NEVER, "alcohol": MAYBE})
    client = factories.signed_in(row)
    page = client.get(SHEET)
    assert "The answers from last time are filled in" in page.content.decode()
    assert page.context["form"]["answer_alcohol"].value() == "maybe"
    second = limited.finished(row, {"alcohol": NEVER}, version=2)
    assert kept(row) == {"hug_given": NEVER, "alcohol": NEVER}
    states = dict(Reminder.objects.values_list("object_id", "state"))
    assert states == {first.pk: "cancelled", second.pk: "waiting"}
    earlier = client.get(f"{URL}{first.pk}/").content.decode()
    assert "Version 1" in earlier
    assert f"{URL}{first.pk}/" in client.get(URL).content.decode()


def test_nothing_changed_is_finished_as_it_is(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    limited.finished(row, {"hug_given": NEVER})
    answer = factories.signed_in(row).post(FINISH, {"version": "2", "revision": "0"})
    assert answer.status_code == 302
    assert LimitsSheet.objects.filter(finished_at__isnull=False).count() == 2
    assert kept(row) == {"hug_given": NEVER}


def test_a_finished_sheet_stays_as_it_is(ash: Organisation) -> None:
    sheet = limited.finished(limited.newcomer(ash), {"hug_given": NEVER})
    for field, value in (("answers", b"x"), ("look_again_on", date(2030, 1, 1)), ("version", 9)):
        with pytest.raises(DatabaseError), transaction.atomic():
            LimitsSheet.objects.filter(pk=sheet.pk).update(**{field: value})


def test_looking_is_marked(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    sheet = limited.finished(row, {"hug_given": NEVER})
    client = factories.signed_in(row)
    for number, url in enumerate((f"{URL}{sheet.pk}/", SHEET, FINISH), 1):
        client.get(url)
        looks = Event.objects.filter(verb="sessions.look", object_id=str(sheet.pk))
        assert looks.count() == number
    client.get(URL)  # opens no words
    assert looks.count() == 3


# Due, and the gate -------------------------------------------------------------------------------------------


def test_the_first_page_says_what_is_to_do(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    client = factories.signed_in(row)
    assert "Before you are introduced to anybody" in client.get("/o/ash/").content.decode()
    limited.finished(row, {"hug_given": NEVER}, now=datetime.now(UTC))
    assert client.get("/o/ash/").context["home"].limits == ""
    old = limited.newcomer(ash)
    limited.finished(old, {"hug_given": NEVER}, now=datetime.now(UTC) - timedelta(weeks=26))
    page = factories.signed_in(old).get("/o/ash/")
    assert page.context["home"].limits == "It is time to look at your own limits again."
    assert "It is time to look at them again." in factories.signed_in(old).get(URL).content.decode()


def test_nobody_is_introduced_to_a_supporter_who_is_not_ready(ash: Organisation) -> None:
    row = limited.newcomer(ash, person=factories.user("Ada"))
    boss, peer = factories.coordinator(ash), factories.peer(ash)
    limited.saved(row, {"hug_given": NEVER})
    with pytest.raises(Refused, match="not ready yet") as no:
        met.pair(boss, row, peer)
    assert no.value.field == "supporter"
    client = factories.signed_in(boss)
    page = client.get("/o/ash/pairings/new/").content.decode()
    assert "Ada: not ready yet" in page
    assert "imits" not in page.partition("<main")[2]  # why is theirs to tell
    assert not Pairing.objects.exists()
    with wall.inside(ash.pk):
        limits.finish_limits(version=1, revision=1, by=factories.member(row), now=START)
    assert "Ada: 0 of 5" in client.get("/o/ash/pairings/new/").content.decode()
    assert met.pair(boss, row, peer).supporter_id == row.pk


def test_a_sheet_that_is_due_stops_nobody(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    limited.finished(row, {"hug_given": NEVER}, now=START - timedelta(days=700))
    assert met.pair(factories.coordinator(ash), row, factories.peer(ash)).pk


def test_nothing_is_due_for_one_who_left(ash: Organisation, now: datetime) -> None:
    row = limited.newcomer(ash)
    limited.finished(row, {"hug_given": NEVER})
    end_membership(membership_id=row.pk, by=factories.member(factories.coordinator(ash)), now=now)
    assert not Reminder.objects.filter(state="waiting").exists()
    with pytest.raises(Refused, match="who works here"):
        limits.save_limits(
            version=2, revision=0, said={"hug_given": MAYBE}, by=factories.member(row), now=now
        )


def test_the_database_holds_one_open_version(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    sheet = limited.saved(row, {"hug_given": NEVER})
    with pytest.raises(IntegrityError), transaction.atomic():
        LimitsSheet.objects.create(
            organisation=ash, membership=row, version=2, answers=sheet.answers, started_at=START
        )


# At once -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("versions", [1, 3])
def test_how_much_the_pages_ask(ash: Organisation, versions: int) -> None:
    row = limited.newcomer(ash)
    limited.supervised(row)
    for version in range(1, versions + 1):
        sheet = limited.finished(row, {"hug_given": NEVER}, version=version)
    client = factories.signed_in(row)
    counts = []
    for url in (URL, SHEET, FINISH, f"{URL}{sheet.pk}/"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked))
    for url, form in ((SHEET, {"answer_alcohol": "never", "revision": "0"}), (FINISH, {"revision": "1"})):
        with CaptureQueriesContext(connection) as asked:
            assert client.post(url, form | {"version": versions + 1}).status_code == 302
        counts.append(len([one for one in asked if "SAVEPOINT" not in one["sql"]]))
    assert counts == [8, 10, 10, 10, 11, 11]  # of the reading ones but the first, two each are savepoints


@pytest.mark.django_db(transaction=True)
def test_two_pages_save_at_once() -> None:
    """Without the lock on the membership both would begin the first version, and the second would break on it."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        row = limited.newcomer(ash)
    together, through = threading.Barrier(2), list[str]()
    other_is_through = threading.Event()

    def save(answers: dict[str, Said]) -> None:
        try:
            with wall.inside(ash.pk):
                by = factories.member(
                    Membership.objects.select_related("user", "organisation").get(pk=row.pk)
                )
                together.wait(10)
                limits.save_limits(version=1, revision=0, said=answers, by=by, now=START)
                through.append("saved")
                other_is_through.wait(1)
        except Refused:
            through.append("refused")
        except Exception as error:
            through.append(type(error).__name__)
        finally:
            other_is_through.set()
            connection.close()

    threads = [threading.Thread(target=save, args=[{key: NEVER}]) for key in ("hug_given", "alcohol")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(through) == ["refused", "saved"]
    with wall.inside(ash.pk):
        assert LimitsSheet.objects.get().revision == 1
