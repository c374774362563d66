"""The whole thread: two people are introduced, meet, agree, book, are reminded, meet, and note how it was.

Played as the coordinator at a desk, the supporter on a phone, and the peer beside them with a phone that runs no
scripts; on the real server, with a real worker, broker and mail server. It ends with the mail in the sink and the log
in the database.
"""

import os
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from lib.sealing.models import open_text
from peersafe.local.processes import Child
from people.models import Membership, Organisation
from reminders.models import Delivery
from sessions.models import Agreement, PeerSession, SessionLog
from tests import factories
from tests.browser.coming_in import sign_in
from tests.browser.conftest import Windows
from tests.browser.mailbox import Mailbox, links

PASSWORD = "a-quiet-walk"
PEER, ADDRESS = "Wren", "wren@peers.example.org"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def team(web: object) -> tuple[Organisation, Membership, Membership]:
    """An organisation with a coordinator and a supporter, who sign in with a password and a second factor."""
    with transaction.atomic():
        organisation = factories.organisation("ash")
        coordinator = factories.coordinator(organisation, person=factories.user("Marta"))
        supporter = factories.supporter(organisation, person=factories.user("Dana"))
    for row in (coordinator, supporter):
        row.user.set_password(PASSWORD)
        row.user.save()
        EmailAddress.objects.create(user=row.user, email=row.user.email, verified=True, primary=True)
    return organisation, coordinator, supporter


def test_from_first_meeting_to_held_session(
    team: tuple[Organisation, Membership, Membership], windows: Windows, worker: Child, mailbox: Mailbox
) -> None:
    organisation, coordinator, supporter = team
    desk, phone = windows(desk=True), windows()

    sign_in(desk, coordinator.user.email, PASSWORD)
    introduce(desk)
    sign_in(phone, supporter.user.email, PASSWORD)
    meet(phone)
    agree(phone)
    book(phone, datetime.now(LONDON) + timedelta(hours=4))
    session = phone.url.partition("?")[0]

    reminded = mailbox.wait_for(ADDRESS)
    say_yes(windows(javascript=False), links(reminded)[0])
    letters = "".join(str(mail) for mail in mailbox.mails())
    assert "Dana" not in letters
    assert "Wren" not in letters.replace(ADDRESS, "")

    let_the_hour_come()
    note(phone)
    look_in_the_database(organisation)
    nothing_of_it_for_the_coordinator(desk, session)


def introduce(desk: Page) -> None:
    """The coordinator makes a peer and pairs them with a supporter who has room."""
    desk.get_by_role("link", name="People", exact=True).first.click()
    desk.locator("main a[href$='/people/add/']").first.click()
    desk.get_by_label("Name they like to be called by").fill(PEER)
    desk.get_by_label("E-mail").fill(ADDRESS)
    desk.get_by_label("They said it is safe to write there").check()
    desk.locator("main form button[type=submit]").last.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text(PEER)
    desk.locator("main a[href*='/pairings/new/']").first.click()
    desk.get_by_label("Dana").check()
    desk.locator("main form button[type=submit]").last.click()
    expect(desk.locator("main")).to_contain_text("Dana")


def meet(phone: Page) -> None:
    """Supporter and peer read together, say what they hope for and fear, and answer both sheets."""
    phone.goto("/o/ash/pairings/")
    phone.get_by_role("link", name=PEER).first.click()
    phone.locator("main a[href$='/first-meeting/']").first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your first meeting")
    meeting = phone.url
    phone.goto(meeting.replace("first-meeting", "expectations"))
    expect(phone.locator("main")).to_contain_text("Supervision")
    expect(phone.locator("main")).to_contain_text("A high risk of suicide")
    phone.locator("[name=supporter_expects]").fill("To walk alongside.")
    phone.locator("[name=peer_expects]").fill("Somebody who listens. 🌿 שלום")
    phone.locator("[name=peer_fears]").fill("That it ends suddenly.")
    phone.locator("[name=exceptions_read]").check()
    phone.locator("[name=rhythm][value=weekly]").check(force=True)
    phone.locator("main form button[type=submit]").last.click()
    answer(
        phone,
        meeting.replace("first-meeting", "sheet/supporter"),
        {"hug_given": "always", "alcohol": "never"},
    )
    answer(
        phone, meeting.replace("first-meeting", "sheet/peer"), {"hug_given": "never", "phone_number": "never"}
    )
    phone.goto(meeting)


def answer(phone: Page, sheet: str, answers: dict[str, str]) -> None:
    """One side's sheet, and finished."""
    phone.goto(sheet)
    for key, value in answers.items():
        chip = phone.locator(f"[name=answer_{key}][value={value}]")
        with phone.expect_response(lambda response: response.request.method == "POST"):
            chip.check(force=True)
    phone.get_by_role("button", name="Save and finish").click()
    phone.get_by_role("button", name="Finish", exact=True).click()


