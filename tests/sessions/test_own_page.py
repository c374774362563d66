"""The peer's own page: nothing before they ask, then what is theirs; it ends with the pairing, but for the goodbye."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from lib import wall
from lib.ids import new_id
from people.models import Organisation, PrivateLink
from people.models.links import LinkPurpose
from sessions import urls
from sessions.actions import endings
from sessions.models import ChangeWish, Goal, GoalEntry, GoalStep, Strength
from tests import factories
from tests.sessions import aimed, booked

COVER = "This page is private"


def text(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


# The cover


def test_the_first_look_gives_nothing_away(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.goal(found)
    booked.ahead(found)
    link = aimed.own_page(found)
    shown = text(Client(), aimed.mine(link))
    assert COVER in shown
    told = [ash.name, found.peer.name, "Go out every day", "14:00", "112", "goal", "help", "support"]
    assert [word for word in told if word.lower() in shown.lower()] == []
    assert PrivateLink.objects.get(pk=link.pk).opened_at is None
    assert not Event.objects.filter(verb="sessions.open_link").exists()


@pytest.mark.parametrize("tail", ["goals", "goals/new", "strengths", "notes", "looks", "another-supporter"])
def test_every_page_behind_it_asks_first(ash: Organisation, tail: str) -> None:
    link = aimed.own_page(booked.thread(ash))
    answer = Client().get(aimed.mine(link, tail))
    assert answer["Location"] == aimed.mine(link)
    assert aimed.continued(link).get(aimed.mine(link, tail)).status_code == 200


def test_continuing_is_noted_and_remembered_for_this_page_alone(ash: Organisation) -> None:
    found = booked.thread(ash)
    other = booked.pairing(found, factories.peer(ash, name="Kim"))
    link = aimed.own_page(found)
    client = Client()
    answer = client.post(aimed.mine(link))
    cookie = answer.cookies["seen"]
    assert (answer["Location"], cookie["path"], cookie["max-age"]) == (
        aimed.mine(link),
        aimed.mine(link),
        1800,
    )
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "Your page" in text(client, aimed.mine(link))
    assert aimed.events("open_link") == [(f"link:{link.pk}", str(link.pk))]
    found.pairing = other
    theirs = aimed.own_page(found)
    assert COVER in text(client, aimed.mine(theirs))
    client.cookies["seen"] = cookie.value
    assert COVER in text(client, aimed.mine(theirs))


def test_each_page_keeps_it_open_for_half_an_hour_more(ash: Organisation) -> None:
    link = aimed.own_page(booked.thread(ash))
    answer = aimed.continued(link).get(aimed.mine(link, "goals"))
    assert (answer.cookies["seen"]["max-age"], answer.cookies["seen"]["path"]) == (1800, aimed.mine(link))


def test_it_leaves_no_trace_and_names_nobody(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.goal(found)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    for tail in ("", "goals/", "strengths/", "notes/", "looks/", "another-supporter/", "goals/new/"):
        answer = client.get(aimed.mine(link) + tail)
        shown = answer.content.decode()
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
        assert "sessionid" not in answer.cookies
        names = [ash.name, found.supporter.user.preferred_name, found.supporter.user.email]
        assert [name for name in names if name in shown] == []
        assert "Leave quickly" in shown
        title = shown.partition("<title>")[2].partition("</title>")[0].lower()
        assert [word for word in ("goal", "support", "peer", "note", ash.name.lower()) if word in title] == []


# What is on it


def test_what_is_next_on_the_peers_clock(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.peer.zone = "America/New_York"
    found.peer.save()
    row = booked.session(found, booked.at(booked.day_ahead(40), time(14)), now=datetime.now(UTC))
    link = aimed.own_page(found)
    client = aimed.continued(link)
    page = client.get(aimed.mine(link)).context["page"]
    (one,) = page.sessions
    assert one.span.startswith("09:00")
    session = PrivateLink.objects.get(purpose=LinkPurpose.SESSION, object_id=row.pk)
    assert COVER in text(client, one.url)
    PrivateLink.objects.filter(pk=session.pk).update(revoked_at=datetime.now(UTC))
    assert [one.url for one in client.get(aimed.mine(link)).context["page"].sessions] == [""]


def test_other_peoples_sessions_are_not_on_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.ahead(found)
    other = booked.pairing(found, factories.peer(ash, name="Kim"))
    found.pairing = other
    link = aimed.own_page(found)
    assert aimed.continued(link).get(aimed.mine(link)).context["page"].sessions == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same(ash: Organisation, django_assert_num_queries: Any, number: int) -> None:
    found = booked.thread(ash)
    for place in range(number):
        booked.ahead(found, days=7 + place)
        aimed.step(found, aimed.goal(found))
        aimed.strength(found)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    with django_assert_num_queries(9):  # two are the savepoint of the request
        assert client.get(aimed.mine(link)).status_code == 200


def test_notes_that_are_shown_to_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.held(found, what_mattered="The river 🌊")
    link = aimed.own_page(found)
    client = aimed.continued(link)
    assert "1 to read" in text(client, aimed.mine(link))
    assert "The river 🌊" in text(client, aimed.mine(link, "notes"))
    assert aimed.events("look_notes") == [(f"link:{link.pk}", str(found.peer.pk))]


def test_notes_kept_from_them_are_not(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.held(found, what_mattered="Hidden", shown_to_peer=False, hidden_because="A reason")
    link = aimed.own_page(found)
    client = aimed.continued(link)
    shown = text(client, aimed.mine(link)) + text(client, aimed.mine(link, "notes"))
    assert [word for word in ("Hidden", "A reason", "1 to read") if word in shown] == []
    assert "No notes yet" in shown


def test_who_looked(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    log = booked.held(found)
    supporter = factories.signed_in(found.supporter)
    for _time in range(2):
        supporter.get(aimed.url(found, "goals", one.pk))
    supporter.get(aimed.url(found, "goals"))
    supporter.get(booked.address(found, "session_log", log.peer_session_id))
    link = aimed.own_page(found)
    client = aimed.continued(link)
    client.get(aimed.mine(link, "goals"))
    lines = client.get(aimed.mine(link, "looks")).context["lines"]
    assert [(line.who, line.what, line.times) for line in lines] == [
        ("Somebody with this link", "this page", 1),
        ("Your supporter", "the note of a session", 1),
        ("Your supporter", "your goals", 1),
        ("Your supporter", "one of your goals", 2),
    ]


def test_looks_at_somebody_else_are_not_there(ash: Organisation) -> None:
    found = booked.thread(ash)
    factories.signed_in(found.supporter).get(aimed.url(found, "goals", aimed.goal(found).pk))
    found.pairing = booked.pairing(found, factories.peer(ash, name="Kim"))
    link = aimed.own_page(found)
    lines = aimed.continued(link).get(aimed.mine(link, "looks")).context["lines"]
    assert [line.what for line in lines] == ["this page"]


def test_an_earlier_supporter_is_told_apart(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    factories.signed_in(found.supporter).get(aimed.url(found, "goals", one.pk))
    aimed.ended(found)
    found.supporter = factories.supporter(ash)
    found.pairing = booked.pairing(found, found.peer, found.supporter)
    link = aimed.own_page(found)
    lines = aimed.continued(link).get(aimed.mine(link, "looks")).context["lines"]
    assert ("Another supporter of yours", "one of your goals") in [(line.who, line.what) for line in lines]


def test_another_supporter_without_a_reason(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    client, page = aimed.continued(link), aimed.mine(link, "another-supporter")
    assert "You do not have to say why" in text(client, page)
    assert ChangeWish.objects.count() == 0
    for _press in range(2):
        assert client.post(page)["Location"] == aimed.mine(link)
    assert ChangeWish.objects.get().asked_by == f"link:{link.pk}"
    assert "you asked for another supporter" in text(client, aimed.mine(link))


# What they do there


def test_their_goals_from_the_first_to_the_last(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    client, goals = aimed.continued(link), aimed.mine(link, "goals")
    assert "No goal just now, and that is fine" in text(client, goals)
    sent = aimed.typed(title="Draw again 🎨 ציור")
    for _press in range(2):
        answer = client.post(f"{goals}new/", sent)
    one = Goal.objects.get()
    page = answer["Location"]
    assert page == f"{goals}{one.pk}/"
    assert (one.set_by, one.peer_id) == (f"link:{link.pk}", found.peer.pk)
    assert client.post(f"{page}steps/add/", aimed.typed_step())["Location"] == f"{page}#steps"
    step = GoalStep.objects.get()
    assert client.post(f"{page}steps/{step.pk}/tick/").status_code == 302
    assert client.post(f"{page}entries/add/", aimed.typed_entry(kind="setback"))["Location"] == f"{page}#way"
    shown = text(client, page)
    assert ("A setback" in shown, "Buy a pencil" in shown, "Set by you" in shown) == (True, True, True)
    words = {"revision": 0, "title": "Draw a bit"}
    assert client.post(f"{page}edit/", words)["Location"] == page
    assert "Draw a bit" in text(client, page)
    assert client.post(f"{page}put-aside/").status_code == 302
    assert client.post(f"{page}reopen/").status_code == 302
    assert client.post(f"{page}reach/", {"once": new_id(), "celebration": "Look!"})["Location"] == page
    assert "You got there." in text(client, page)
    assert text(client, goals).count("Draw a bit") == 1
    actors = {
        actor
        for verb in ("set_goal", "reach_goal", "look_goals", "look")
        for actor, _id in aimed.events(verb)
    }
    assert actors == {f"link:{link.pk}"}


def test_what_carries_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    client, page = aimed.continued(link), aimed.mine(link, "strengths")
    sent = {"once": new_id(), "kind": "strength", "text": "I keep going 🐢"}
    assert client.post(f"{page}add/", sent)["Location"] == page
    assert "I keep going 🐢" in text(client, page)
    assert client.post(f"{page}{Strength.objects.get().pk}/remove/")["Location"] == page
    assert "I keep going" not in text(client, page)


def test_what_was_put_aside_with_an_earlier_supporter_is_still_theirs(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.closed(found, aimed.goal(found))
    aimed.ended(found)
    found.supporter = factories.supporter(ash)
    found.pairing = aimed.paired(found, found.peer, found.supporter)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    assert "Go out every day" in text(client, aimed.mine(link, "goals"))
    theirs = aimed.url(found, "goals", one.pk)
    assert factories.signed_in(found.supporter).get(theirs).status_code == 404
    client.post(aimed.mine(link, "goals", one.pk, "reopen"))
    assert factories.signed_in(found.supporter).get(theirs).status_code == 200


def test_what_took_longer_than_half_an_hour_to_write_is_not_lost(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    page = aimed.mine(link, "goals/new")
    assert Client().post(page, aimed.typed()).status_code == 302
    assert Goal.objects.count() == 1
    refused = Client().post(page, aimed.typed(title="x" * 121, specific="Long thoughts 🌱"))
    assert (refused.status_code, "Long thoughts 🌱" in refused.content.decode()) == (422, True)


def test_what_is_wrong_is_said_and_kept(ash: Organisation) -> None:
    found = booked.thread(ash)
    link, one = aimed.own_page(found), aimed.goal(found)
    client, page = aimed.continued(link), aimed.mine(link, "goals", one.pk)
    for tail, sent in (
        ("steps/add/", aimed.typed_step(text="x" * 201)),
        ("steps/add/", aimed.typed_step(text="a\x00b")),
        ("steps/add/", aimed.typed_step(text="a\u202eb")),
        ("entries/add/", aimed.typed_entry(kind="")),
        ("edit/", {"revision": 7, "title": "Stale 🌱"}),
        ("edit/", {"revision": 0, "title": ""}),
    ):
        assert client.post(f"{page}{tail}", sent).status_code == 422
    assert (GoalStep.objects.count(), GoalEntry.objects.count()) == (0, 0)
    stale = client.post(f"{page}edit/", {"revision": 7, "title": "Stale 🌱"}).content.decode()
    assert ("Stale 🌱" in stale, "What is saved now" in stale) == (True, True)
    assert "sessionid" not in client.cookies


def test_other_peoples_rows_are_not_found(ash: Organisation, elm: Organisation) -> None:
    wall.enter(elm.pk)
    far = booked.thread(elm)
    rows = [(aimed.goal(far), aimed.strength(far))]
    wall.enter(ash.pk)
    found = booked.thread(ash)
    link = aimed.own_page(found)
    near = booked.thread(ash)
    rows.append((aimed.goal(near), aimed.strength(near)))
    client = aimed.continued(link)
    for number, (goal, strength) in enumerate(rows):
        client.defaults["REMOTE_ADDR"] = (
            f"192.0.2.{number}"  # wrong addresses are counted by where they come from
        )
        page = aimed.mine(link, "goals", goal.pk)
        assert client.get(page).status_code == 404
        for tail in ("edit", "reach", "put-aside", "reopen"):
            assert client.get(f"{page}{tail}/").status_code == 404
            assert client.post(f"{page}{tail}/").status_code == 404
        assert client.post(f"{page}steps/add/", aimed.typed_step()).status_code == 404
        assert client.post(aimed.mine(link, "strengths", strength.pk, "remove")).status_code == 404
    assert GoalStep.objects.count() == 0
    assert set(Goal.objects.values_list("state", flat=True)) == {"open"}


def test_a_link_of_another_purpose_or_with_another_peer_opens_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    session = PrivateLink.objects.get(purpose=LinkPurpose.SESSION, object_id=row.pk)
    assert Client().get(aimed.mine(session)).status_code == 404
    link = aimed.own_page(found)
    PrivateLink.objects.filter(pk=link.pk).update(peer_id=factories.peer(ash, name="Kim").pk)
    assert Client().get(aimed.mine(link)).status_code == 404
    PrivateLink.objects.filter(pk=link.pk).update(peer_id=None)
    assert Client().get(aimed.mine(link)).status_code == 404


# The ending


def test_after_the_ending_only_the_goodbye_is_left(ash: Organisation) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    aimed.ended(found)
    shown = text(client, aimed.mine(link))
    assert "Your time together has come to its end." in shown
    assert "Go out every day" not in shown
    for tail in ("goals", f"goals/{one.pk}", "strengths", "notes", "looks", "another-supporter"):
        assert client.get(aimed.mine(link, tail))["Location"] == aimed.mine(link)


def test_the_goodbye_is_read_there_and_the_look_is_noted(ash: Organisation) -> None:
    found = booked.thread(ash)
    written = endings.Written(
        talked_on=None, talk="", goodbye="It was good to walk with you. 🌿", handover="", handover_yes=False
    )
    row = endings.save_ending(
        pairing_id=found.pairing.pk,
        revision=0,
        written=written,
        zone=booked.LONDON,
        by=aimed.by(found),
        now=datetime.now(UTC),
    )
    link = aimed.own_page(found)
    client = aimed.continued(link)
    assert "It was good to walk with you." not in text(client, aimed.mine(link))
    aimed.ended(found)
    assert "It was good to walk with you. 🌿" in text(client, aimed.mine(link))
    assert aimed.events("look") == [(f"link:{link.pk}", str(row.pk))]


@pytest.mark.parametrize(
    ("tail", "sent"),
    [
        ("goals/new", aimed.typed(title="Typed late 🌱")),
        ("goals/{goal}/steps/add", aimed.typed_step(text="Typed late 🌱")),
        ("goals/{goal}/entries/add", aimed.typed_entry(text="Typed late 🌱")),
        ("goals/{goal}/edit", {"revision": "0", "title": "Typed late 🌱"}),
        ("strengths/add", {"once": str(new_id()), "kind": "strength", "text": "Typed late 🌱"}),
    ],
)
def test_what_comes_too_late_is_shown_again_and_nothing_is_written(
    ash: Organisation, tail: str, sent: dict[str, str]
) -> None:
    found = booked.thread(ash)
    one = aimed.goal(found)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    aimed.ended(found)
    answer = client.post(aimed.mine(link, tail.format(goal=one.pk)), sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert ("Nothing can be added any more" in shown, "Typed late 🌱" in shown) == (True, True)
    assert "Go out every day" not in shown
    counts = (
        Goal.objects.count(),
        GoalStep.objects.count(),
        GoalEntry.objects.count(),
        Strength.objects.count(),
    )
    assert counts == (1, 0, 0, 0)


def test_thirty_days_later_it_opens_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    aimed.ended(found, ago=timedelta(days=29))
    assert client.get(aimed.mine(link)).status_code == 200
    until = PrivateLink.objects.get(pk=link.pk).expires_at
    assert client.post(aimed.mine(link)).status_code == 302
    assert PrivateLink.objects.get(pk=link.pk).expires_at == until  # opening does not lengthen a goodbye
    found.pairing.refresh_from_db()
    found.pairing.ended_at = datetime.now(UTC) - timedelta(days=30)
    found.pairing.save()
    assert client.get(aimed.mine(link)).status_code == 404
    assert client.post(aimed.mine(link, "goals/new"), aimed.typed()).status_code == 404


# Both sides


def test_both_sides_have_the_same_addresses() -> None:
    def below(patterns: list[Any], start: str) -> dict[str, str]:
        routes = {one.name: str(one.pattern) for one in patterns}
        return {
            name: route.removeprefix(start)
            for name, route in routes.items()
            if route.startswith((f"{start}goals/", f"{start}strengths/"))
        }

    theirs = below(urls.goals.patterns, "pairings/<uuid:pairing_id>/")
    assert theirs == below(urls.goals.link_patterns, "")
    assert len(theirs) == 15
    assert reverse("mine:goals", args=["x"]) == "/p/x/mine/goals/"


def test_the_peers_language_and_zone_are_used_everywhere(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.peer.zone = "Pacific/Auckland"
    found.peer.save()
    one = aimed.goal(found, now=datetime(2026, 1, 9, 12, tzinfo=UTC))
    link = aimed.own_page(found)
    page = aimed.continued(link).get(aimed.mine(link, "goals", one.pk)).context["page"]
    assert page.set_on.startswith("10 ")
    assert datetime(2026, 1, 9, 12, tzinfo=UTC).astimezone(ZoneInfo("Pacific/Auckland")).day == 10
