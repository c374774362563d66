"""What is done with data keys: wrapped anew under another key, and dropped."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from lib import wall
from lib.sealing import crypto
from lib.sealing.models import DataKey


def rewrap_batch(organisation_id: UUID, *, size: int = 200) -> int:
    """Wrap up to `size` keys of one organisation with the current wrapping key; how many were left to do it for.

    Each batch is a transaction of its own, and what is done is recorded in the row: stopped anywhere, the next
    run goes on there. Texts are not touched, and readers are never locked out. Keys wrapped by one that is not in
    the ring are left alone: they cannot be opened here, and must not hold up the rest.
    """
    with wall.inside(organisation_id):
        current = crypto.ring().current
        keys = list(
            DataKey.objects.select_for_update(skip_locked=True)
            .filter(
                organisation_id=organisation_id, dropped_at__isnull=True, wrapped_by__in=crypto.ring().keys
            )
            .exclude(wrapped_by=current)[:size]
        )
        for key in keys:
            key.wrapped = crypto.wrap(key.open(), key.place)
            key.wrapped_by = current
        DataKey.objects.bulk_update(keys, ["wrapped", "wrapped_by"])
    return len(keys)


def wrapped_counts(organisation_id: UUID) -> dict[str, int]:
    """How many of one organisation's data keys each wrapping key holds; dropped ones hold nothing."""
    with wall.inside(organisation_id):
        keys = DataKey.objects.filter(organisation_id=organisation_id, dropped_at__isnull=True)
        return dict(keys.values_list("wrapped_by").annotate(Count("pk")).order_by("wrapped_by"))


def drop(key_id: UUID, *, now: datetime) -> None:
    """Empty a person's key: everything it sealed is unreadable from now on. Raises DataKey.DoesNotExist."""
    with transaction.atomic():
        key = DataKey.objects.select_for_update().get(pk=key_id)
        key.wrapped = b""
        key.dropped_at = key.dropped_at or now
        key.save(update_fields=["wrapped", "dropped_at"])