def agree(phone: Page) -> None:
    """Side by side: the stricter answer holds, and both say yes."""
    phone.goto(phone.url.replace("first-meeting", "agree"))
    differ = phone.locator("#differ")
    expect(differ).to_contain_text("A hug from the supporter")
    expect(differ).to_contain_text("Never")
    for chip in phone.locator("label.chip", has_text="We talked it through").all():
        with phone.expect_response(lambda response: response.request.method == "POST"):
            chip.click()
    phone.get_by_role("link", name="Go on").click()
    phone.locator("[name=supporter_yes]").check()
    phone.locator("[name=peer_yes]").check()
    phone.get_by_role("button", name="Yes, we agree").click()
    expect(phone.locator("main")).to_contain_text("Version 1. Agreed on")


def book(phone: Page, at: datetime) -> None:
    """A walk, a few hours from now."""
    phone.goto("/o/ash/pairings/")
    phone.get_by_role("link", name=PEER).first.click()
    phone.locator("main a[href$='/book/']").first.click()
    phone.get_by_label("Day", exact=True).fill(at.strftime("%Y-%m-%d"))
    phone.get_by_label("Starts at").fill(at.strftime("%H:%M"))
    phone.locator("[name=setting][value=walk]").check(force=True)
    phone.get_by_label("Where exactly").fill("At the park gate")
    phone.get_by_role("button", name="Book", exact=True).click()
    expect(phone.locator("main")).to_contain_text("At the park gate")


def say_yes(plain: Page, link: str) -> None:
    """The peer opens the private link: nothing is told before they say it is a good moment."""
    plain.goto(link)
    expect(plain.get_by_role("heading", level=1)).to_have_text("This page is private")
    assert "park" not in plain.content()
    plain.get_by_role("button", name="Continue").click()
    expect(plain.locator("main")).to_contain_text("At the park gate")
    plain.get_by_role("button", name="I’ll be there").click()
    expect(plain.locator("main")).to_contain_text("You said you will be there")


def let_the_hour_come() -> None:
    """Five hours pass for this session; only the superuser can turn the clock."""
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"]) as connection:
        connection.execute(
            "UPDATE peer_sessions_peersession SET starts_at = starts_at - interval '5 hours', "
            "ends_at = ends_at - interval '5 hours'"
        )


def note(phone: Page) -> None:
    """The supporter writes the log, finds what is missing said beside the field, and saves."""
    phone.reload()
    phone.locator("main a[href$='/log/']").first.click()
    phone.get_by_label("How you began").fill("Round the pond, slowly.")
    phone.get_by_label("What mattered").fill("A letter, opened together.")
    phone.get_by_label("How you ended").fill("A plan for the evening.")
    phone.locator("[name=fit][value=today_only]").check(force=True)
    phone.get_by_role("button", name="Save the log").click()
    expect(phone.locator(".is-invalid, .invalid-feedback").first).to_be_visible()
    expect(phone.get_by_label("What mattered")).to_have_value("A letter, opened together.")
    phone.locator("[name=fit_note]").fill("No hug today.")
    phone.get_by_role("button", name="Save the log").click()
    expect(phone.locator("[name=what_mattered]")).to_have_count(0)


def look_in_the_database(organisation: Organisation) -> None:
    """The log is there, sealed; the agreement is in force; the mails were accepted."""
    with wall.inside(organisation.pk):
        log = SessionLog.objects.select_related("peer_session__pairing__peer__data_key").get()
        key = log.peer_session.two.peer.data_key
        assert open_text(log, "what_mattered", key) == "A letter, opened together."
        assert b"letter" not in bytes(log.what_mattered)
        assert PeerSession.objects.get().state == "held"
        assert Agreement.objects.get().state == "in_force"
        sent = set(Delivery.objects.values_list("message__kind", "outcome"))
        kinds = {"session_booked", "session_tomorrow", "look_again"}  # the last: limits of half a year ago
        assert sent == {(kind, "accepted") for kind in kinds}


def nothing_of_it_for_the_coordinator(desk: Page, session: str) -> None:
    """The coordinator sees that it was held, and nothing of what was said."""
    desk.goto(session)
    expect(desk.locator("main")).to_contain_text(PEER)
    expect(desk.locator("main")).to_contain_text("Held")
    page = desk.content()
    assert "letter" not in page
    assert "pond" not in page
    assert desk.goto(f"{session}log/read/").status == 403  # type: ignore[union-attr]
