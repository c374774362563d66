"""That something is noted about whom a peer trusts, and since when. Nothing here opens what it says."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from people.models import CrisisContact, Peer


@dataclass(frozen=True)
class Noted:
    """What somebody may know who does not read it: since when it is as it is, and whether a person is named."""

    is_noted: bool
    on: str
    names_somebody: bool
    revision: int


def contact_of(peer: Peer) -> CrisisContact | None:
    """The row of one peer; one query."""
    return CrisisContact.objects.filter(organisation_id=peer.organisation_id, peer=peer).first()


def noted(row: CrisisContact | None) -> Noted:
    """Of the words nothing but whether there are any."""
    if row is None:
        return Noted(False, "", False, 0)
    on = date_format(timezone.localtime(row.noted_at), "DATE_FORMAT")
    return Noted(bool(row.body), on, row.has_person, row.revision)
