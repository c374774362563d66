"""Whether a peer can read something on a page of their own."""

from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from people.models import PrivateLink
from people.models.links import LinkPurpose
from sessions.models import Pairing


def with_own_page(rows: QuerySet[Pairing], now: datetime) -> QuerySet[Pairing]:
    """Pairings with what `own_page_id` needs; no query of its own."""
    working = PrivateLink.objects.working(LinkPurpose.PAIRING, now).filter(object_id=OuterRef("pk"))
    return rows.annotate(own_page=Subquery(working.order_by("-created_at").values("pk")[:1]))


def own_page_id(pairing: Pairing, now: datetime) -> UUID | None:
    """The link to the page of a pairing's peer, where one works; one query, none where `with_own_page` found it."""
    known = vars(pairing)
    if "own_page" not in known:
        known = vars(with_own_page(Pairing.objects.filter(pk=pairing.pk), now).only("pk").get())
    found: UUID | None = known["own_page"]
    return found
