"""A mail server of the test's own, and a recipient with an address."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest
from pytest_django import Settings

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.sealing.models import new_key
from people.models import Organisation
from reminders.actions import set_address
from tests.reminders import smtp

MakeRecipient = Callable[[Organisation, str], UUID]


@pytest.fixture
def server(settings: Settings) -> Iterator[smtp.Server]:
    """A mail server that answers as told; everything is sent to it."""
    with smtp.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 1
        yield server


@pytest.fixture
def recipient(now: datetime) -> MakeRecipient:
    """Makes somebody of an organisation who has this address."""

    def make(organisation: Organisation, address: str) -> UUID:
        recipient_id = new_id()
        with wall.inside(organisation.pk):
            set_address(
                recipient_id=recipient_id,
                address=address,
                data_key=new_key(organisation.pk),
                language="en-gb",
                zone="Europe/Berlin",
                by=Operator(organisation.pk),
                now=now,
            )
        return recipient_id

    return make
