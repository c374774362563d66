"""A member's link to their group's meetings: nothing before they ask, nobody else, no theme; and their answers."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.ids import new_id
from people.actions.links import make_link
from people.models import Organisation, Peer, PrivateLink
from people.models.links import LinkPurpose
from reminders.models import Message
from sessions.actions import meetings, offers
from sessions.actions.meeting_time import Where
from sessions.models import MeetingPlace
from tests import factories
from tests.sessions import booked, gathered

LONDON = ZoneInfo("Europe/London")


def page(token: str, name: str = "") -> str:
    """The address of the meetings, or of an answer."""
    return f"/p/{token}/meetings/{name and name + '/'}"


def answer(client: Client, token: str, name: str, meeting_id: UUID | str) -> str:
    """What the page says after an answer."""
    return client.post(page(token, name), {"meeting": str(meeting_id)}).content.decode()


def test_the_first_look_gives_nothing_away(ash: Organisation) -> None:
    made = gathered.circle(ash)
    token = gathered.link(made, 0)
    shown = Client().get(page(token)).content.decode()
    assert "This page is private" in shown
    told = [ash.name, made.group.name, "Wanda", "112", "places", made.meeting.starts_at.strftime("%H:%M")]
    assert [words for words in told if words.lower() in shown.lower()] == []
    assert PrivateLink.objects.get(purpose=LinkPurpose.GROUP).opened_at is None
    assert Client().get(f"/p/{token}/")["Location"] == page(token)


def test_after_continue_the_meetings_and_nobody_else(ash: Organisation) -> None:
    made = gathered.circle(ash)
    token = gathered.link(made, 0)
    for number in (1, 2):
        gathered.take(made, number)
    client = gathered.opened(token)
    response = client.get(page(token))
    shown = response.content.decode()
    assert "All places are taken just now." in shown
    names = [ash.name, made.group.name, "Wanda", made.facilitator.user.preferred_name]
    assert [name for name in names if name in shown] == []
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert "<title>Planner" in shown.replace("<title>\n", "<title>") or made.group.name not in shown
    opened = Event.objects.get(verb="sessions.open_link")
    assert opened.actor.startswith("link:")


def test_the_times_are_on_the_peers_clock(ash: Organisation) -> None:
    made = gathered.circle(ash)
    Peer.objects.filter(pk=made.members[0].peer_id).update(zone="America/New_York")
    starts_at = booked.at(booked.day_ahead(20), time(14))
    gathered.meeting(made.group, starts_at)
    shown = gathered.opened(token := gathered.link(made, 0)).get(page(token)).content.decode()
    assert "New York time" in shown
    assert starts_at.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M –") in shown


def test_coming_and_not_this_time(ash: Organisation) -> None:
    made = gathered.circle(ash)
    token = gathered.link(made, 0)
    client = gathered.opened(token)
    assert "I am coming" in client.get(page(token)).content.decode()
    assert "You have a place. See you then." in answer(client, token, "take", made.meeting.pk)
    place = made.place(0)
    assert place is not None
    assert (place.state, place.asked_by[:5]) == ("taken", "link:")
    assert "do not have to explain" in answer(client, token, "give-back", made.meeting.pk)
    assert made.states()[0] == "given_back"


def test_waiting_for_a_place_and_answering_an_offer(ash: Organisation) -> None:
    made = gathered.circle(ash)
    token = gathered.link(made, 2)
    for number in range(2):
        gathered.take(made, number)
    client = gathered.opened(token)
    assert "You are in line" in answer(client, token, "wait", made.meeting.pk)
    assert "You are next." in client.get(page(token)).content.decode()
    gathered.give_back(made, 0)
    shown = client.get(page(token)).content.decode()
    assert "It is kept for you until" in shown
    assert "Yes, I take it" in shown
    answer(client, token, "take", made.meeting.pk)
    assert made.states()[2] == "taken"


def test_declining_an_offer_passes_it_on(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4)
    token = gathered.link(made, 2)
    for number in range(4):
        gathered.take(made, number)
    gathered.give_back(made, 0)
    answer(gathered.opened(token), token, "give-back", made.meeting.pk)
    assert made.states() == ["given_back", "taken", "given_back", "offered"]


def test_an_answer_after_the_offer_lapsed_is_told_and_nothing_is_lost(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4)
    token = gathered.link(made, 2)
    for number in range(4):
        gathered.take(made, number)
    gathered.give_back(made, 0, now=datetime.now(UTC) - timedelta(hours=25))
    offers.pass_on_due(now=datetime.now(UTC))
    wall.enter(ash.pk)
    client = gathered.opened(token)
    assert "The place has gone on to the next" in client.get(page(token)).content.decode()
    assert "You are in line, and nothing else is needed." in answer(client, token, "take", made.meeting.pk)
    assert made.states() == ["given_back", "taken", "waiting", "offered"]


@pytest.mark.parametrize(("what", "words"), [("begun", "has begun already"), ("off", "was called off")])
def test_too_late_is_said(ash: Organisation, what: str, words: str) -> None:
    made = gathered.begun(ash) if what == "begun" else gathered.circle(ash)
    token = gathered.link(made, 0)
    if what == "off":
        by = factories.member(made.coordinator)
        meetings.cancel_meeting(peer_session_id=made.meeting.pk, why="other", by=by, now=datetime.now(UTC))
    else:
        gathered.meeting(made.group, datetime.now(UTC) + timedelta(days=2))
    client = gathered.opened(token)
    response = client.post(page(token, "take"), {"meeting": str(made.meeting.pk)})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not MeetingPlace.objects.exists()


def test_something_else_at_that_time_is_refused_kindly(ash: Organisation) -> None:
    made, found = gathered.circle(ash), booked.thread(ash)
    type(made.members[0]).objects.filter(pk=made.members[0].pk).update(peer=found.peer)
    made.members[0].refresh_from_db()
    booked.session(found, made.meeting.starts_at, now=datetime.now(UTC))
    token = gathered.link(made, 0)
    response = gathered.opened(token).post(page(token, "take"), {"meeting": str(made.meeting.pk)})
    assert response.status_code == 422
    assert "You have something else at that time." in response.content.decode()


def test_another_groups_meeting_is_not_found(ash: Organisation) -> None:
    made, other = gathered.circle(ash), gathered.circle(ash)
    token = gathered.link(made, 0)
    client = gathered.opened(token)
    for meeting_id in (other.meeting.pk, new_id()):
        assert client.post(page(token, "take"), {"meeting": str(meeting_id)}).status_code == 404
    for nonsense in ("", "x", "a\0b"):
        assert client.post(page(token, "take"), {"meeting": nonsense})["Location"] == page(token)
    assert not MeetingPlace.objects.exists()


@pytest.mark.parametrize("name", ["take", "wait", "give-back"])
def test_answering_needs_the_question_first_and_a_press(ash: Organisation, name: str) -> None:
    made = gathered.circle(ash)
    token = gathered.link(made, 0)
    response = Client().post(page(token, name), {"meeting": str(made.meeting.pk)})
    assert response["Location"] == page(token)
    assert gathered.opened(token).get(page(token, name)).status_code == 405
    assert not MeetingPlace.objects.exists()


def test_who_has_left_finds_nothing(ash: Organisation) -> None:
    made = gathered.circle(ash)
    token = gathered.link(made, 0)
    client = gathered.opened(token)
    gathered.leave(made, 0)
    assert client.get(page(token)).status_code == 404
    assert client.post(page(token, "take"), {"meeting": str(made.meeting.pk)}).status_code == 404
    assert client.get(page("A" * 32)).content == client.get(page(token)).content


def test_a_link_made_for_somebody_elses_membership_opens_nothing(ash: Organisation) -> None:
    made = gathered.circle(ash)
    by, now = factories.member(made.facilitator), datetime.now(UTC)
    link = make_link(
        purpose=LinkPurpose.GROUP,
        object_id=made.members[0].pk,
        peer_id=made.members[1].peer_id,
        expires_at=now + timedelta(days=1),
        by=by,
        now=now,
    )
    from lib.tokens import token_for

    assert Client().get(page(token_for(link.pk))).status_code == 404


def test_no_address_for_who_has_no_place(ash: Organisation) -> None:
    made = gathered.circle(ash)
    room, by = booked.room(ash, "Blue room"), factories.member(made.coordinator)
    meetings.move_meeting(
        peer_session_id=made.meeting.pk,
        sequence=made.meeting.sequence,
        starts_at=made.meeting.starts_at,
        minutes=90,
        where=Where("room", room.pk, None, "", 2),
        by=by,
        now=datetime.now(UTC),
    )
    token = gathered.link(made, 0)
    client = gathered.opened(token)
    assert "Mill" not in client.get(page(token)).content.decode()
    assert "1 Mill Lane" in answer(client, token, "take", made.meeting.pk)


def test_a_called_off_meeting_says_so(ash: Organisation) -> None:
    made = gathered.circle(ash)
    token = gathered.link(made, 0)
    gathered.take(made, 0)
    by = factories.member(made.coordinator)
    meetings.cancel_meeting(peer_session_id=made.meeting.pk, why="other", by=by, now=datetime.now(UTC))
    shown = gathered.opened(token).get(page(token)).content.decode()
    assert "Called off" in shown
    assert "I am coming" not in shown


@pytest.mark.parametrize("number", [1, 3])
def test_how_many_queries_the_page_takes(ash: Organisation, number: int) -> None:
    made = gathered.circle(ash)
    for week in range(1, number):
        gathered.meeting(made.group, made.meeting.starts_at + timedelta(weeks=week))
    token = gathered.link(made, 0)
    client = gathered.opened(token)
    with CaptureQueriesContext(connection) as caught:
        assert len(client.get(page(token)).context["page"].meetings) == number
    asked = [one["sql"] for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 4, "\n".join(asked)


def test_a_place_far_ahead_is_shown_with_the_nearest_meetings(ash: Organisation) -> None:
    made = gathered.circle(ash, ahead=timedelta(weeks=12))
    for week in range(1, 10):
        gathered.meeting(made.group, made.meeting.starts_at - timedelta(weeks=week))
    client = gathered.opened(gathered.link(made, 0))
    token = gathered.link(made, 0)
    shown = [row.id for row in client.get(page(token)).context["page"].meetings]
    assert len(shown) == 8
    assert made.meeting.pk not in shown
    gathered.take(made, 0)
    shown = [row.id for row in client.get(page(token)).context["page"].meetings]
    assert len(shown) == 9
    assert shown[-1] == made.meeting.pk


# Handing it over ----------------------------------------------------------------------------------------------------


def url(made: gathered.Circle, number: int = 0, tail: str = "") -> str:
    """The page on which a link is made."""
    return f"/o/{made.organisation.slug}/group-members/{made.members[number].pk}/link/{tail}"


def test_a_facilitator_makes_a_link_and_shows_it(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client = factories.signed_in(made.facilitator)
    assert client.get(url(made)).status_code == 200
    assert not PrivateLink.objects.exists()
    shown = client.post(url(made))
    token = shown.context["address"].rstrip("/").rpartition("/")[2]
    assert shown.context["address"] in shown.content.decode()
    assert "data:image/svg+xml" in shown.content.decode()
    assert gathered.opened(token).get(page(token)).status_code == 200
    event = Event.objects.get(verb="sessions.make_group_link")
    assert event.detail == {"by_mail": False}
    assert token not in client.get(url(made)).content.decode()


def test_asked_for_again_it_is_the_same_link(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client = factories.signed_in(made.coordinator)
    addresses = {client.post(url(made)).context["address"] for _press in range(2)}
    assert len(addresses) == 1
    assert PrivateLink.objects.count() == 1


def test_it_is_mailed_only_where_there_is_an_address(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client = factories.signed_in(made.facilitator)
    refused = client.post(url(made), {"by_mail": "on"})
    assert refused.status_code == 422
    assert "We have no address for them." in refused.content.decode()
    assert not PrivateLink.objects.exists()
    gathered.reachable(made.members[0].peer)
    for _press in range(2):
        assert client.post(url(made), {"by_mail": "on"}).status_code == 200
    message = Message.objects.get()
    assert (message.kind, message.recipient_id) == ("own_page", made.members[0].peer_id)
    assert message.link_id == PrivateLink.objects.get().pk


def test_a_link_is_ended_and_a_new_one_is_another(ash: Organisation) -> None:
    made = gathered.circle(ash)
    token = gathered.link(made, 0)
    client, phone = factories.signed_in(made.facilitator), gathered.opened(token)
    assert client.get(url(made, tail="revoke/")).status_code == 200
    assert phone.get(page(token)).status_code == 200
    for _press in range(2):
        assert client.post(url(made, tail="revoke/"))["Location"] == url(made)
    assert phone.get(page(token)).status_code == 404
    assert Event.objects.filter(verb="sessions.revoke_group_link").count() == 1
    assert gathered.link(made, 0) != token


def test_who_may_not_hand_it_over(ash: Organisation, elm: Organisation) -> None:
    made, other = gathered.circle(ash), gathered.circle(elm)
    wall.enter(ash.pk)
    right = {factories.supervisor(ash): 403, factories.supporter(ash): 404, other.coordinator: 404}
    for row, status in right.items():
        wall.enter(ash.pk)
        client = factories.signed_in(row)
        for tail in ("", "revoke/"):
            assert client.post(url(made, tail=tail)).status_code == status
    wall.enter(ash.pk)
    gathered.leave(made, 0)
    assert factories.signed_in(made.coordinator).post(url(made)).status_code == 404
    assert not PrivateLink.objects.exists()
