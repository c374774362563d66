"""Does it still fit? Asked at a session's beginning, answered by either; today only ends with the day by itself."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing import keys
from people.models import Organisation, Peer
from reminders.models import Message
from sessions.models import Agreement, FitCheck
from sessions.queries.fit_checks import fit_page, opening_fit
from tests import factories
from tests.sessions import aimed, booked, met, revisited
from tests.sessions.revisited import typed_fit

WORDS = "No hugs today. 🌱 שלום"


def in_force() -> Agreement:
    return Agreement.objects.get(state="in_force")


def test_it_fits_takes_one_press_at_the_beginning(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = revisited.today(found), factories.signed_in(found.supporter)
    opening = booked.address(found, "opening", row.pk)
    assert 'name="fit" value="same"' in client.get(opening).content.decode()
    answer = client.post(revisited.url(found, f"fit/?session={row.pk}"), typed_fit())
    assert answer["Location"] == f"{opening}#fit"
    check = FitCheck.objects.get()
    assert (check.fit, check.side, check.peer_session_id, check.holds_on) == ("same", "peer", row.pk, None)
    assert check.noted_by == f"member:{found.supporter.pk}"
    assert (in_force().look_again_at, in_force().look_again_because) == (None, "")
    assert not Message.objects.filter(object_id=found.pairing.pk).exists()
    event = Event.objects.get(verb="sessions.note_fit")
    assert (event.object_id, event.detail) == (str(check.pk), {"pairing": str(found.pairing.pk)})


def test_today_only_is_shown_today_to_who_needs_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = revisited.today(found), factories.signed_in(found.supporter)
    form = typed_fit(fit="today_only", words=WORDS)
    client.post(revisited.url(found, f"fit/?session={row.pk}"), form)
    check = FitCheck.objects.get()
    assert check.holds_on == booked.day_ahead(0)
    assert WORDS in client.get(booked.address(found, "opening", row.pk)).content.decode()
    assert WORDS in client.get(revisited.url(found, "fit/")).content.decode()
    looks = Event.objects.filter(verb="sessions.look_fit")
    assert [look.detail for look in looks] == [{"checks": [str(check.pk)]}] * 2
    pairing = client.get(revisited.url(found)).content.decode()
    assert "Something is different between you today" in pairing
    assert WORDS not in pairing
    home = client.get("/o/ash/").content.decode()
    assert ">different today<" in home
    assert WORDS not in home
    for who in (found.coordinator, revisited.supervised(found)):
        assert "different" not in factories.signed_in(who).get(revisited.url(found)).content.decode()
    assert in_force().look_again_at is None


def test_what_is_kept_is_sealed(ash: Organisation) -> None:
    found = booked.thread(ash)
    revisited.said(found, "today_only", WORDS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(f)::text FROM peer_sessions_fitcheck f")
        (stored,) = cursor.fetchone()
    assert "hugs" not in stored
    assert b"hugs".hex() not in stored


def test_it_expires_by_itself(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = revisited.today(found), factories.signed_in(found.supporter)
    revisited.said(found, "today_only", WORDS, now=datetime.now(UTC) - timedelta(days=1))
    for page in (
        booked.address(found, "opening", row.pk),
        revisited.url(found),
        revisited.url(found, "fit/"),
        "/o/ash/",
    ):
        shown = client.get(page).content.decode()
        assert (WORDS in shown, ">different today<" in shown, "different between" in shown) == (False,) * 3


def test_the_day_is_the_peers(ash: Organisation, now: datetime) -> None:
    """Half past eleven in the evening UTC is tomorrow in Auckland, and the peer's day ends there."""
    found = booked.thread(ash)
    Peer.objects.filter(pk=found.peer.pk).update(zone="Pacific/Auckland")
    late = now.replace(hour=11, minute=30)  # 23:30 in Auckland
    check = revisited.said(found, "today_only", WORDS, now=late)
    assert check.holds_on == now.date()
    pairing = type(found.pairing).objects.select_related("peer__data_key").get(pk=found.pairing.pk)
    rows = FitCheck.objects.all()
    assert len(fit_page(rows, pairing, late + timedelta(minutes=29)).today) == 1
    assert len(fit_page(rows, pairing, late + timedelta(minutes=31)).today) == 0


