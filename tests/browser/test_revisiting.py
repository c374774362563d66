"""Between two versions, on phones without scripts: it still fits, today only, should change, a boundary crossed."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from sessions.models import Agreement, Crossing, FitCheck
from tests import factories
from tests.browser.conftest import Windows
from tests.browser.test_axe import barriers
from tests.sessions import aimed, booked, revisited
from tests.sessions.booked import Thread


@pytest.fixture
def found(web: object) -> Thread:
    """Two who have agreed, a session today, a page of the peer's own."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        made = booked.thread(ash)
        aimed.own_page(made)
        return made


def test_asked_at_the_beginning_and_answered_on_ones_own_page(found: Thread, windows: Windows) -> None:
    with wall.inside(found.organisation.pk):
        row, link = revisited.today(found), aimed.link_of(found.pairing.pk)
    supporter, peer = windows(found.supporter, javascript=False), windows(javascript=False)
    supporter.goto(booked.address(found, "opening", row.pk))
    supporter.get_by_role("button", name="Yes, it fits").click()
    expect(supporter.get_by_text("Noted for this session: yes, they still fit.")).to_be_visible()

    peer.goto(aimed.mine(link))
    peer.get_by_role("button", name="Continue").click()
    peer.get_by_role("link", name="Say whether what you agreed on still fits").click()
    peer.get_by_role("radio", name="Different, today only").check()
    peer.get_by_role("button", name="Note it").click()
    expect(peer.get_by_role("radio", name="Different, today only")).to_be_checked()
    peer.get_by_label("What is different, or should change?").fill("Not about work today.")
    peer.get_by_role("button", name="Note it").click()
    expect(peer.get_by_text("It ends by itself at midnight.")).to_be_visible()

    supporter.reload()
    expect(supporter.get_by_text("Not about work today.")).to_be_visible()
    supporter.get_by_role("link", name="Something should change").click()
    supporter.get_by_role("radio", name="I do").check()
    supporter.get_by_role("button", name="Note it").click()
    expect(supporter.get_by_text("Now you can look at your agreement together")).to_be_visible()
    with wall.inside(found.organisation.pk):
        assert sorted(FitCheck.objects.values_list("side", "fit")) == [
            ("peer", "same"),
            ("peer", "today_only"),
            ("supporter", "changed"),
        ]
        assert Agreement.objects.get().look_again_because == "changed"


def test_a_crossed_boundary_goes_where_it_may(found: Thread, windows: Windows) -> None:
    with wall.inside(found.organisation.pk):
        link = aimed.link_of(found.pairing.pk)
        supervisor = revisited.supervised(found)
    peer = windows(javascript=False)
    peer.goto(aimed.mine(link))
    peer.get_by_role("button", name="Continue").click()
    peer.get_by_role("link", name="Note a boundary that was crossed").click()
    peer.get_by_label("What was it about?").select_option("romance")
    peer.get_by_label("What happened?").fill("They wrote that they love me.")
    peer.get_by_role("button", name="Note it").click()
    expect(peer.get_by_role("alert")).to_contain_text("Nothing has been sent yet.")
    expect(peer.get_by_label("What happened?")).to_have_value("They wrote that they love me.")
    peer.get_by_label("My supporter’s supervisor may read this").check()
    peer.get_by_role("button", name="Note it").click()
    expect(peer.get_by_text("Your supporter cannot.")).to_be_visible()

    theirs = windows(supervisor, javascript=False)
    theirs.goto("/o/ash/")
    theirs.get_by_role("link", name=re.compile("Sam and Supporter")).click()
    expect(theirs.get_by_text("They wrote that they love me.")).to_be_visible()
    theirs.get_by_role("button", name="Talked about").click()
    expect(theirs.get_by_text("Nothing waits", exact=True)).to_be_visible()
    with wall.inside(found.organisation.pk):
        assert Crossing.objects.get().settled_by == f"member:{supervisor.pk}"


def looked(page: Page, address: str) -> list[str]:
    """What is wrong with a page."""
    page.goto(address)
    return barriers(page, address)


def test_no_barrier_and_nothing_sideways(found: Thread, windows: Windows) -> None:
    with wall.inside(found.organisation.pk):
        row, link = revisited.today(found), aimed.link_of(found.pairing.pk)
        supervisor = revisited.supervised(found)
        revisited.said(found, "today_only", "Not about work today.")
        revisited.said(found, "changed", "Fewer calls.", side="supporter")
        noted = revisited.crossed(
            found, "A hug, and I had said no.", to_other=True, to_supervisor=True, item_key="romance"
        )
    peer = windows()
    peer.goto(aimed.mine(link))
    peer.get_by_role("button", name="Continue").click()
    pages = {
        found.supporter: [
            *(
                "/o/ash/",
                revisited.url(found),
                revisited.url(found, "fit/"),
                revisited.url(found, "crossed/"),
            ),
            *(booked.address(found, "opening", row.pk), f"/o/ash/crossings/{noted.pk}/"),
        ],
        supervisor: ["/o/ash/", "/o/ash/crossings/", f"/o/ash/crossings/{noted.pk}/", revisited.url(found)],
    }
    wrong = []
    for who, addresses in pages.items():
        page = windows(who)
        wrong += [found_wrong for address in addresses for found_wrong in looked(page, address)]
    own = [aimed.mine(link, *rest) for rest in ((), ("fit",), ("crossed",), ("crossed", "new"))]
    wrong += [found_wrong for address in own for found_wrong in looked(peer, address)]
    assert wrong == []
