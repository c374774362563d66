"""A supporter lets their supervisor read their limits, takes them back, and the two talk them through."""

from typing import Any

import pytest

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Membership, Organisation, Supervision
from reminders.models import Message, Reminder
from sessions.actions import limits
from sessions.models import LimitsSheet
from tests import factories
from tests.sessions import limited
from tests.sessions.limited import ALWAYS, NEVER, START, URL

SHOWN = f"{URL}shown/"


def pair(ash: Organisation) -> tuple[Membership, Membership, LimitsSheet]:
    """A supporter who has finished, and their supervisor."""
    row = limited.newcomer(ash, person=factories.user("Ada"))
    sheet = limited.finished(row, {"hug_given": NEVER | {"note": "Not my thing 🌱"}})
    return row, limited.supervised(row), sheet


def post(row: Membership, sheet: LimitsSheet, verb: str) -> Any:
    return factories.signed_in(row).post(f"{URL}{sheet.pk}/{verb}/")


def test_nobody_reads_them_before_they_are_shown(ash: Organisation) -> None:
    row, supervisor, sheet = pair(ash)
    for other in (supervisor, limited.newcomer(ash)):
        assert factories.signed_in(other).get(f"{URL}{sheet.pk}/").status_code == 404
    assert factories.signed_in(factories.coordinator(ash)).get(f"{URL}{sheet.pk}/").status_code == 403
    assert "Nothing is shown to you just now" in factories.signed_in(supervisor).get(SHOWN).content.decode()
    assert "Not my thing" in factories.signed_in(row).get(f"{URL}{sheet.pk}/").content.decode()


def test_a_supervisor_reads_what_is_shown_and_leaves_a_mark(ash: Organisation) -> None:
    row, supervisor, sheet = pair(ash)
    for _twice in range(2):
        assert post(row, sheet, "show")["Location"] == URL
    assert Event.objects.filter(verb="sessions.show_limits").count() == 1
    message = Message.objects.get(kind="something_waits")
    assert (message.recipient_id, message.object_id) == (supervisor.pk, sheet.pk)
    client = factories.signed_in(supervisor)
    home = client.get("/o/ash/").content.decode()
    assert "would like to talk through their limits" in home
    assert f"{URL}{sheet.pk}/" in home
    listed = client.get(SHOWN).content.decode()
    assert ("Ada" in listed, "Not my thing" in listed) == (True, False)
    page = client.get(f"{URL}{sheet.pk}/").content.decode()
    assert ("Not my thing 🌱" in page, "We have talked it through" in page) == (True, True)
    look = Event.objects.get(verb="sessions.look", object_id=str(sheet.pk))
    assert look.actor == f"member:{supervisor.pk}"


def test_taken_back_it_is_nobodys_to_read(ash: Organisation) -> None:
    row, supervisor, sheet = pair(ash)
    limited.shown(row, sheet)
    for _twice in range(2):
        assert post(row, sheet, "hide")["Location"] == URL
    assert factories.signed_in(supervisor).get(f"{URL}{sheet.pk}/").status_code == 404
    assert "talk through" not in factories.signed_in(supervisor).get("/o/ash/").content.decode()
    assert Message.objects.get().state == "cancelled"
    assert Reminder.objects.get(object_id=sheet.pk).state == "waiting"  # they still look again
    assert Event.objects.filter(verb="sessions.hide_limits").count() == 1


def test_the_two_talk_it_through(ash: Organisation) -> None:
    row, supervisor, sheet = pair(ash)
    limited.shown(row, sheet)
    for _twice in range(2):
        assert post(supervisor, sheet, "talked")["Location"] == SHOWN
    sheet.refresh_from_db()
    assert sheet.talked_by == f"member:{supervisor.pk}"
    assert Event.objects.filter(verb="sessions.talk_limits").count() == 1
    assert "You talked them through on" in factories.signed_in(row).get(URL).content.decode()
    assert "talk through" not in factories.signed_in(supervisor).get("/o/ash/").content.decode()
    page = factories.signed_in(supervisor).get(f"{URL}{sheet.pk}/").content.decode()
    assert ("Talked through on" in page, "We have talked" in page) == (True, False)


