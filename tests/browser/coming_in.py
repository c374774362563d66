"""Signing in: as a person does, or at once with a session that is already there."""

import base64
import hmac
import time

from playwright.sync_api import BrowserContext, Page

from people.models import Membership
from tests import factories

SEED = "JBSWY3DPEHPK3PXP"  # of everybody's second factor in tests/factories.py
STEP = 30  # seconds a code lasts


def code(at: float | None = None) -> str:
    """The six digits an authenticator app shows (RFC 6238)."""
    counter = int((time.time() if at is None else at) // STEP).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(SEED), counter, "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sign_in(page: Page, email: str, password: str) -> None:
    """Through the form, with the second factor where one is asked for; ends on the page that follows.

    Raises AssertionError when the door stays closed. A code works once: the same person's second sign-in within 30
    seconds waits for the next code.
    """
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit]").first.click()
    for _attempt in range(2):
        asked = page.locator("main input[name=code]")
        if not asked.count():
            break
        asked.fill(code())
        with page.expect_navigation():
            asked.press("Enter")
        if page.locator("main input[name=code]").count():
            time.sleep(STEP - time.time() % STEP)
    assert "/account/login" not in page.url, f"{email} could not sign in: {page.locator('main').inner_text()}"
    page.wait_for_load_state()
    assert page.locator("#main").count(), f"{email} signed in, but there is no page behind the door"


def prove_again(page: Page, password: str) -> None:
    """Says once more who one is, which changing how one signs in asks for; it lasts ten minutes."""
    page.goto("/account/reauthenticate/")
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/reauthenticate/" not in url)


def come_in(context: BrowserContext, row: Membership, url: str) -> None:
    """Opens this window as somebody who has just signed in and proved it again; `url` is the server's."""
    client = factories.signed_in(row)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    use_session(context, client.cookies["sessionid"].value, url)


def use_session(context: BrowserContext, key: str, url: str) -> None:
    """Gives this window a session that the database already holds."""
    context.add_cookies([{"name": "sessionid", "value": key, "url": url}])
