"""What is sent to allauth's forms: too long, too deep, no sense; said beside the field, never a 500."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Organisation
from tests import factories

DEEP = "[" * 100_000
HANDLE = {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "YQ"}}
NO_PASSKEYS = ["9" * 5000, DEEP, "null", "[]", '"x"', "1", "{}", "\x00", json.dumps(HANDLE)]


def test_an_address_that_is_too_long_is_refused(ash: Organisation) -> None:
    address = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".org"
    answer = factories.signed_in(factories.supporter(ash)).post(
        reverse("account_email"), {"email": address, "action_add": ""}
    )
    assert answer.status_code == 200
    assert "This address is too long. Please check it." in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("credential", NO_PASSKEYS)
def test_signing_in_with_no_passkey(credential: str) -> None:
    client = Client()
    client.get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["mfa_add_webauthn", "mfa_reauthenticate_webauthn"])
@pytest.mark.parametrize("credential", NO_PASSKEYS)
def test_no_passkey_for_somebody_signed_in(ash: Organisation, name: str, credential: str) -> None:
    client = factories.signed_in(factories.supporter(ash))
    client.get(reverse(name))
    answer = client.post(reverse(name), {"credential": credential, "name": "x"})
    assert answer.status_code in {200, 302}
