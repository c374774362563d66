"""Private links: made, opened, revoked. Part of the actions above that know what for, and that record it."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from audit.actions import Actor
from lib.ids import new_id
from lib.tokens import token_for, token_hash
from people.models import PrivateLink
from people.models.links import LinkPurpose

EXTEND = """
    UPDATE people_privatelink SET expires_at = %s
    WHERE object_id = %s AND revoked_at IS NULL AND expires_at > %s RETURNING id
"""


def make_link(
    *,
    purpose: LinkPurpose,
    object_id: UUID,
    expires_at: datetime,
    by: Actor,
    now: datetime,
    peer_id: UUID | None = None,
    link_id: UUID | None = None,
) -> PrivateLink:
    """A link for one person and one purpose. Its token is made from its id whenever it is sent (lib.tokens).

    `link_id` is given where a form makes the link, so that the same form makes it once (lib.once).
    """
    link = new_link(
        purpose=purpose,
        object_id=object_id,
        expires_at=expires_at,
        by=by,
        now=now,
        peer_id=peer_id,
        link_id=link_id,
    )
    link.save(force_insert=True)
    return link


def new_link(
    *,
    purpose: LinkPurpose,
    object_id: UUID,
    expires_at: datetime,
    by: Actor,
    now: datetime,
    peer_id: UUID | None = None,
    link_id: UUID | None = None,
) -> PrivateLink:
    """The same, to be stored beside other rows (lib.together)."""
    link_id = link_id or new_id()
    return PrivateLink(
        id=link_id,
        organisation_id=by.organisation_id,
        purpose=purpose,
        object_id=object_id,
        peer_id=peer_id,
        token_hash=token_hash(token_for(link_id)),
        created_at=now,
        expires_at=expires_at,
    )


def open_link(*, link_id: UUID, now: datetime) -> None:
    """Note when somebody first looked behind the cover of a link."""
    PrivateLink.objects.filter(pk=link_id, opened_at__isnull=True).update(opened_at=now)


def extend_links(*, object_id: UUID, expires_at: datetime, now: datetime) -> UUID | None:
    """Let every working link to this object work until `expires_at`; the id of the newest, or None where none works."""
    with connection.cursor() as cursor:
        cursor.execute(EXTEND, [expires_at, object_id, now])
        return max((link_id for (link_id,) in cursor.fetchall()), default=None)


def revoke_links(*, object_id: UUID, now: datetime) -> None:
    """Let every link to this object stop working."""
    PrivateLink.objects.filter(object_id=object_id, revoked_at__isnull=True).update(revoked_at=now)
