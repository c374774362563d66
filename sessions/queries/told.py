"""Who would be told under each exception to confidentiality, in the words both read before they agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from people.models import CrisisContact, Supervision
from sessions.models import Pairing


@dataclass(frozen=True)
class Told:
    """Who would be told: by name where somebody supervises the supporter, and whether the peer trusts somebody."""

    supervisors: Sequence[str]
    trusts_somebody: bool

    def words(self) -> list[str]:
        """A sentence for each exception, in their order."""
        return [self._supervision(), self._risk()]

    def _supervision(self) -> str:
        if not self.supervisors:
            return _("Who may be told: a supervisor of the organisation.")
        return _("Who may be told: %(names)s.") % {"names": get_text_list(list(self.supervisors), _("or"))}

    def _risk(self) -> str:
        if self.trusts_somebody:
            return _(
                "Who would be told: the emergency services, or the person you trust, whom you have named."
            )
        return _("Who would be told: the emergency services, or a person you trust.")


def with_told(rows: QuerySet[Pairing]) -> QuerySet[Pairing]:
    """Pairings with what `told_of` needs; no query of its own."""
    supervision = Supervision.objects.filter(supporter_id=OuterRef("supporter_id"), ends_at__isnull=True)
    names = supervision.order_by("starts_at", "pk").values("supervisor__user__preferred_name")
    trust = CrisisContact.objects.filter(peer_id=OuterRef("peer_id"), has_person=True)
    return rows.annotate(supervisors=ArraySubquery(names), trusts_somebody=Exists(trust))


def told_of(pairing: Pairing) -> Told:
    """Who it would be now, from a pairing that `with_told` found."""
    facts = vars(pairing)
    return Told(supervisors=facts["supervisors"], trusts_somebody=facts["trusts_somebody"])
