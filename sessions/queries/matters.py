"""What a crossing can be about: what is asked, what the two added themselves, what else their agreement says."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.sealing.crypto import Unreadable
from sessions.item_sets import OWN
from sessions.items import Theme
from sessions.models import Agreement, Pairing
from sessions.queries.item_lists import items_in_force
from sessions.queries.sheets import body_of
from sessions.states import IN_FORCE
from sessions.wording import Body, blank


@dataclass(frozen=True)
class Matter:
    """One thing it can be about. `has_floor` is that of today's list, or of the agreement in force."""

    key: str
    title: str
    theme: str | Promise
    has_floor: bool


@dataclass(frozen=True)
class Matters:
    """All of them, theme by theme; `opened` is the agreement whose words stand among them."""

    rows: Sequence[Matter]
    opened: Sequence[Model]


def matters(pairing: Pairing) -> Matters:
    """What the two could choose; two queries. `pairing` carries the peer's key."""
    asked = items_in_force(pairing.organisation_id)
    agreement = Agreement.objects.filter(pairing=pairing, state=IN_FORCE).first()
    body = _body(pairing, agreement)
    held = {row["key"]: row for row in body["boundaries"]}
    floors = {key for key, row in held.items() if row.get("floor")}
    rows = [
        Matter(item.key, str(item.title), theme.label, bool(item.floor) or item.key in floors)
        for theme, items in asked.by_theme(held)
        for item in items
    ]
    own = [
        Matter(key, row["title"], Theme.OWN.label, False) for key, row in held.items() if key.startswith(OWN)
    ]
    about = [Matter(row["key"], row["title"], _("What else you agreed on"), False) for row in body["about"]]
    return Matters([*rows, *own, *about], [agreement] if agreement and (own or about) else [])


def _body(pairing: Pairing, agreement: Agreement | None) -> Body:
    try:
        return body_of(pairing, agreement)
    except Unreadable:
        return blank()
