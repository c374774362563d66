"""A peer's sheet on their own page: for them alone until they share it, or let their supporter see it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.models import Organisation, PrivateLink
from reminders.models import Message
from reminders.states import SOMETHING_WAITS
from sessions import policies
from sessions.actions import agreements, pairings, sheets
from sessions.models import BoundarySheet
from sessions.queries.sheets import sheet_page
from sessions.wording import Said
from tests import factories
from tests.sessions import aimed, asked, met
from tests.sessions.test_sheet import HTMX, ONE, kept
from tests.sessions.test_sheet_lines import own

SECRET = {"about-topics": Said(answer="", note="Zabrinsky 🌿")}


def verbs() -> list[str]:
    """What stands in the trail about sheets, in order."""
    rows = Event.objects.filter(object_kind="peer_sessions.boundarysheet").order_by("number")
    return [verb.removeprefix("sessions.") for verb in rows.values_list("verb", flat=True)]


# The peer --------------------------------------------------------------------------------------------------------


def test_a_peer_answers_and_shares(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = asked.phone(two)
    words = client.get(url).content.decode()
    assert "What you answer here is for you alone until you share it." in words
    assert "<title>" in words
    assert "Sam" not in words.partition("<body")[0]
    form = {"version": "1", "revision": "0", "answer_hug_given": "never", "note_about-topics": "My brother"}
    answer = client.post(url, form)
    assert (answer.status_code, answer["Location"]) == (302, url)
    sheet = BoundarySheet.objects.get()
    assert (sheet.side, sheet.kept_private, sheet.shared_at) == ("peer", True, None)
    assert "Let your supporter see it now" in client.get(url).content.decode()
    answer = client.post(url, {**form, "revision": "1", "finish": "yes"})
    assert answer["Location"] == f"{url}share/"
    assert "Share this sheet?" in client.get(f"{url}share/").content.decode()
    answer = client.post(f"{url}share/", {"version": "1", "revision": "1"})
    assert (answer.status_code, answer["Location"]) == (302, url)
    sheet.refresh_from_db()
    assert (sheet.kept_private, sheet.shared_at is None) == (False, False)
    assert "It stays as it is." in client.get(url).content.decode()
    assert verbs() == ["save_sheet", "look", "look", "share_sheet", "look"]
    sent = Message.objects.filter(kind=SOMETHING_WAITS)
    assert [(row.object_id, row.recipient_id) for row in sent] == [(sheet.pk, two.supporter.pk)]
    assert {event.actor[:5] for event in Event.objects.filter(object_id=str(sheet.pk))} == {"link:"}


def test_each_answer_saves_itself_there_too(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = asked.phone(two)
    line = {"item": "hug_given", "version": "1", "revision": "0", "answer_hug_given": "never"}
    page = client.post(url, line, headers=HTMX)
    assert page.status_code == 200
    assert "Saved. 1 of 27 answered" in page.content.decode()
    assert kept(two, "peer") == ONE


def test_only_the_cover_before_somebody_asks(ash: Organisation) -> None:
    two = met.introduced(ash)
    link = asked.own_page(two)
    for tail in ((), ("share",), ("show",)):
        answer = Client().get(aimed.mine(link, "boundaries", *tail))
        assert (answer.status_code, answer["Location"]) == (302, aimed.mine(link))


def test_an_old_page_is_told_so(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = asked.phone(two)
    assert client.post(url, {"version": "1", "revision": "0", "answer_alcohol": "never"}).status_code == 302
    old = {"version": "1", "revision": "0", "answer_alcohol": "always", "note_about-helps": "kept 🌱"}
    answer = client.post(url, old)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Somebody changed this while you had the page open" in words
    assert "Saved meanwhile: Never" in words
    assert "kept 🌱" in words
    assert kept(two, "peer") == {"alcohol": {"answer": "never", "note": ""}}
    assert client.post(f"{url}share/", {"version": "1", "revision": "0"}).status_code == 422
    assert BoundarySheet.objects.get().shared_at is None


def test_what_was_begun_together_goes_on_together(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "peer", ONE)
    client, url = asked.phone(two)
    words = client.get(url).content.decode()
    assert "You are doing this together: your supporter sees these answers too." in words
    client.post(url, {"version": "1", "revision": "1", "answer_hug_given": "maybe"})
    assert not BoundarySheet.objects.get().kept_private
    assert kept(two, "peer")["hug_given"]["answer"] == "maybe"


def test_a_dead_link_and_an_ended_pairing_take_nothing(ash: Organisation, elm: Organisation) -> None:
    two = met.introduced(ash)
    client, url = asked.phone(two)
    form = {"version": "1", "revision": "0", "note_about-helps": "kept 🌱"}
    with wall.inside(ash.pk):
        by = factories.member(two.coordinator)
        pairings.end(pairing_id=two.pairing.pk, by=by, now=timezone.now())
    answer = client.post(url, form)
    assert answer.status_code == 422
    assert "kept 🌱" in answer.content.decode()
    with wall.inside(ash.pk):
        PrivateLink.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert client.post(url, form).status_code == 404
    wall.enter(ash.pk)
    assert not BoundarySheet.objects.exists()


def counted(client: Client, url: str, form: dict[str, str] | None = None) -> int:
    """How many questions a page asks of the database; with `form`, one line saved by itself."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url) if form is None else client.post(url, form, headers=HTMX)
    assert answer.status_code == 200
    return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])


