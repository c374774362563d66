"""Hours are set on a phone without scripts, and a coordinator books one of the times that follow from them."""

from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from sessions.models import PeerSession
from tests import factories
from tests.browser.conftest import Windows
from tests.sessions import booked


def test_from_hours_to_a_booked_time(windows: Windows) -> None:
    with transaction.atomic():
        found = booked.thread(factories.organisation("ash"))
    plain = windows(found.supporter, javascript=False)
    set_hours(plain)
    note_a_day_away(plain)
    desk = windows(found.coordinator, desk=True)
    desk.goto(booked.address(found, "book"))
    times = desk.locator(".slots .slot-day").nth(1)  # tomorrow, whatever the time is now
    expect(times.get_by_text("09:00", exact=True)).to_be_visible()
    expect(desk.get_by_label("Starts at")).to_be_visible()
    times.get_by_label("10:00", exact=True).check(force=True)
    expect(desk.get_by_label("Starts at")).to_be_hidden()
    desk.get_by_label("by phone", exact=True).check(force=True)
    desk.get_by_role("button", name="Book", exact=True).click()
    expect(desk.get_by_text("Booked.", exact=True)).to_be_visible()
    with wall.inside(found.organisation.pk):
        made = PeerSession.objects.get()
    assert made.starts_at.astimezone(booked.LONDON).strftime("%H:%M") == "10:00"


def set_hours(page: Page) -> None:
    """Every day from nine to half past eleven: Monday's hours are copied, the weekend's typed."""
    page.goto("/o/ash/hours/")
    for day in ("Monday", "Saturday", "Sunday"):
        page.get_by_label(f"{day} from", exact=True).fill("09:00")
        page.get_by_label(f"{day} to", exact=True).fill("11:30")
    page.get_by_label("Use Monday’s hours from Tuesday to Friday too").check()
    page.get_by_label("How long before do you need to know?").select_option("1 hour")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_label("Wednesday from", exact=True)).to_have_value("09:00")


def note_a_day_away(page: Page) -> None:
    """And take it back again."""
    page.get_by_role("link", name="Note a day that differs").click()
    page.get_by_label("I am ill", exact=True).check(force=True)
    page.get_by_label("First day").fill(booked.day_ahead(30).isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Ill; others read “away”", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("None is noted.")).to_be_visible()
