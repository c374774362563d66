"""The peer's private link to one session. It is made by `book` and revoked by `cancel`; here it is opened."""

from datetime import datetime

from django.db import transaction

from audit.actions import record_id
from people.access import LinkHolder
from people.actions import links
from people.models import PrivateLink


def open_link(*, by: LinkHolder, now: datetime) -> None:
    """A person, not a program that looks ahead, has opened the link: the first time in the row, each in the trail."""
    with transaction.atomic():
        links.open_link(link_id=by.link_id, now=now)
        kind = PrivateLink._meta.label_lower
        record_id(by=by, verb="sessions.open_link", kind=kind, object_id=str(by.link_id), now=now, detail={})
