"""What a test in a real browser stands on.

    web       the real web server (gunicorn, its own processes), on this run's database; `web.url`. Rows made in the
              test are committed and seen by it, and swept afterwards.
    worker    a real Celery worker on the same database, broker and mail sink; its links lead to `web`.
    mailbox   the mails that arrive during the test: `mailbox.wait_for("sam@example.org")`, then `links(mail)`.
    phone     a page 360 px wide, with touch; `desk` 1280 px wide; `plain` a phone without JavaScript.
    windows   for more than one person at once: `windows(row)` is a new phone page where this membership is signed
              in; `windows(row, javascript=False, color_scheme="dark", desk=True)` and so on. Without a row: nobody.

Addresses are relative: `phone.goto("/account/login/")`. A script that fails, or anything the content policy blocks,
fails the test. `coming_in.sign_in(page, email, password)` signs in through the form, second factor included;
`coming_in.come_in(page.context, row, web.url)` skips it. Ask the database plainly between two clicks, inside the wall:
`with wall.inside(organisation.pk): …`.
"""

from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from peersafe.local.processes import Child, Household
from people.models import Membership
from tests import processes
from tests.browser.chromium import DESK, PHONE, browser
from tests.browser.coming_in import come_in
from tests.browser.mailbox import Mailbox
from tests.processes import Web


class Windows(Protocol):
    """Opens a page in a window of its own."""

    def __call__(
        self, row: Membership | None = None, *, javascript: bool = True, desk: bool = False, **rest: Any
    ) -> Page: ...


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each page has a window, cookies and cache of its own."""
    with browser() as found:
        yield found


@pytest.fixture(scope="package")
def real_processes() -> Iterator[Household]:
    """The processes that go on from test to test."""
    with processes.household("browser") as household:
        yield household


@pytest.fixture(scope="package")
def started_web(real_processes: Household, django_db_setup: None) -> Web:
    """The web server, started once."""
    return processes.start_web(
        real_processes, *processes.FOR_BROWSERS, workers=1, settings_module="tests.browser.settings"
    )


@pytest.fixture(scope="package")
def started_worker(real_processes: Household, started_web: Web) -> Child:
    """The worker, started once."""
    return processes.start_worker(real_processes, PEERSAFE_URL=started_web.url)


@pytest.fixture
def web(transactional_db: None, started_web: Web) -> Web:
    """The web server, with an empty database."""
    return started_web


@pytest.fixture
def worker(web: Web, started_worker: Child) -> Child:
    """The worker, with an empty database."""
    return started_worker


@pytest.fixture
def mailbox() -> Mailbox:
    """Mails from now on."""
    return Mailbox()


@pytest.fixture
def windows(chromium: Browser, web: Web) -> Iterator[Windows]:
    """Opens pages; closes them at the end, and fails for what went wrong in their scripts."""
    contexts = []
    wrong: list[str] = []

    def open_window(
        row: Membership | None = None, *, javascript: bool = True, desk: bool = False, **rest: Any
    ) -> Page:
        kind = {**(DESK if desk else PHONE), **rest}
        context = chromium.new_context(base_url=web.url, java_script_enabled=javascript, **kind)
        contexts.append(context)
        context.set_default_timeout(10_000)
        if row is not None:
            come_in(context, row, web.url)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(_words(error)))
        page.on("console", lambda message: wrong.extend(_blocked(message)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert wrong == []


def _words(error: Error) -> str:
    return error.stack or error.message


def _blocked(message: ConsoleMessage) -> list[str]:
    return [message.text] if "Content Security Policy" in message.text else []


@pytest.fixture
def phone(windows: Windows) -> Page:
    """A phone, signed out."""
    return windows()


@pytest.fixture
def desk(windows: Windows) -> Page:
    """A large window, signed out."""
    return windows(desk=True)


@pytest.fixture
def plain(windows: Windows) -> Page:
    """A phone that runs no scripts, signed out."""
    return windows(javascript=False)
