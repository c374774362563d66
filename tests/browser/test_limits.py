"""A newcomer's own limits on a phone: written, finished, shown to a supervisor, who talks them through; practising."""

from django.db import transaction
from playwright.sync_api import expect

from people.models import Membership
from tests import factories
from tests.browser.conftest import Windows
from tests.sessions import limited

WORDS = "Only outdoors. שלום 🌊"


def both() -> tuple[Membership, Membership]:
    """Somebody who has written nothing yet, and their supervisor."""
    with transaction.atomic():
        row = limited.newcomer(factories.organisation("ash"), person=factories.user("Ada"))
        return row, limited.supervised(row)


def test_from_the_first_page_to_a_talk_without_a_script(windows: Windows) -> None:
    row, supervisor = both()
    page = windows(row, javascript=False)
    page.goto("/o/ash/")
    page.get_by_role("link", name="To your limits").click()
    page.get_by_role("link", name="Write them down").click()
    alcohol = page.get_by_role("group", name="You drink alcohol together.")
    alcohol.get_by_label("Maybe").check(force=True)
    alcohol.get_by_label("What does it depend on?").fill(WORDS)
    page.get_by_label("What is it about?").fill("Smoking together")
    page.get_by_role("button", name="Add this line").click()
    expect(page.get_by_role("group", name="Smoking together")).to_be_visible()
    page.get_by_role("button", name="Save and finish").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Your limits are written down.")).to_be_visible()
    page.get_by_role("button", name="Let my supervisor read them").click()

    other = windows(supervisor, javascript=False)
    other.goto("/o/ash/")
    other.get_by_role("link", name="Ada").last.click()
    expect(other.get_by_text(WORDS)).to_be_visible()
    other.get_by_role("button", name="We have talked it through").click()
    expect(other.get_by_text("Noted as talked through.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You talked them through on")).to_be_visible()


def test_each_answer_saves_itself(windows: Windows) -> None:
    row, _supervisor = both()
    page = windows(row)
    page.goto(f"{limited.URL}sheet/")
    page.get_by_role("group", name="You drink alcohol together.").get_by_label("Never").check(force=True)
    expect(page.get_by_text("Saved. 1 of 27 answered")).to_be_visible()
    romance = page.get_by_role("group", name="You have a romantic or sexual relationship with them.")
    romance.get_by_label("Maybe").check(force=True)
    expect(romance.get_by_text("Thank you for answering honestly.")).to_be_visible()
    expect(page.get_by_text("Saved. 2 of 27 answered")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 of 27 answered").first).to_be_visible()


def test_a_scene_leads_on(windows: Windows) -> None:
    row, _supervisor = both()
    page = windows(row, javascript=False)
    page.goto("/o/ash/")
    page.get_by_role("link", name="Practise on short scenes").click()
    page.get_by_role("link", name="A message at midnight").click()
    page.get_by_role("link", name="You answer straight away").click()
    expect(page.get_by_text("Mika sleeps at last")).to_be_visible()
    page.get_by_role("link", name="The next scene").click()
    expect(page.get_by_role("heading", name="Open arms at the door")).to_be_visible()
