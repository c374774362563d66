"""What is typed about a session is kept while it is typed, and a lost sign-in loses nothing of it."""

from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from sessions.models import Draft
from tests import factories
from tests.browser.conftest import Windows
from tests.sessions import booked

WORDS = "We talked about the river. שלום 🌊"


def test_half_a_log_survives_a_lost_sign_in(windows: Windows) -> None:
    with transaction.atomic():
        found = booked.thread(factories.organisation("ash"))
        row = booked.begun(found)
    page = windows(found.supporter)
    page.goto(booked.address(found, "log", row.pk))
    page.get_by_label("What mattered").fill(WORDS)
    expect(page.get_by_text("Kept at")).to_be_visible()
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("How you ended").fill("and this is typed after the sign-in was lost")
    expect(page.get_by_text("Kept at")).to_be_hidden()

    again = windows(found.supporter)
    _goes_on(again, booked.address(found, "log", row.pk))
    with wall.inside(found.organisation.pk):
        assert Draft.objects.count() == 0


def _goes_on(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_label("What mattered")).to_have_value(WORDS)
    page.get_by_label("yes, they still fit").check()
    page.get_by_role("button", name="Save the log").click()
    expect(page.get_by_text("Your log is saved.")).to_be_visible()


def test_without_a_script_a_button_keeps_it(windows: Windows) -> None:
    with transaction.atomic():
        found = booked.thread(factories.organisation("ash"))
        row = booked.begun(found)
    page = windows(found.supporter, javascript=False)
    page.goto(booked.address(found, "log", row.pk))
    page.get_by_label("What mattered").fill(WORDS)
    page.get_by_role("button", name="Go on later").click()
    expect(page.get_by_text("You can go on writing whenever you like.")).to_be_visible()
    _goes_on(page, booked.address(found, "log", row.pk))
