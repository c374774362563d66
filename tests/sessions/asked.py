"""What an organisation asks beside PeerSafe's own list, and a peer on their own page: for tests of boundary sheets."""

from datetime import UTC, datetime
from typing import Any, cast

from django.test import Client

from lib import wall
from lib.ids import new_id
from people.models import Organisation, PrivateLink
from sessions.actions import own_pages, sheets
from sessions.item_sets import Entry
from sessions.models import BoundarySheet, ItemList
from sessions.states import IN_FORCE, REPLACED
from sessions.wording import Answers
from tests import factories
from tests.sessions import aimed, met


def entry(key: str, **changes: Any) -> Entry:
    """An item of the list; as it is in PeerSafe's own, but for the changes."""
    words: Entry = {
        "key": key,
        "asked": True,
        "theme": "social",
        "title": "",
        "supporter": "",
        "peer": "",
        "floor": "",
        "because": "",
    }
    return cast(Entry, words | changes)


def publish(organisation: Organisation, *entries: Entry) -> ItemList:
    """A list of the organisation's own, in force."""
    with wall.inside(organisation.pk):
        before = ItemList.objects.filter(organisation=organisation, state=IN_FORCE)
        before.update(state=REPLACED)
        return ItemList.objects.create(
            organisation=organisation,
            version=ItemList.objects.count() + 1,
            state=IN_FORCE,
            entries=list(entries),
            drafted_at=factories.START,
            drafted_by="operator",
            published_at=factories.START,
            published_by="operator",
        )


DRY = entry("alcohol", floor="never", because="Some of us struggle with alcohol.")


def own_page(two: met.Two) -> PrivateLink:
    """The peer's own page."""
    with wall.inside(two.organisation.pk):
        return own_pages.make_own_page(
            once=new_id(),
            pairing_id=two.pairing.pk,
            by_mail=False,
            by=factories.member(two.supporter),
            now=datetime.now(UTC),
        )


def phone(two: met.Two) -> tuple[Client, str]:
    """The peer's phone with their page open, and the address of their sheet."""
    link = own_page(two)
    return aimed.continued(link), aimed.mine(link, "boundaries")


def alone(two: met.Two, answers: Answers, *, version: int = 1, revision: int = 0) -> BoundarySheet:
    """The peer has answered something by themselves."""
    link = own_page(two)
    with wall.inside(two.organisation.pk):
        return sheets.save_sheet(
            pairing_id=two.pairing.pk,
            side="peer",
            version=version,
            revision=revision,
            said=answers,
            by=aimed.holder(link),
            now=datetime.now(UTC),
        )
