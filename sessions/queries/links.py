"""Whether a peer can read something on a page of their own."""

from datetime import datetime

from people.models import PrivateLink
from people.models.links import LinkPurpose
from sessions.models import Pairing


def own_page_works(pairing: Pairing, now: datetime) -> bool:
    """Whether the peer of a pairing has a page of their own that works; one query."""
    return PrivateLink.objects.working(LinkPurpose.PAIRING, now).filter(object_id=pairing.pk).exists()
