"""Tokens of private links: made from the link's id with a key outside the database, kept only as a hash.

The same id always gives the same token, so a message that is sent again carries the same link; whoever
reads the database alone can make none.
"""

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings


def token_for(link_id: UUID) -> str:
    """The token of a link: 32 characters that fit into an address."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"private link|" + link_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def token_hash(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