def test_how_much_the_pages_ask(ash: Organisation) -> None:
    """As much with three lines as with one, and on the supporter's phone as on the peer's own page."""
    two = met.introduced(ash)
    (peer, mine), found = asked.phone(two), []
    phones = [(peer, mine), (factories.signed_in(two.supporter), two.url("sheet", "supporter"))]
    for client, url in phones:
        for revision, key in enumerate(["alcohol", "friends", "medicine", "doubting"]):
            line = {"item": key, "version": "1", "revision": str(revision), f"answer_{key}": "never"}
            found.append((counted(client, url, line), counted(client, url)))
    assert found[:4] == [(11, 6)] * 4
    assert found[4:] == [(15, 8), *[(13, 8)] * 3]  # with the first answer one's own limits are read, twice


# The supporter ---------------------------------------------------------------------------------------------------


def test_the_supporter_sees_that_it_is_answered_and_not_a_word(ash: Organisation) -> None:
    two = met.introduced(ash)
    asked.alone(two, {**SECRET, **ONE, **own(text="Zabrinsky line")})
    marks = Event.objects.count()
    client = factories.signed_in(two.supporter)
    for page in (two.url("sheet", "peer"), two.url("first-meeting"), two.url()):
        words = client.get(page).content.decode()
        assert "Zabrinsky" not in words
    assert "is answering on their own page" in client.get(two.url("first-meeting")).content.decode()
    words = client.get(two.url("sheet", "peer")).content.decode()
    assert "for them alone until they share it" in words
    assert "answer_hug_given" not in words
    assert Event.objects.count() == marks  # nothing was opened
    answer = client.get(two.url("sheet", "peer", "share"))
    assert answer["Location"] == two.url("sheet", "peer")


def test_it_is_among_the_supporters_rows_only_once_they_show_it(ash: Organisation) -> None:
    two = met.introduced(ash)
    asked.alone(two, ONE)
    rows = policies.sheets_visible_to(factories.member(two.supporter))
    assert not rows.exists()
    client, url = asked.phone(two)
    client.post(f"{url}show/")
    assert [row.side for row in rows.all()] == ["peer"]


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("revision", ["0", "1"])
def test_nor_writes_on_it(ash: Organisation, headers: dict[str, str], revision: str) -> None:
    two = met.introduced(ash)
    asked.alone(two, {**SECRET, **ONE})
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer")
    form = {"version": "1", "revision": revision, "item": "hug_given", "answer_hug_given": "always"}
    answer = client.post(url, form, headers=headers)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "They are answering this on their own page." in words
    assert "Zabrinsky" not in words
    assert "Saved meanwhile" not in words
    assert client.post(f"{url}share/", form).status_code == 422
    assert kept(two, "peer") == {**SECRET, **ONE}
    assert BoundarySheet.objects.get().shared_at is None


