"""Pages of others that we show: the content policy blocks nothing on them (the window's own check fails for that)."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from playwright.sync_api import expect

from people.models import Membership
from tests import factories
from tests.browser.conftest import Windows


def supporter() -> Membership:
    """Somebody who may change their address."""
    with transaction.atomic():
        row = factories.supporter(factories.organisation("ash"))
    Authenticator.objects.filter(user=row.user).delete()
    EmailAddress.objects.create(user=row.user, email=row.user.email, verified=True, primary=True)
    return row


def test_changing_ones_address(windows: Windows, transactional_db: None) -> None:
    row = supporter()
    page = windows(row)
    page.goto("/account/email/")
    expect(page.locator("main")).to_contain_text(row.user.email)
    page.get_by_label("Email").fill("new@example.org")
    page.get_by_role("button", name="Change the address").click()
    expect(page.get_by_role("button", name="Send the mail again")).to_be_visible()
    page.get_by_role("button", name="Keep the old address").click()
    expect(page.get_by_role("button", name="Send the mail again")).to_be_hidden()
