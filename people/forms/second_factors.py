"""What a browser sends about a passkey, read without trust.

allauth's forms leave to Python what arrives: a number of 5,000 digits or a thousand brackets then ends in a 500.
"""

from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class CredentialField(forms.JSONField):
    """A passkey's answer; whatever cannot be read is simply not valid."""

    default_error_messages = {"invalid": _("This passkey could not be read. Please try again.")}

    def to_python(self, value: Any) -> Any:
        """The answer as an object. Raises ValidationError for everything else."""
        try:
            found = super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if found is not None and not isinstance(found, dict):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Never shown again: a passkey answers anew each time."""
        return initial


class _Careful(forms.Form):
    credential = CredentialField(widget=forms.HiddenInput)


class AddPasskeyForm(_Careful, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""


class PasskeyStepForm(_Careful, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step at sign-in."""


class PasskeySignInForm(_Careful, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""


class PasskeyAgainForm(_Careful, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, to prove again who one is."""