def test_taken_back_meanwhile_it_is_not_talked_through(ash: Organisation) -> None:
    row, supervisor, sheet = pair(ash)
    limited.shown(row, sheet)
    post(row, sheet, "hide")
    assert post(supervisor, sheet, "talked").status_code == 404
    with pytest.raises(Refused, match="not shown to you any more"):
        limits.talk_limits(limits_id=sheet.pk, by=factories.member(supervisor), now=START)


def test_without_a_supervisor_it_says_whom_to_ask(ash: Organisation) -> None:
    row = limited.newcomer(ash)
    sheet = limited.finished(row, {"hug_given": NEVER})
    page = factories.signed_in(row).get(URL).content.decode()
    assert "Nobody supervises you just now" in page
    assert "show/" not in page
    assert (
        "Please ask a coordinator"
        in factories.signed_in(row).post(f"{URL}{sheet.pk}/show/", follow=True).content.decode()
    )
    assert LimitsSheet.objects.get(pk=sheet.pk).shown_at is None


def test_who_supervised_before_reads_nothing(ash: Organisation) -> None:
    row, supervisor, sheet = pair(ash)
    limited.shown(row, sheet)
    Supervision.objects.update(ends_at=START)
    client = factories.signed_in(supervisor)
    assert client.get(f"{URL}{sheet.pk}/").status_code == 404
    assert client.get(SHOWN).context["page"].rows == []


def test_what_is_being_written_is_not_shown(ash: Organisation) -> None:
    row, supervisor, _sheet = pair(ash)
    being = limited.saved(row, {"alcohol": ALWAYS}, version=2)
    assert post(row, being, "show").status_code == 404
    assert factories.signed_in(row).get(f"{URL}{being.pk}/").status_code == 404
    with pytest.raises(Refused, match="finish"):
        limits.show_limits(limits_id=being.pk, by=factories.member(row), now=START)
    assert factories.signed_in(supervisor).get(f"{URL}{being.pk}/").status_code == 404


def test_a_new_version_is_shown_anew(ash: Organisation) -> None:
    row, supervisor, sheet = pair(ash)
    limited.shown(row, sheet)
    newer = limited.finished(row, {"alcohol": NEVER}, version=2)
    client = factories.signed_in(supervisor)
    assert client.get(f"{URL}{newer.pk}/").status_code == 404
    assert client.get(f"{URL}{sheet.pk}/").status_code == 200
    assert "Take it back" in factories.signed_in(row).get(URL).content.decode()


@pytest.mark.parametrize("verb", ["show", "hide", "talked"])
def test_only_who_may_does_it_and_only_by_a_button(ash: Organisation, elm: Organisation, verb: str) -> None:
    row, supervisor, sheet = pair(ash)
    limited.shown(row, sheet)
    mine, theirs = (supervisor, row) if verb == "talked" else (row, supervisor)
    url = f"{URL}{sheet.pk}/{verb}/"
    assert factories.signed_in(mine).get(url).status_code == 405
    assert factories.signed_in(theirs).post(url).status_code == 403
    assert factories.signed_in(factories.coordinator(ash)).post(url).status_code == 403
    other = factories.supervisor(ash) if verb == "talked" else limited.newcomer(ash)
    assert factories.signed_in(other).post(url).status_code == 404
    assert factories.signed_in(mine).post(f"{URL}{new_id()}/{verb}/").status_code == 404
    wall.enter(elm.pk)
    stranger = factories.supervisor(elm) if verb == "talked" else factories.supporter(elm)
    assert factories.signed_in(stranger).post(f"/o/elm/limits/{sheet.pk}/{verb}/").status_code == 404
    wall.enter(ash.pk)
    sheet.refresh_from_db()
    assert (sheet.shown_at is not None, sheet.talked_at) == (True, None)


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any, many: int) -> None:
    supervisor = None
    for _each in range(many):
        row = limited.newcomer(ash)
        sheet = limited.finished(row, {"hug_given": NEVER})
        if supervisor is None:
            supervisor = limited.supervised(row)
        else:
            row.supervised_by.create(organisation=ash, supervisor=supervisor, starts_at=START)
        limited.shown(row, sheet)
    assert supervisor is not None
    client = factories.signed_in(supervisor)
    with django_assert_num_queries(6):  # two are savepoints
        assert len(client.get(SHOWN).context["page"].rows) == many
