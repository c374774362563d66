"""Where people can be reached."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from lib.sealing.models import DataKey, seal_text
from reminders.models import ChannelPreference
from reminders.states import EMAIL


def set_address(
    *, recipient_id: UUID, address: str, data_key: DataKey, language: str, zone: str, by: Actor, now: datetime
) -> None:
    """Keep a person's e-mail address, sealed with their key; an empty one removes it.

    A person's wish to hear nothing more stays as it is. Raises Refused for what is not an address.
    """
    address = address.strip()
    if address:
        _refuse_bad_address(address)
    with transaction.atomic():
        preference = (
            ChannelPreference.objects.select_for_update()
            .filter(recipient_id=recipient_id, channel=EMAIL)
            .first()
        )
        if preference is None:
            preference = ChannelPreference(
                organisation_id=by.organisation_id, recipient_id=recipient_id, channel=EMAIL
            )
        preference.data_key = data_key
        preference.language = language
        preference.zone = zone
        seal_text(preference, "address", address, data_key)
        preference.save()
        record(by=by, verb="reminders.set_address", what=preference, now=now, removed=not address)


def follow(*, recipient_id: UUID, language: str, zone: str) -> None:
    """Write to somebody in the language and the zone they live in now. Part of the action that records it."""
    ChannelPreference.objects.filter(recipient_id=recipient_id).update(language=language, zone=zone)


def _refuse_bad_address(address: str) -> None:
    try:
        validate_email(address)  # refuses line breaks too, with which a header could be smuggled in
    except ValidationError as error:
        raise Refused(
            _("This is not an e-mail address. It looks like name@example.org."), "address"
        ) from error
