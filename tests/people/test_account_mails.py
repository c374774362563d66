"""Mail about an account: a purpose and a link, and nothing that tells where it comes from or who has an account."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from people.models import Membership, Organisation
from tests import factories
from tests.reminders.test_wording import TELLING

HOST = "testserver"


def test_confirming_an_address(ash: Organisation) -> None:
    row = without_second_factor(ash)
    factories.signed_in(row).post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    sent = only_one("new@example.org")
    assert sent.subject == "Please confirm your address"
    tells_only_this(sent, "Please confirm that this address is yours:", r"/account/confirm-email/[^/\s]+/")
    tells_nobody(sent, row.user.email, row.user.preferred_name)


def test_an_address_that_somebody_else_has_tells_neither_of_the_other(ash: Organisation) -> None:
    row, other = without_second_factor(ash), factories.supporter(ash)
    EmailAddress.objects.create(user=other.user, email=other.user.email, verified=True, primary=True)
    factories.signed_in(row).post(reverse("account_email"), {"email": other.user.email, "action_add": ""})
    sent = only_one(other.user.email)
    tells_only_this(sent, "Please confirm that this address is yours:", r"/account/confirm-email/[^/\s]+/")
    tells_nobody(sent, row.user.email, row.user.preferred_name, other.user.email, other.user.preferred_name)


def test_a_new_password(ash: Organisation) -> None:
    user = factories.supporter(ash).user
    Client().post(reverse("account_reset_password"), {"email": user.email})
    sent = only_one(user.email)
    assert sent.subject == "A new password"
    tells_only_this(sent, "To choose a new password:", r"/account/password/reset/key/[^/\s]+/")
    tells_nobody(sent, user.email, user.preferred_name)


@pytest.mark.django_db
def test_an_address_nobody_has_gets_no_mail() -> None:
    Client().post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert mail.outbox == []


def without_second_factor(ash: Organisation) -> Membership:
    """Somebody who may still change their address: allauth keeps it fixed once there is a second factor."""
    row = factories.supporter(ash)
    Authenticator.objects.filter(user=row.user).delete()
    return row


def only_one(address: str) -> mail.EmailMessage:
    """The mail that was sent, to this address and nobody else."""
    (sent,) = mail.outbox
    assert (sent.to, sent.cc, sent.bcc) == ([address], [], [])
    return sent


def tells_only_this(sent: mail.EmailMessage, purpose: str, link: str) -> None:
    """A purpose, a link, and the words below each mail: there is nothing else to read."""
    foot = (
        "This mail was sent automatically, so nobody sees answers to it. "
        "If you did not ask for it, please delete it: nothing changes."
    )
    pattern = rf"{re.escape(purpose)}\nhttp://{HOST}{link}\n\n{re.escape(foot)}"
    assert re.fullmatch(pattern, str(sent.body)), sent.body
    assert not getattr(sent, "alternatives", [])


def tells_nobody(sent: mail.EmailMessage, *secrets: str) -> None:
    """No person's address or name, no hint at what this is."""
    text = re.sub(r"http://\S+", "", f"{sent.subject}\n{sent.body}").lower()
    assert [word for word in (*secrets, *TELLING, HOST, "peersafe", "ash") if word.lower() in text] == []
