"""A coordinator changes what a boundary sheet asks on a phone without scripts, and a supporter reads it."""

from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from people.models import Membership
from sessions.models import Agreement
from tests import factories
from tests.browser.conftest import Windows
from tests.sessions import met


def some_people() -> tuple[Membership, Membership]:
    """A coordinator, and a supporter who has agreed with a peer."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        two = met.introduced(ash)
        met.agreed(two)
        return two.coordinator, two.supporter


def draw_a_line(page: Page) -> None:
    """First without a reason, which is refused with all that was typed kept; then with one."""
    page.get_by_role("link", name="Drinking alcohol together").click()
    page.get_by_label("What it is called").fill("A drink together 🍺")
    page.get_by_label("Always “never”").check()
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Please give the reason.")
    page.get_by_label("Why is there a firm line?").fill("We meet sober.")
    page.get_by_role("button", name="Save in the draft").click()


def add_one(page: Page) -> None:
    """An item of their own."""
    page.get_by_role("link", name="Add an item").click()
    page.get_by_label("Where it belongs").select_option("social")
    page.get_by_label("What it is called").fill("Swimming together")
    page.get_by_label("What the supporter reads").fill("You go swimming with them.")
    page.get_by_label("What the peer reads").fill("You and your supporter go swimming.")
    page.get_by_role("button", name="Add it to the draft").click()


def test_write_and_publish_a_list(windows: Windows) -> None:
    coordinator, supporter = some_people()
    page = windows(coordinator, javascript=False)
    page.goto("/o/ash/organisation/")
    page.get_by_role("link", name="What a boundary sheet asks").click()
    page.get_by_role("button", name="Change the list").click()
    draw_a_line(page)
    add_one(page)
    expect(page.get_by_text("“Never” holds, whatever is answered.").first).to_be_visible()
    page.get_by_role("link", name="Drop this draft").click()
    page.get_by_role("link", name="Go back").click()
    page.get_by_role("link", name="Read the changes and publish").click()
    expect(page.get_by_text("1 agreement in force is to be looked at again.")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("Published.")
    with wall.inside(coordinator.organisation_id):
        assert Agreement.objects.get().look_again_because == "floor"
    reader = windows(supporter, javascript=False)
    reader.goto("/o/ash/settings/boundaries/")
    expect(reader.get_by_text("We meet sober.")).to_be_visible()
    reader.get_by_role("link", name="As it comes with PeerSafe").click()
    expect(reader.get_by_text("Drinking alcohol together")).to_be_visible()