def test_the_same_answers_tell_the_supporter_nothing(ash: Organisation) -> None:
    """A form that guesses right is refused like any other."""
    two = met.introduced(ash)
    asked.alone(two, ONE)
    with pytest.raises(Refused, match="their own page"):
        met.saved(two, "peer", ONE, revision=1)


def test_what_was_private_in_a_version_put_aside_stays_so(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = met.drafted(two)
    asked.alone(two, {**SECRET, **ONE})
    with wall.inside(ash.pk):
        by = factories.member(two.supporter)
        agreements.withdraw(agreement_id=draft.pk, state="draft", by=by, now=met.START)
    client = factories.signed_in(two.supporter)
    page = client.get(two.url("sheet", "peer"))
    assert "Zabrinsky" not in page.content.decode()
    assert page.context["form"]["answer_hug_given"].value() == ""
    form = {"version": "2", "revision": "0", "answer_alcohol": "never"}
    client.post(two.url("sheet", "peer"), form)
    with wall.inside(ash.pk):
        assert sheet_page(two.pairing, "peer").answers == {"alcohol": {"answer": "never", "note": ""}}


def test_the_next_version_begins_with_ones_own_words(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.shared(two, "supporter", {})
    met.shared(two, "peer", {**SECRET, **ONE})
    met.yes(two, met.drafted(two))
    client, url = asked.phone(two)
    page = client.get(url)
    assert page.context["form"]["answer_hug_given"].value() == "never"
    assert "The answers from last time are filled in." in page.content.decode()
    client.post(
        url, {"version": "2", "revision": "0", "item": "alcohol", "answer_alcohol": "never"}, headers=HTMX
    )
    sheet = BoundarySheet.objects.get(version=2)
    assert sheet.kept_private
    with wall.inside(ash.pk):
        found = sheet_page(two.pairing, "peer", sees_private=True)
    assert found.answers == {**SECRET, **ONE, "alcohol": {"answer": "never", "note": ""}}


# Letting the supporter see it ------------------------------------------------------------------------------------


def test_the_peer_lets_the_supporter_see_it(ash: Organisation) -> None:
    two = met.introduced(ash)
    asked.alone(two, {**SECRET, **ONE})
    client, url = asked.phone(two)
    assert "this cannot be undone" in client.get(f"{url}show/").content.decode()
    assert BoundarySheet.objects.get().kept_private
    for _time in range(2):
        answer = client.post(f"{url}show/")
        assert (answer.status_code, answer["Location"]) == (302, url)
    assert not BoundarySheet.objects.get().kept_private
    assert verbs().count("let_see") == 1
    assert client.get(f"{url}show/")["Location"] == url
    page = factories.signed_in(two.supporter).get(two.url("sheet", "peer"))
    assert "Zabrinsky" in page.content.decode()
    assert met.saved(two, "peer", {"alcohol": Said(answer="never", note="")}, revision=1).revision == 2


def test_there_may_be_nothing_to_show(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = asked.phone(two)
    assert client.post(f"{url}show/").status_code == 302
    assert client.get(f"{url}show/")["Location"] == url
    assert not BoundarySheet.objects.exists()


def test_nothing_is_shown_of_an_ended_pairing(ash: Organisation) -> None:
    two = met.introduced(ash)
    asked.alone(two, ONE)
    link = PrivateLink.objects.get()
    with wall.inside(ash.pk):
        by = factories.member(two.coordinator)
        pairings.end(pairing_id=two.pairing.pk, by=by, now=timezone.now())
        with pytest.raises(Refused, match="ended"):
            sheets.let_see(pairing_id=two.pairing.pk, by=aimed.holder(link), now=timezone.now())
    assert BoundarySheet.objects.get().kept_private


def test_the_database_refuses_what_is_private_and_shared(ash: Organisation) -> None:
    two = met.introduced(ash)
    sheet = asked.alone(two, ONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        BoundarySheet.objects.filter(pk=sheet.pk).update(shared_at=timezone.now())
