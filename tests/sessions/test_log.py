"""Logs: written once, sealed, read under the eyes of the trail; half written, nothing is lost."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing import keys
from people.models import Organisation
from sessions.actions import logs
from sessions.models import Draft, Hold, PeerSession, SessionLog
from tests import factories
from tests.sessions import booked

SECRET = "The river at night"


def typed(**changes: Any) -> dict[str, str]:
    form: dict[str, Any] = {
        **booked.WORDS,
        "once": new_id(),
        "what_mattered": f"{SECRET} 🌊 שלום",
        "fit": "same",
        "shown": "yes",
    }
    return {key: str(value) for key, value in (form | changes).items()}


def test_a_log_ends_the_session_as_held(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    page = booked.address(found, "log", row.pk)
    assert client.get(page).status_code == 200
    assert SessionLog.objects.count() == 0
    answer = client.post(page, typed())
    assert answer["Location"] == f"{booked.address(found, 'peer_session', row.pk)}?saved=log#saved"
    assert "Your log is saved." in client.get(answer["Location"]).content.decode()
    row.refresh_from_db()
    assert (row.state, row.closed_by) == ("held", f"member:{found.supporter.pk}")
    assert Hold.objects.filter(released_at__isnull=True).count() == 2
    event = Event.objects.get(verb="sessions.log")
    assert (event.object_id, event.detail) == (str(row.pk), {})


def test_what_stands_in_the_database_is_sealed(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    client.post(booked.address(found, "log_draft", row.pk), typed())
    client.post(booked.address(found, "log", row.pk), typed(once=new_id()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM peer_sessions_sessionlog l")
        (stored,) = cursor.fetchone()
    assert SECRET not in stored
    assert SECRET.encode().hex() not in stored


def test_reading_is_noted(ash: Organisation) -> None:
    found = booked.thread(ash)
    log = booked.held(found, what_mattered=SECRET)
    page = booked.address(found, "session_log", log.peer_session_id)
    shown = factories.signed_in(found.supporter).get(page).content.decode()
    assert SECRET in shown
    look = Event.objects.get(verb="sessions.look")
    assert (look.actor, look.object_id) == (f"member:{found.supporter.pk}", str(log.pk))


def test_reading_asks_who_one_is_after_ten_minutes(ash: Organisation) -> None:
    found = booked.thread(ash)
    log = booked.held(found)
    client = factories.signed_in(found.supporter)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    answer = client.get(booked.address(found, "session_log", log.peer_session_id))
    assert answer["Location"].startswith("/account/reauthenticate/")
    assert Event.objects.filter(verb="sessions.look").count() == 0


def test_who_may_not_read(ash: Organisation, elm: Organisation) -> None:
    found, other = booked.thread(ash), booked.thread(elm)
    wall.enter(ash.pk)
    page = booked.address(found, "session_log", booked.held(found).peer_session_id)
    assert factories.signed_in(found.coordinator).get(page).status_code == 403
    assert factories.signed_in(factories.supervisor(ash)).get(page).status_code == 403
    assert factories.signed_in(factories.supporter(ash)).get(page).status_code == 404
    assert factories.signed_in(other.supporter).get(page).status_code == 404
    wall.enter(ash.pk)
    assert Event.objects.filter(verb="sessions.look").count() == 0


def test_the_end_of_the_pairing_ends_the_sight(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    log = booked.held(found)
    found.pairing.state, found.pairing.ended_at, found.pairing.ended_by = "ended", now, "operator"
    found.pairing.save()
    client = factories.signed_in(found.supporter)
    for name in ("session_log", "log", "peer_session"):
        assert client.get(booked.address(found, name, log.peer_session_id)).status_code == 404


def test_an_erased_persons_log_says_so(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    log = booked.held(found, what_mattered=SECRET)
    keys.drop(found.peer.data_key_id, now=now)
    page = booked.address(found, "session_log", log.peer_session_id)
    shown = factories.signed_in(found.supporter).get(page).content.decode()
    assert "This can no longer be read" in shown
    assert SECRET not in shown


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"what_mattered": "  "}, "what_mattered", "This field is required."),
    (
        {"what_mattered": "x" * 4001},
        "what_mattered",
        "Ensure this value has at most 4000 characters (it has 4001).",
    ),
    ({"warm_up": "a\x00b"}, "warm_up", "This holds a character that cannot be shown. Please type it again."),
    (
        {"warm_up": "a\u202eb"},
        "warm_up",
        "This holds a character that cannot be shown. Please type it again.",
    ),
    ({"what_mattered": "\u200b"}, "what_mattered", "Please write at least one letter."),
    ({"fit": ""}, "fit", "This field is required."),
    ({"fit": "no"}, "fit", "Select a valid choice. no is not one of the available choices."),
    ({"fit": "changed"}, "fit_note", "Please say in a few words what it is."),
    ({"fit": "today_only"}, "fit_note", "Please say in a few words what it is."),
    ({"shown": "no"}, "hidden_because", "Please say why the peer is not to read it."),
    ({"shown": ""}, "shown", "This field is required."),
    ({"lasted_minutes": "0"}, "lasted_minutes", "Ensure this value is greater than or equal to 1."),
    ({"lasted_minutes": "601"}, "lasted_minutes", "Ensure this value is less than or equal to 600."),
    ({"lasted_minutes": "an hour"}, "lasted_minutes", "Enter a whole number."),
    ({"lasted_minutes": "\x00"}, "lasted_minutes", "Enter a whole number."),
    ({"lasted_minutes": "9" * 5000}, "lasted_minutes", "Enter a whole number."),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    ash: Organisation, changes: dict[str, Any], field: str, words: str
) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    answer = client.post(booked.address(found, "log", row.pk), typed(cool_down="שלום <b>", **changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [words]}
    assert "שלום &lt;b&gt;" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, SessionLog.objects.count()) == ("booked", 0)


def test_a_reason_is_kept_only_where_something_is_hidden(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    client.post(booked.address(found, "log", row.pk), typed(hidden_because="left over"))
    log = SessionLog.objects.get()
    assert (log.shown_to_peer, bytes(log.hidden_because)) == (True, b"")


def test_something_should_change_leads_to_the_agreement(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    answer = client.post(booked.address(found, "log", row.pk), typed(fit="changed", fit_note="No hugs."))
    assert str(found.pairing.pk) in answer["Location"]
    assert PeerSession.objects.get().state == "held"


def test_the_same_form_twice_writes_once(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client, form = booked.begun(found), factories.signed_in(found.supporter), typed()
    for _press in range(2):
        assert client.post(booked.address(found, "log", row.pk), form).status_code == 302
    assert SessionLog.objects.count() == 1
    again = client.post(booked.address(found, "log", row.pk), typed())
    assert again.status_code == 422
    assert SECRET in again.content.decode()


def test_not_before_it_begins(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row, by = booked.session(found, now + timedelta(days=1), now=now), factories.member(found.supporter)
    words: dict[str, Any] = {**booked.WORDS, "fit": "same", "shown_to_peer": True}
    with pytest.raises(Refused, match="has not begun yet"):
        logs.log(once=new_id(), peer_session_id=row.pk, by=by, now=now, **words)
    assert SessionLog.objects.count() == 0


def test_the_page_says_at_once_that_it_has_not_begun(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "log", row.pk)
    shown = client.get(page).content.decode()
    assert "This session has not begun yet. It is on" in shown
    assert ("14:00" in shown, "Save the log" in shown, "<textarea" in shown) == (True, False, False)
    refused = client.post(page, typed())
    assert (refused.status_code, SECRET in refused.content.decode()) == (422, True)
    assert "This session has not begun yet." in refused.content.decode()
    assert SessionLog.objects.count() == 0


def test_a_log_is_never_rewritten(ash: Organisation) -> None:
    log = booked.held(booked.thread(ash))
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionLog.objects.filter(pk=log.pk).update(fit="changed")
    with pytest.raises(DatabaseError), transaction.atomic():
        log.delete()


def test_how_long_it_took_is_noted_where_somebody_knows(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    client.post(booked.address(found, "log_draft", row.pk), typed(lasted_minutes="75"))
    assert client.get(booked.address(found, "log", row.pk)).context["form"]["lasted_minutes"].value() == "75"
    client.post(booked.address(found, "log", row.pk), typed(lasted_minutes="75"))
    assert SessionLog.objects.get().lasted_minutes == 75
    shown = client.get(booked.address(found, "session_log", row.pk)).content.decode()
    assert "75 minutes" in shown


def test_a_session_that_was_called_off_takes_no_log(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    PeerSession.objects.update(
        state="cancelled", cancelled_at=datetime.now(UTC), cancelled_by="operator", cancelled_why="time"
    )
    answer = client.post(booked.address(found, "log", row.pk), typed())
    assert answer.status_code == 422
    assert SECRET in answer.content.decode()
    assert not SessionLog.objects.exists()


def test_nobody_is_told_that_it_is_saved_before_it_is(ash: Organisation) -> None:
    found = booked.thread(ash)
    page = booked.address(found, "peer_session", booked.begun(found).pk)
    client = factories.signed_in(found.supporter)
    assert "Your log is saved." not in client.get(f"{page}?saved=log").content.decode()


def test_the_number_of_one_form_makes_no_second_log(ash: Organisation) -> None:
    found = booked.thread(ash)
    form = typed()
    earlier = booked.session(
        found, datetime.now(UTC) - timedelta(days=3), now=datetime.now(UTC) - timedelta(days=4)
    )
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    assert client.post(booked.address(found, "log", earlier.pk), form).status_code == 302
    answer = client.post(booked.address(found, "log", row.pk), form)
    assert answer.status_code == 422
    assert "This form was sent already." in answer.content.decode()
    assert SessionLog.objects.get().peer_session_id == earlier.pk
    row.refresh_from_db()
    assert row.state == "booked"


@pytest.mark.django_db(transaction=True)
def test_two_copies_of_a_form_at_once_write_one_log() -> None:
    """Without the lock on the session's row the second would not find the first one's log, and be refused."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        row = booked.begun(found)
    together, ends, once = threading.Barrier(2), list[str](), new_id()
    other_is_through = threading.Event()
    texts: dict[str, Any] = {**booked.WORDS, "fit": "same", "shown_to_peer": True}

    def write() -> None:
        try:
            with wall.inside(ash.pk):
                by = factories.member(found.supporter)
                together.wait(10)
                made = logs.log(once=once, peer_session_id=row.pk, by=by, now=datetime.now(UTC), **texts)
                ends.append(str(made.pk))
                if len(ends) == 2:
                    other_is_through.set()
                other_is_through.wait(1)
        except Exception as error:
            ends.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert ends == [str(once), str(once)]
    with wall.inside(ash.pk):
        assert SessionLog.objects.count() == 1


