"""A session is moved by those who hold it: by the peer on a phone without scripts, and by its supporter."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from lib.tokens import token_for
from people.models import PrivateLink
from sessions.actions import pairings
from sessions.models import PeerSession
from tests import factories
from tests.browser.conftest import Windows
from tests.browser.test_axe import barriers
from tests.processes import Web
from tests.sessions import booked
from venues.actions import rooms


@pytest.fixture
def found(web: Web) -> booked.Thread:
    """Two who have agreed."""
    with transaction.atomic():
        return booked.thread(factories.organisation("ash"))


def link(row: PeerSession) -> str:
    """The address of the peer's page of a session."""
    with wall.inside(row.organisation_id):
        return f"/p/{token_for(PrivateLink.objects.get(object_id=row.pk).pk)}/session/"


def opened(page: Page, row: PeerSession) -> None:
    """Somebody pressed Continue."""
    page.goto(link(row))
    page.get_by_role("button", name="Continue").click()


def test_a_peer_chooses_another_time_on_a_phone_without_scripts(
    found: booked.Thread, windows: Windows
) -> None:
    with transaction.atomic():
        wall.enter(found.organisation.pk)
        row = booked.ahead(found)
    plain = windows(javascript=False)
    opened(plain, row)
    plain.get_by_role("link", name="Another time would be better").click()
    before = plain.get_by_role("heading", level=1)
    expect(before).to_have_text("Another time")
    plain.get_by_role("button", name="Take this time").click()
    expect(plain.get_by_role("alert")).to_contain_text("Please choose one of these times.")
    plain.locator("label.chip", has_text="19:00").first.click()
    plain.get_by_role("button", name="Take this time").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("19:00 – 19:50")
    expect(plain.get_by_text("You said you will be there. Thank you.")).to_be_visible()
    again = windows(found.supporter)
    again.goto(booked.address(found, "peer_session", row.pk))
    expect(again.get_by_text("Moved")).to_be_visible()
    expect(again.get_by_text("19:00 – 19:50").first).to_be_visible()


def test_a_closed_room_is_left_in_one_step(found: booked.Thread, windows: Windows) -> None:
    with transaction.atomic():
        wall.enter(found.organisation.pk)
        starts_at = booked.at(booked.day_ahead(7), datetime.min.time().replace(hour=14))
        place = {"setting": "room", "room_id": found.room.pk, "meeting_point": ""}
        booked.session(found, starts_at, now=datetime.now(UTC), **place)
        rooms.close_room(room_id=found.room.pk, by=factories.member(found.coordinator), now=datetime.now(UTC))
    page = windows(found.coordinator)
    page.goto("/o/ash/calendar/needing-a-place/")
    page.get_by_role("link", name="Choose another place").click()
    page.get_by_label("a walk").check(force=True)
    page.get_by_label("Where exactly").fill("By the mill 🌊")
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("Now it waits for a new yes")).to_be_visible()
    expect(page.get_by_text("A walk: By the mill 🌊")).to_be_visible()
    page.goto("/o/ash/calendar/needing-a-place/")
    expect(page.get_by_text("Every session has its place")).to_be_visible()


def test_no_page_of_a_session_is_a_barrier(found: booked.Thread, windows: Windows) -> None:
    with transaction.atomic():
        wall.enter(found.organisation.pk)
        row, begun = booked.ahead(found), booked.begun(found)
        PeerSession.objects.filter(pk=begun.pk).update(nobody_there_at=begun.starts_at)
        other = booked.pairing(
            found, factories.peer(found.organisation), factories.supporter(found.organisation)
        )
        left = booked.session(other, begun.starts_at, now=factories.START)
        pairings.end(pairing_id=other.pk, by=factories.member(found.coordinator), now=datetime.now(UTC))
    mine = [("move", row), ("cancel", begun), ("miss", begun), ("confirm", row), ("peer_session", begun)]
    theirs = [("settle", left), ("peer_session", left)]
    wrong = []
    for who, pages in ((found.supporter, mine), (found.coordinator, theirs)):
        page = windows(who)
        for name, about in pages:
            page.goto(booked.address(found, name, about.pk))
            wrong += barriers(page, name)
    page = windows(found.coordinator)
    page.goto("/o/ash/calendar/unsettled/")
    wrong += barriers(page, "unsettled")
    for about in (row, begun):
        page = windows()
        opened(page, about)
        wrong += barriers(page, "link")
    opened(page, row)
    page.get_by_role("link", name="Another time would be better").click()
    wrong += barriers(page, "link move")
    assert wrong == []