def test_a_session_on_another_day_does_not_show_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    revisited.said(found, "today_only", WORDS)
    page = factories.signed_in(found.supporter).get(booked.address(found, "opening", row.pk)).content.decode()
    assert WORDS not in page
    assert "On the day of the session" in page
    assert opening_fit(factories.member(found.supporter), row, datetime.now(UTC)).may_ask is False


def test_something_should_change_begins_looking_again(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = revisited.today(found), factories.signed_in(found.supporter)
    before = in_force()
    answer = client.post(
        revisited.url(found, f"fit/?session={row.pk}"), typed_fit(fit="changed", words=WORDS)
    )
    assert answer["Location"] == revisited.url(found, "first-meeting/")
    after = in_force()
    assert (after.look_again_because, after.state, bytes(after.body)) == (
        "changed",
        "in_force",
        bytes(before.body),
    )
    assert "one of you said that something should change" in client.get(revisited.url(found)).content.decode()
    assert "Look at your agreement again" in client.get("/o/ash/").content.decode()
    assert WORDS in client.get(revisited.url(found, "fit/")).content.decode()
    coordinator = factories.signed_in(found.coordinator).get(revisited.url(found)).content.decode()
    assert "should change" not in coordinator


def test_the_first_reason_stays(ash: Organisation) -> None:
    found = booked.thread(ash)
    then = in_force()
    Agreement.objects.filter(pk=then.pk).update(look_again_at=booked.START, look_again_because="floor")
    revisited.said(found, "changed")
    after = in_force()
    assert (after.look_again_at, after.look_again_because) == (booked.START, "floor")


@pytest.mark.parametrize(("fit", "because"), [("same", ""), ("today_only", ""), ("changed", "changed")])
def test_a_log_that_says_so_does_the_same(ash: Organisation, fit: str, because: str) -> None:
    found = booked.thread(ash)
    booked.held(found, fit=fit, fit_note="Less often")
    assert in_force().look_again_because == because


def test_a_version_that_was_replaced_is_left_alone(ash: Organisation) -> None:
    found = booked.thread(ash)
    two = met.Two(ash, found.coordinator, found.supporter, found.peer, found.pairing)
    met.yes(two, met.ready_again(two, version=2))
    revisited.said(found, "changed")
    versions = Agreement.objects.order_by("version").values_list("version", "look_again_because")
    assert list(versions) == [(1, ""), (2, "changed")]


def test_needs_words_and_keeps_what_was_typed(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, page = factories.signed_in(found.supporter), revisited.url(found, "fit/")
    answer = client.post(page, typed_fit(fit="today_only", side="supporter"))
    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.errors["words"] == ["Please say in a few words what is different today."]
    assert (form["fit"].value(), form["side"].value()) == ("today_only", "supporter")
    assert client.post(page, typed_fit(fit="changed")).status_code == 302
    assert FitCheck.objects.get().fit == "changed"


@pytest.mark.parametrize("words", revisited.NASTY)
def test_nasty_words(ash: Organisation, words: str) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    answer = client.post(revisited.url(found, "fit/"), typed_fit(fit="today_only", words=words))
    form = answer.context["form"]
    assert (answer.status_code, len(form.errors["words"])) == (422, 1)
    assert form["words"].value() == words
    assert not FitCheck.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("fit", "never"), ("fit", ""), ("side", "coordinator"), ("side", ""), ("once", "x")]
)
def test_what_is_no_choice(ash: Organisation, field: str, value: str) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    answer = client.post(revisited.url(found, "fit/"), typed_fit(**{field: value}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not FitCheck.objects.exists()


def test_without_an_agreement_there_is_nothing_to_ask(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, page = factories.signed_in(found.supporter), revisited.url(found, "fit/")
    row = in_force()
    client.post(
        revisited.url(found, f"agreements/{row.pk}/withdraw/"), {"state": "in_force", "sides": "peer"}
    )
    assert "No agreement is in force" in client.get(page).content.decode()
    answer = client.post(page, typed_fit(fit="today_only", words=WORDS))
    assert (answer.status_code, WORDS in answer.content.decode()) == (422, True)
    assert not FitCheck.objects.exists()


def test_the_same_form_twice(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, form = factories.signed_in(found.supporter), typed_fit()
    assert {client.post(revisited.url(found, "fit/"), form).status_code for _ in range(2)} == {302}
    assert FitCheck.objects.count() == Event.objects.filter(verb="sessions.note_fit").count() == 1
    other = booked.pairing(found, factories.peer(ash, name="Wren"))
    assert client.post(f"/o/ash/pairings/{other.pk}/fit/", form).status_code == 422
    assert FitCheck.objects.count() == 1


def test_nobody_else(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    page = revisited.url(found, "fit/")
    others = {
        found.coordinator: 403,
        revisited.supervised(found): 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    for who, status in others.items():
        client = factories.signed_in(who)
        assert (client.get(page).status_code, client.post(page, typed_fit()).status_code) == (status, status)
    wall.enter(ash.pk)
    assert not FitCheck.objects.exists()


def test_only_a_session_of_the_two(ash: Organisation, elm: Organisation) -> None:
    found, there = booked.thread(ash), booked.thread(elm)
    elsewhere = booked.ahead(there)
    wall.enter(ash.pk)
    other = booked.pairing(found, factories.peer(ash, name="Wren"))
    theirs = booked.session(other, booked.at(booked.day_ahead(9), time(14)), now=datetime.now(UTC))
    client = factories.signed_in(found.supporter)
    for named in (theirs.pk, elsewhere.pk, new_id(), "x", "\x00"):
        where = revisited.url(found, "fit/")
        assert client.get(where, {"session": str(named)}).status_code == 404
        assert client.post(where, typed_fit(), query_params={"session": str(named)}).status_code == 404
    wall.enter(ash.pk)
    assert not FitCheck.objects.exists()


def test_after_the_ending_nothing_is_added(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.ended(found)
    client = factories.signed_in(found.supporter)
    assert client.post(revisited.url(found, "fit/"), typed_fit()).status_code == 404
    with pytest.raises(Refused):
        revisited.said(found)


def test_of_an_erased_peer_nothing_is_read_or_added(ash: Organisation) -> None:
    found = booked.thread(ash)
    revisited.said(found, "changed", WORDS)
    keys.drop(found.peer.data_key_id, now=datetime.now(UTC))
    client, page = factories.signed_in(found.supporter), revisited.url(found, "fit/")
    assert "This can no longer be read." in client.get(page).content.decode()
    assert client.post(page, typed_fit(fit="changed", words="More")).status_code == 422
    assert FitCheck.objects.count() == 1


def test_looking_writes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    assert (
        client.get(revisited.url(found, "fit/?fit=today_only")).context["form"]["fit"].value() == "today_only"
    )
    assert client.get(revisited.url(found, "fit/?fit=x")).context["form"]["fit"].value() == ""
    assert (FitCheck.objects.count(), Event.objects.filter(verb__contains="fit").count()) == (0, 0)


def test_the_database_lets_nothing_be_changed(ash: Organisation) -> None:
    found = booked.thread(ash)
    check = revisited.said(found, "today_only", WORDS)
    with pytest.raises(DatabaseError), transaction.atomic():
        FitCheck.objects.filter(pk=check.pk).update(fit="same", holds_on=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        FitCheck.objects.all().delete()


@pytest.mark.parametrize("number", [1, 3])
def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any, number: int) -> None:
    found = booked.thread(ash)
    for _ in range(number):
        revisited.said(found, "changed", WORDS)
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(9):  # two are the savepoint of the request
        client.get(revisited.url(found, "fit/"))


def test_how_many_statements_to_note_one(ash: Organisation, django_assert_max_num_queries: Any) -> None:
    found = booked.thread(ash)
    row, client = revisited.today(found), factories.signed_in(found.supporter)
    with django_assert_max_num_queries(14 + 6):  # three savepoints
        client.post(revisited.url(found, f"fit/?session={row.pk}"), typed_fit(fit="changed", words=WORDS))