# Drafts


def test_what_is_half_written_is_kept_and_shown_again(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    kept = typed(what_mattered="שלום 🌊 half a sen", fit="", shown="no")
    answer = client.post(booked.address(found, "log_draft", row.pk), kept, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'id="kept"' in answer.content.decode()
    shown = client.get(booked.address(found, "log", row.pk)).content.decode()
    assert "שלום 🌊 half a sen" in shown
    assert 'value="no"' in shown.partition("checked")[0].rpartition("<input")[2]
    row.refresh_from_db()
    assert row.state == "booked"


def test_the_button_for_later_works_without_a_script(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    answer = client.post(booked.address(found, "log_draft", row.pk), typed())
    assert answer["Location"] == booked.address(found, "peer_session", row.pk)
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_draft_keeps_only_what_the_log_would_take_and_says_so(
    ash: Organisation, headers: dict[str, str]
) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    texts = {"what_mattered": "x" * 4001, "warm_up": "a\x00\u2028\u202eb\r\nc"}
    answer = client.post(
        booked.address(found, "log_draft", row.pk), typed(**texts), headers=headers, follow=True
    )
    assert "Only its first 4000 characters were kept." in answer.content.decode()
    form = client.get(booked.address(found, "log", row.pk)).context["form"]
    assert (form["what_mattered"].value(), form["warm_up"].value()) == ("x" * 4000, "ab\nc")


def test_a_draft_that_fits_is_kept_without_more_words(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    answer = client.post(
        booked.address(found, "log_draft", row.pk), typed(what_mattered="x" * 4000), follow=True
    )
    assert "too long" not in answer.content.decode()


def test_a_draft_is_sealed_its_authors_alone_and_gone_once_sent(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    for words in ("one", SECRET):
        client.post(booked.address(found, "log_draft", row.pk), typed(what_mattered=words))
    draft = Draft.objects.get()
    assert SECRET.encode() not in bytes(draft.body)
    other = factories.signed_in(factories.supporter(ash))
    assert other.post(booked.address(found, "log_draft", row.pk), typed()).status_code == 404
    assert other.get(booked.address(found, "log", row.pk)).status_code == 404
    client.post(booked.address(found, "log", row.pk), typed())
    assert Draft.objects.count() == 0


def test_a_late_draft_does_not_come_back(ash: Organisation) -> None:
    found = booked.thread(ash)
    log = booked.held(found)
    client = factories.signed_in(found.supporter)
    client.post(booked.address(found, "log_draft", log.peer_session_id), typed())
    assert Draft.objects.count() == 0


def test_the_draft_is_only_ever_sent(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    page = booked.address(found, "log_draft", row.pk)
    assert factories.signed_in(found.supporter).get(page).status_code == 405


def test_a_session_ends_while_one_writes(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    PeerSession.objects.update(state="missed", closed_at=datetime.now(UTC), closed_by="operator")
    answer = client.post(booked.address(found, "log", row.pk), typed())
    assert answer.status_code == 422
    assert "This has changed since you opened the page." in answer.content.decode()
    assert SECRET in answer.content.decode()
