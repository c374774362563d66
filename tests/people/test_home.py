"""The home page of each role: what stands there, in how many queries; and the choice between organisations."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.formats import date_format

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from peersafe.queries.agenda import SHOWN
from peersafe.queries.coordinator import WORDS
from peersafe.queries.supporter import supporter_home
from people.actions import groups, invitations, members
from people.models import Assignment, Membership, Organisation, Role, User
from reminders.models import Message
from reminders.states import KINDS
from sessions.actions import change_wishes, debriefs, endings, extensions, meetings, outcomes, pairings
from sessions.actions.endings import Written
from sessions.models import Agreement, Hold, PeerSession
from tests import factories
from tests.people.asking import says
from tests.sessions import booked, met, planned
from tests.sessions.booked import Thread
from venues.actions import places, rooms

SAVEPOINTS = 2  # a test stands in a transaction already, so that a request's own becomes a savepoint
HOME = "/o/ash/"


@pytest.fixture
def thread(ash: Organisation) -> Thread:
    """Two who agreed, ready to book."""
    return booked.thread(ash)


def introduced(found: Thread, name: str = "Kim") -> None:
    """Two more who have not agreed on anything yet."""
    pairings.pair(
        once=new_id(),
        peer_id=factories.peer(found.organisation, name=name).pk,
        supporter_id=found.supporter.pk,
        by=Operator(found.organisation.pk),
        now=booked.START,
    )


def one_more_of_everything(found: Thread, number: int) -> None:
    """Fills every corner of every home page."""
    organisation, by, now = found.organisation, Operator(found.organisation.pk), datetime.now(UTC)
    helper = factories.supporter(organisation)
    Membership.objects.update(most_peers=40)
    pairing = booked.pairing(found, factories.peer(organisation), helper)
    booked.session(pairing, booked.at(booked.day_ahead(2), time(10)), now=now)
    change_wishes.wish_change(pairing_id=pairing.pk, by=factories.member(helper), now=now)
    mine = booked.pairing(found, factories.peer(organisation))
    extensions.ask_extension(
        once=new_id(),
        pairing_id=mine.pk,
        up_to=20,
        because="Soon over",
        by=factories.member(found.supporter),
        now=now,
    )
    booked.session(mine, booked.at(booked.day_ahead(3 + number), time(11)), now=now)
    over = now - timedelta(hours=3 * number)
    booked.session(mine, over, now=over - timedelta(days=1))
    introduced(found, f"Kim {number}")
    row = invitations.invite(
        once=new_id(), email=f"noor{number}@example.org", role=Role.SUPPORTER, by=by, now=now
    )
    Message.objects.filter(object_id=row.pk).update(state="failed", settled_at=now)
    group = factories.group(organisation)
    groups.begin_facilitating(group_id=group.pk, membership=found.supporter, by=by, now=now)
    meetings.plan_meeting(
        once=new_id(),
        group_id=group.pk,
        starts_at=booked.at(booked.day_ahead(20 + number), time(18)),
        minutes=90,
        where=planned.where(),
        by=by,
        now=now,
    )


# coordinator ------------------------------------------------------------------------------------------------


def test_a_coordinator_sees_today_and_what_waits(thread: Thread, elm: Organisation) -> None:
    row = booked.ahead(thread, days=1)
    booked.ahead(booked.thread(elm))
    wall.enter(thread.organisation.pk)
    introduced(thread)
    by, now = Operator(thread.organisation.pk), datetime.now(UTC)
    invited = invitations.invite(once=new_id(), email="noor@example.org", role=Role.SUPPORTER, by=by, now=now)
    Message.objects.filter(object_id=invited.pk).update(state="failed", settled_at=now)
    page = factories.signed_in(thread.coordinator).get(HOME)
    home = page.context["home"]
    assert [(one.when, one.peer, one.supporter, one.place, one.state, one.url) for one in home.agenda] == [
        ("Tomorrow, 14:00", "Sam", "Supporter", "A walk", "Booked", f"/o/ash/calendar/{row.pk}/")
    ]
    assert [one.label for one in home.introductions] == ["Kim and Supporter"]
    assert [one.email for one in home.invitations] == ["noor@example.org"]
    assert [one.label for one in home.undelivered] == ["Invitation"]
    assert says(page, "Mail that did not arrive")
    assert "<title>Home</title>" in page.content.decode()


def test_what_is_cancelled_or_over_is_not_to_come(thread: Thread) -> None:
    row = booked.ahead(thread)
    by, now = Operator(thread.organisation.pk), datetime.now(UTC)
    outcomes.cancel(peer_session_id=row.pk, why="other", by=by, now=now)
    past = now - timedelta(days=3)
    booked.session(thread, past, now=past - timedelta(days=1))
    page = factories.signed_in(thread.coordinator).get(HOME)
    assert page.context["home"].agenda == []
    assert says(page, "No session is booked")


def test_a_room_is_named(thread: Thread) -> None:
    at = booked.at(booked.day_ahead(), time(9))
    changes = {"setting": "room", "room_id": thread.room.pk, "meeting_point": ""}
    booked.session(thread, at, now=datetime.now(UTC), **changes)
    home = factories.signed_in(thread.coordinator).get(HOME).context["home"]
    assert [one.place for one in home.agenda] == ["The Mill, Blue room"]


def test_a_coordinator_sees_who_would_like_another_supporter(thread: Thread) -> None:
    by, now = factories.member(thread.supporter), datetime.now(UTC)
    wish = change_wishes.wish_change(pairing_id=thread.pairing.pk, by=by, now=now)
    browser = factories.signed_in(thread.coordinator)
    home = browser.get(HOME).context["home"]
    assert [(one.label, one.url) for one in home.waiting] == [
        ("Sam and Supporter", f"/o/ash/changes/{wish.pk}/answer/")
    ]
    assert "another supporter is wished for" in home.waiting[0].meta
    by = factories.member(thread.coordinator)
    change_wishes.answer_change(change_wish_id=wish.pk, outcome="stays", by=by, now=now)
    assert browser.get(HOME).context["home"].waiting == []


def test_a_coordinator_sees_a_session_before_a_closed_door(thread: Thread) -> None:
    at, now = booked.at(booked.day_ahead(), time(9)), datetime.now(UTC)
    row = booked.session(thread, at, now=now, setting="room", room_id=thread.room.pk, meeting_point="")
    rooms.close_room(room_id=thread.room.pk, by=Operator(thread.organisation.pk), now=now)
    home = factories.signed_in(thread.coordinator).get(HOME).context["home"]
    assert [(one.label, one.url) for one in home.waiting] == [
        ("Sam and Supporter", f"/o/ash/calendar/{row.pk}/move/")
    ]
    assert home.waiting[0].meta.endswith(": the room is closed")


def test_the_first_page_and_the_lists_name_the_same_sessions(thread: Thread) -> None:
    """Each asks in words of its own."""
    now = datetime.now(UTC)
    over = now - timedelta(days=2)
    booked.session(thread, over, now=over - timedelta(days=1))  # nobody notes it before the end
    found = booked.session(thread, over - timedelta(days=2), now=over - timedelta(days=5))
    mine = booked.pairing(thread, factories.peer(thread.organisation, name="Kim"))
    PeerSession.objects.filter(pk=found.pk).update(nobody_there_at=now)
    at = booked.at(booked.day_ahead(), time(9))
    booked.session(mine, at, now=now, setting="room", room_id=thread.room.pk, meeting_point="")
    places.archive_venue(venue_id=thread.room.venue_id, by=Operator(thread.organisation.pk), now=now)
    pairings.end(pairing_id=thread.pairing.pk, by=factories.member(thread.coordinator), now=now)
    browser = factories.signed_in(thread.coordinator)
    waiting = {one.url for one in browser.get(HOME).context["home"].waiting}
    rows = [
        *browser.get("/o/ash/calendar/needing-a-place/").context["page"].rows,
        *browser.get("/o/ash/calendar/unsettled/").context["page"].rows,
    ]
    assert len(rows) == 3
    assert waiting == {row.act_url for row in rows}


def test_a_coordinator_sees_meetings_that_lack_something(ash: Organisation) -> None:
    found, now = planned.gathering(ash), datetime.now(UTC)
    whole = planned.meeting(found, now + timedelta(days=3), now=now)
    alone = planned.meeting(found, now + timedelta(days=4), now=now)
    homeless = planned.meeting(found, now + timedelta(days=5), now=now)
    far = planned.meeting(found, now + timedelta(days=40), now=now)
    for row in (alone, far):
        hold = Hold.objects.filter(peer_session=row, supporter=found.second)
        hold.update(released_at=now)
    PeerSession.objects.filter(pk=homeless.pk).update(setting="room", meeting_point="", room=None)
    browser = factories.signed_in(found.coordinator)
    waiting = [one.url for one in browser.get(HOME).context["home"].waiting]
    assert waiting == [found.url("meeting", row.pk) for row in (alone, homeless)]
    rows = browser.get(found.url()).context["page"].rows
    lacking = {row.url for row in rows if row.lacks}
    assert lacking == {*waiting, found.url("meeting", far.pk)}
    assert found.url("meeting", whole.pk) not in lacking
    Message.objects.create(
        organisation_id=ash.pk,
        kind="session_moved",
        object_id=whole.pk,
        recipient_id=found.first.pk,
        due_at=now,
        sender_name="Planner",
        state="failed",
        settled_at=now,
        next_try_at=now,
    )
    undelivered = browser.get(HOME).context["home"].undelivered
    assert [one.url for one in undelivered] == [found.url("meeting", whole.pk)]


def test_mail_about_a_session_leads_to_it(thread: Thread) -> None:
    booked.reachable(thread.peer)
    row = booked.ahead(thread)
    Message.objects.filter(kind="session_booked").update(state="gave_up", settled_at=datetime.now(UTC))
    home = factories.signed_in(thread.coordinator).get(HOME).context["home"]
    assert [(one.label, one.url) for one in home.undelivered] == [
        ("News of a new session", f"/o/ash/calendar/{row.pk}/")
    ]


def test_every_kind_of_mail_has_a_name_when_it_fails() -> None:
    assert WORDS.keys() == set(KINDS)


# supporter --------------------------------------------------------------------------------------------------


def steps(found: Thread, now: datetime) -> list[tuple[str, str, str]]:
    home = supporter_home(factories.member(found.supporter), now)
    return [(one.name, one.next, one.step) for one in home.peers]


def test_a_supporter_sees_the_next_step(thread: Thread) -> None:
    review = datetime.combine(Agreement.objects.get().review_on, time(10), tzinfo=UTC)
    early, late = review - timedelta(days=20), review - timedelta(days=3)
    assert steps(thread, early) == [("Sam", "", "Book a session")]
    booked.session(thread, early + timedelta(days=1), now=early)
    when = date_format((early + timedelta(days=1)).astimezone(booked.LONDON), "H:i")
    assert steps(thread, early) == [("Sam", f"Tomorrow, {when}", "")]
    assert steps(thread, late) == [("Sam", "", "See whether your agreement still fits")]
    introduced(thread)
    assert steps(thread, early)[0] == ("Kim", "", "Prepare your first meeting")


def test_a_supporter_sees_which_session_comes_next_and_when_to_talk_about_the_end(ash: Organisation) -> None:
    thread, now = booked.thread(ash, number=2), datetime.now(UTC)
    home = supporter_home(factories.member(thread.supporter), now)
    assert [(one.place, one.step) for one in home.peers] == [("Session 1 of 2", "Talk about your ending")]
    written = Written(now.date(), "Well", "", "", handover_yes=False)
    endings.save_ending(
        pairing_id=thread.pairing.pk,
        revision=0,
        written=written,
        zone=booked.LONDON,
        by=factories.member(thread.supporter),
        now=now,
    )
    home = supporter_home(factories.member(thread.supporter), now)
    assert [one.step for one in home.peers] != ["Talk about your ending"]


def test_a_supporter_sees_what_the_supervisor_answered(thread: Thread) -> None:
    now = datetime.now(UTC)
    two = met.Two(thread.organisation, thread.coordinator, thread.supporter, thread.peer, thread.pairing)
    wish = met.granted(two, now=now)
    page = factories.signed_in(thread.supporter).get(HOME)
    assert [(one.label, one.url) for one in page.context["home"].answers] == [
        ("Sam", f"/o/ash/extensions/{wish.pk}/")
    ]
    assert says(page, "A supervisor said yes")
    later = now + timedelta(days=15)
    assert supporter_home(factories.member(thread.supporter), later).answers == []


def test_a_supporter_sees_what_is_not_written_down(thread: Thread) -> None:
    row = booked.begun(thread)
    PeerSession.objects.update(ends_at=datetime.now(UTC) - timedelta(minutes=5))
    group = factories.group(thread.organisation, name="Tuesday")
    by, now = Operator(thread.organisation.pk), datetime.now(UTC)
    groups.begin_facilitating(group_id=group.pk, membership=thread.supporter, by=by, now=now)
    home = factories.signed_in(thread.supporter).get(HOME).context["home"]
    assert [(one.label, one.url) for one in home.unwritten] == [("Sam", f"/o/ash/calendar/{row.pk}/log/")]
    assert [one.name for one in home.groups] == ["Tuesday"]


def test_a_supporter_sees_the_meetings_they_facilitate_and_where_nobody_helps(ash: Organisation) -> None:
    found, now = planned.gathering(ash), datetime.now(UTC)
    both = planned.meeting(found, now + timedelta(days=3), now=now)
    alone = planned.meeting(found, now + timedelta(days=2), now=now)
    over = planned.meeting(found, now + timedelta(days=5), now=now)
    off = planned.meeting(found, now + timedelta(days=4), now=now)
    Hold.objects.filter(peer_session=alone, supporter=found.second).update(released_at=now)
    PeerSession.objects.filter(pk=over.pk).update(starts_at=now - timedelta(hours=2), ends_at=now)
    by = factories.member(found.coordinator)
    meetings.cancel_meeting(peer_session_id=off.pk, why="other", by=by, now=now)
    for row, expected in (
        (found.first, [(alone.pk, "One facilitator only"), (both.pk, "")]),
        (found.second, [(both.pk, "")]),
        (factories.supporter(ash), []),
    ):
        page = factories.signed_in(row).get(HOME)
        shown = [(one.url, one.short) for one in page.context["home"].meetings]
        assert shown == [(found.url("meeting", pk), short) for pk, short in expected]
        assert says(page, "One facilitator only") == (row == found.first)
    (first, _second) = supporter_home(factories.member(found.first), now).meetings
    assert (first.name, first.when) == (
        found.group.name,
        date_format(alone.starts_at.astimezone(booked.LONDON), "D j M, H:i"),
    )


def test_a_supporter_sees_nobody_elses(thread: Thread) -> None:
    booked.ahead(thread)
    page = factories.signed_in(factories.supporter(thread.organisation)).get(HOME)
    assert (page.context["home"].peers, page.context["home"].unwritten) == ([], [])
    assert says(page, "You are not supporting anybody yet")


# supervisor -------------------------------------------------------------------------------------------------


def test_a_supervisor_sees_their_supporters(thread: Thread) -> None:
    lead, by = factories.supervisor(thread.organisation), Operator(thread.organisation.pk)
    browser = factories.signed_in(lead)
    assert says(browser.get(HOME), "You do not support anybody yet")
    factories.supporter(thread.organisation)
    members.begin_supervision(
        supervisor_id=lead.pk, supporter_id=thread.supporter.pk, by=by, now=booked.START
    )
    booked.ahead(thread, days=1)
    home = browser.get(HOME).context["home"]
    assert [(one.room, one.next) for one in home.supporters] == [("1 of 5 people", "Tomorrow, 14:00")]
    assert [one.peer for one in home.agenda] == ["Sam"]


def test_a_supervisor_sees_what_waits(thread: Thread) -> None:
    now = datetime.now(UTC)
    two = met.Two(thread.organisation, thread.coordinator, thread.supporter, thread.peer, thread.pairing)
    lead = met.supervised(two, now=now)
    wish = met.asked(two, now=now)
    debriefs.ask_debrief(once=new_id(), peer_session_id=None, by=factories.member(thread.supporter), now=now)
    home = factories.signed_in(lead).get(HOME).context["home"]
    assert [(one.label, one.url) for one in home.waiting] == [
        ("Sam and Supporter", f"/o/ash/extensions/{wish.pk}/"),
        ("Supporter", "/o/ash/debriefs/"),
    ]
    assert home.new_signals == 0
    Membership.objects.filter(pk=thread.supporter.pk).update(most_peers=0)
    page = factories.signed_in(lead).get(HOME)
    assert page.context["home"].new_signals == 0  # it has been so for longer
    other = factories.supervisor(thread.organisation)
    assert factories.signed_in(other).get(HOME).context["home"].waiting == []


def test_what_waits_comes_from_all_supporters_not_from_those_in_the_table(thread: Thread) -> None:
    lead, by, now = (
        factories.supervisor(thread.organisation),
        Operator(thread.organisation.pk),
        datetime.now(UTC),
    )
    many = [factories.supporter(thread.organisation) for _ in range(SHOWN)]
    for row in (*many, thread.supporter):
        members.begin_supervision(supervisor_id=lead.pk, supporter_id=row.pk, by=by, now=booked.START)
    User.objects.filter(pk=thread.supporter.user_id).update(preferred_name="Zoe")
    debriefs.ask_debrief(once=new_id(), peer_session_id=None, by=factories.member(thread.supporter), now=now)
    booked.pairing(thread, factories.peer(thread.organisation))
    Assignment.objects.filter(supporter=thread.supporter).update(starts_at=now)
    Membership.objects.filter(pk=thread.supporter.pk).update(most_peers=1)
    home = factories.signed_in(lead).get(HOME).context["home"]
    assert len(home.supporters) == SHOWN
    assert "Zoe" not in {one.name for one in home.supporters}
    assert [one.label for one in home.waiting] == ["Zoe"]
    assert home.new_signals == 1


# queries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("role", "count"), [("coordinator", 6), ("supporter", 8), ("supervisor", 8)])
def test_queries(thread: Thread, role: str, count: int, rows: int, django_assert_num_queries: Any) -> None:
    lead, by = factories.supervisor(thread.organisation), Operator(thread.organisation.pk)
    members.begin_supervision(
        supervisor_id=lead.pk, supporter_id=thread.supporter.pk, by=by, now=booked.START
    )
    for number in range(1, rows + 1):
        one_more_of_everything(thread, number)
    who = {"coordinator": thread.coordinator, "supporter": thread.supporter, "supervisor": lead}[role]
    browser = factories.signed_in(who)
    browser.get(HOME)
    with django_assert_num_queries(SAVEPOINTS + count):
        assert browser.get(HOME).status_code == 200


# home_choice ------------------------------------------------------------------------------------------------


def test_signed_out_leads_to_sign_in(ash: Organisation) -> None:
    assert Client().get("/")["Location"] == "/account/login/?next=/"


def test_one_organisation_leads_straight_there(ash: Organisation) -> None:
    assert factories.signed_in(factories.supporter(ash)).get("/")["Location"] == HOME


def test_two_are_a_choice_and_none_kind_words(ash: Organisation, elm: Organisation, now: datetime) -> None:
    row = factories.supporter(ash)
    there = factories.membership(elm, Role.COORDINATOR, person=row.user)
    browser = factories.signed_in(row)
    page = browser.get("/")
    assert [(one.name, one.role.label) for one in page.context["choices"]] == [
        ("Ash Together", "Peer supporter"),
        ("Elm Together", "Coordinator"),
    ]
    with wall.inside(elm.pk):
        factories.coordinator(elm)
        members.end_membership(membership_id=there.pk, by=Operator(elm.pk), now=now)
    wall.enter(ash.pk)
    members.end_membership(membership_id=row.pk, by=Operator(ash.pk), now=now)
    assert says(factories.signed_in(row).get("/"), "You do not belong to an organisation here just now.")
