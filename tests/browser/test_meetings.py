"""Planning a group's meetings in a real browser: on a phone without scripts, and on a desk; no barrier on the way."""

import re
from datetime import timedelta

from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from people.models import Organisation
from sessions.models import MeetingSeries, PeerSession
from tests import factories
from tests.browser.conftest import Windows
from tests.browser.test_axe import barriers
from tests.processes import Web
from tests.sessions import booked, planned


def group_of(slug: str) -> tuple[Organisation, planned.Gathering]:
    """A group that has no meetings yet."""
    with transaction.atomic():
        organisation = factories.organisation(slug)
        return organisation, planned.gathering(organisation)


def test_planning_changing_and_ending_without_scripts(windows: Windows, web: Web) -> None:
    ash, found = group_of("ash")
    page = windows(found.first, javascript=False)
    page.goto(found.url())
    page.get_by_role("link", name="Plan meetings that come again").click()
    first = booked.day_ahead(7)
    page.get_by_label("From", exact=True).fill(first.isoformat())
    page.get_by_label(re.compile("^Until")).fill((first + timedelta(days=21)).isoformat())
    page.get_by_role("checkbox", name=f"{first:%A}").check()
    page.get_by_label("Starts at").fill("18:00")
    page.get_by_role("radio", name="a room").check()
    page.get_by_role("button", name="Plan them").click()
    expect(page.get_by_text("Planned: 4 meetings so far.")).to_be_visible()
    expect(page.get_by_text("No room yet").first).to_be_visible()
    _give_them_a_room(page)
    with wall.inside(ash.pk):
        assert PeerSession.objects.filter(room=found.room, state="booked").count() == 4
    _call_off_one(page)
    page.goto(found.url())
    page.get_by_role("link", name="Every week on").click()
    page.get_by_role("link", name="End them").click()
    expect(page.get_by_text("3 meetings to come are called off.")).to_be_visible()
    page.get_by_label("something else").check()
    page.get_by_role("button", name="End them").click()
    expect(page.get_by_text("Ended", exact=True)).to_be_visible()
    with wall.inside(ash.pk):
        assert set(PeerSession.objects.values_list("state", flat=True)) == {"cancelled"}
        assert MeetingSeries.objects.filter(ended_at__isnull=True).count() == 0


def _give_them_a_room(page: Page) -> None:
    """All of them, from the page of the series."""
    page.get_by_role("link", name="Change all to come").click()
    page.get_by_label(re.compile("^Room")).select_option(label="The Mill, Large room (12 fit)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("4 meetings follow the new plan.")).to_be_visible()
    expect(page.get_by_text("No room yet")).to_have_count(0)


def _call_off_one(page: Page) -> None:
    """The first of them."""
    page.locator("table.rows tbody a").first.click()
    page.get_by_role("link", name="Call it off").click()
    page.get_by_label("the time does not work any more").check()
    page.get_by_role("button", name="Call it off").click()
    expect(page.get_by_text("Called off", exact=True)).to_be_visible()


def test_only_the_fields_that_are_needed_show_and_nothing_is_a_barrier(windows: Windows, web: Web) -> None:
    _ash, found = group_of("ash")
    page = windows(found.coordinator, desk=True)
    page.goto(found.url("plan_series"))
    expect(page.get_by_text("On which days")).to_be_visible()
    expect(page.get_by_label("Day of the month", exact=True)).to_be_hidden()
    page.get_by_role("radio", name="on a day of the month").check()
    expect(page.get_by_text("On which days")).to_be_hidden()
    expect(page.get_by_label("Day of the month", exact=True)).to_be_visible()
    expect(page.get_by_label(re.compile("^Side room"))).to_be_hidden()
    page.get_by_role("radio", name="a room").check()
    expect(page.get_by_label(re.compile("^Side room"))).to_be_visible()
    page.get_by_role("button", name="Plan them").click()
    expect(page.get_by_text("Please look at this again")).to_be_visible()
    expect(page.get_by_label("Day of the month", exact=True)).to_be_visible()  # what was chosen is kept
    assert barriers(page, "plan_series with errors") == []
