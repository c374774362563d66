"""AES-256-GCM with associated data, and the ring of wrapping keys from the environment.

A ciphertext is bound to its place (organisation | table | column | row): moved elsewhere, it does not open.
Its prefix names the key it was made with, so that keys can be rotated while both are in use.
"""

import base64
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12  # bytes, as NIST SP 800-38D advises for GCM


class Unreadable(Exception):
    """The text does not open: its key is gone, or it was changed or moved."""


@dataclass(frozen=True)
class Ring:
    """Wrapping keys by id; `current` is the id new keys are wrapped with."""

    keys: dict[str, bytes]
    current: str


@lru_cache(maxsize=8)
def _ring(text: str) -> Ring:
    keys: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, encoded = part.partition(":")
        key = base64.b64decode(encoded)
        if not name or len(key) != 32:
            raise ImproperlyConfigured("PEERSAFE_KEYS: each key is `id:base64 of 32 bytes`")
        keys[name] = key
    if not keys:
        raise ImproperlyConfigured("PEERSAFE_KEYS names no key")
    return Ring(keys=keys, current=next(iter(keys)))


def ring() -> Ring:
    """The wrapping keys. Raises ImproperlyConfigured when the variable is malformed."""
    return _ring(settings.PEERSAFE_KEYS)


def encrypt(key: bytes, key_id: str, text: bytes, place: str) -> bytes:
    """`key id | 0x00 | nonce | ciphertext and tag`."""
    nonce = os.urandom(NONCE)
    return key_id.encode() + b"\x00" + nonce + AESGCM(key).encrypt(nonce, text, place.encode())


def key_id_of(blob: bytes) -> str:
    """The id of the key a ciphertext was made with."""
    return bytes(blob).partition(b"\x00")[0].decode(errors="replace")


def decrypt(key: bytes, blob: bytes, place: str) -> bytes:
    """The text. Raises Unreadable when it was changed, moved, or made with another key."""
    rest = bytes(blob).partition(b"\x00")[2]
    try:
        return AESGCM(key).decrypt(rest[:NONCE], rest[NONCE:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def wrap(text: bytes, place: str) -> bytes:
    """Encrypt with the current wrapping key."""
    keys = ring()
    return encrypt(keys.keys[keys.current], keys.current, text, place)


def unwrap(blob: bytes, place: str) -> bytes:
    """Decrypt with the wrapping key the blob names. Raises Unreadable when that key is not in the ring."""
    key = ring().keys.get(key_id_of(blob))
    if key is None:
        raise Unreadable
    return decrypt(key, blob, place)
