"""Second-factor seeds: wrapped anew under the current wrapping key. They belong to users, not to an organisation."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from lib.sealing import crypto
from people.adapters import SEED_PLACE

# What allauth passes through our adapter's encrypt(); a passkey's row holds a public key only.
SEALED_ENTRIES = ("secret", "seed", "migrated_codes")


def rewrap_seeds(*, after: int, size: int = 200) -> tuple[int, int | None]:
    """Wrap the seeds of up to `size` rows after the given id; how many were changed, and the last id or None.

    A row whose key is not in the ring is left as it is: `wrapping_keys_of` tells the operator of it.
    """
    current = crypto.ring().current
    changed = 0
    with transaction.atomic():
        rows = list(
            Authenticator.objects.select_for_update(of=("self",)).filter(pk__gt=after).order_by("pk")[:size]
        )
        for row in rows:
            data = {
                key: _rewrap(value, current) if key in SEALED_ENTRIES else value
                for key, value in row.data.items()
            }
            if data != row.data:
                row.data = data
                row.save(update_fields=["data"])
                changed += 1
    return changed, rows[-1].pk if rows else None


def wrapping_keys_of(row: Authenticator) -> set[str]:
    """The ids of the wrapping keys that one row's seeds need."""
    found: set[str] = set()
    for key in SEALED_ENTRIES:
        value = row.data.get(key) or []
        for text in value if isinstance(value, list) else [value]:
            found.add(crypto.key_id_of(bytes.fromhex(text)))
    return found


def _rewrap(value: Any, current: str) -> Any:
    if isinstance(value, list):
        return [_rewrap(one, current) for one in value]
    blob = bytes.fromhex(value)
    name = crypto.key_id_of(blob)
    if name == current or name not in crypto.ring().keys:
        return value
    return crypto.wrap(crypto.unwrap(blob, SEED_PLACE), SEED_PLACE).hex()
