"""What we change about allauth: nobody signs up uninvited, and second-factor seeds are sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lib.sealing import crypto

LONGEST_ADDRESS = 254
SEED_PLACE = "mfa_authenticator|data"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: an organisation invites."""
        return False

    def clean_email(self, email: str) -> str:
        """An address that fits. Raises ValidationError for a longer one than mail knows (RFC 5321)."""
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(_("This address is too long. Please check it."))
        return str(super().clean_email(email))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds and recovery codes are wrapped by a key outside the database; allauth's default keeps them in clear."""

    def encrypt(self, text: str) -> str:
        """Wrap a seed."""
        return crypto.wrap(text.encode(), SEED_PLACE).hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Unwrap a seed. Raises lib.sealing.crypto.Unreadable when its key is gone."""
        return crypto.unwrap(bytes.fromhex(encrypted_text), SEED_PLACE).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        """The passkey's relying party under the neutral title, because phones show this name."""
        entity = dict(super().get_public_key_credential_rp_entity())
        entity["name"] = settings.PEERSAFE_NEUTRAL_TITLE
        return entity

    def get_totp_issuer(self) -> str:
        """The name an authenticator app shows: neutral as well."""
        return str(settings.PEERSAFE_NEUTRAL_TITLE)
