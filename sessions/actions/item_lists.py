"""The organisation's list of what a boundary sheet asks: a draft is begun, changed, and published or dropped.

Beginning and publishing hold a lock by the organisation's name, so that there is one draft and one list in force; what
changes a draft holds its row. What is in the list is read by everybody in the organisation, so nothing is sealed; the
trail keeps ids and item keys all the same, never a word.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.once import already_made, lock
from lib.refusal import Refused
from people.actions.revisions import stale
from reminders.actions import schedule_each
from reminders.states import SOMETHING_WAITS
from sessions.item_changes import FLOORS, differing, raises_floors, with_entry, without_unused
from sessions.item_sets import ADDED, BUILT_IN, Entry
from sessions.items import BY_KEY
from sessions.models import Agreement, ItemList, LookAgain, Pairing
from sessions.queries.item_lists import items_of, older_agreements
from sessions.states import DRAFT, ENDED, IN_FORCE, ITEM_LIST_MOVES, WITHDRAWN

MOST_ADDED = 20  # items beside PeerSafe's own: a sheet takes five minutes


def begin_items(*, once: UUID, by: Actor, now: datetime) -> ItemList:
    """Begin a draft with what is asked now; the one that is there already, where there is one."""
    with transaction.atomic():
        earlier = already_made(ItemList.objects.all(), once)
        if earlier is not None:
            return earlier
        _lock(by)
        rows = ItemList.objects.filter(organisation_id=by.organisation_id)
        live = {row.state: row for row in rows.filter(state__in=[DRAFT, IN_FORCE])}
        if DRAFT in live:
            return live[DRAFT]
        newest = rows.aggregate(version=Max("version"))["version"] or 0
        row = ItemList.objects.create(
            id=once,
            organisation_id=by.organisation_id,
            version=newest + 1,
            entries=live[IN_FORCE].entries if IN_FORCE in live else [],
            drafted_at=now,
            drafted_by=by.actor,
        )
        record(by=by, verb="sessions.begin_items", what=row, now=now, version=row.version)
    return row


def edit_item(*, item_list_id: UUID, revision: int, entry: Entry, by: Actor, now: datetime) -> ItemList:
    """Change one item of a draft: its words, whether it is asked, its floor.

    The same again changes nothing. Raises Refused on a stale page, for a floor without a reason or of an item that is
    not asked, and once the draft is published or dropped.
    """
    with transaction.atomic():
        row = _locked(item_list_id)
        after = with_entry(row.entries, _checked(entry))
        if after == row.entries:
            return row
        _refuse_settled(row)
        if row.revision != revision:
            raise Refused(stale())
        _keep(row, after)
        record(by=by, verb="sessions.edit_item", what=row, now=now, item=entry["key"])
    return row


def add_item(*, once: UUID, item_list_id: UUID, entry: Entry, by: Actor, now: datetime) -> ItemList:
    """Add an item of the organisation's own to a draft; its key comes from the form's number, so that it is added once.

    Raises Refused as `edit_item` does, and when there are too many. It needs no revision: nothing is overwritten.
    """
    with transaction.atomic():
        row = _locked(item_list_id)
        entry = _checked({**entry, "key": f"{ADDED}{once.hex}", "asked": True})
        added = [one for one in row.entries if one["key"].startswith(ADDED)]
        if any(one["key"] == entry["key"] for one in added):
            return row
        _refuse_settled(row)
        if sum(one["asked"] for one in added) >= MOST_ADDED:
            words = _("You have added %(most)s already. A sheet should take no longer than five minutes.")
            raise Refused(words % {"most": MOST_ADDED})
        _keep(row, [*row.entries, entry])
        record(by=by, verb="sessions.add_item", what=row, now=now, item=entry["key"])
    return row


def drop_items(*, item_list_id: UUID, revision: int, by: Actor, now: datetime) -> ItemList:
    """Drop a draft: what is asked stays as it is. Dropped twice, it is dropped once. Raises Refused on a stale page."""
    with transaction.atomic():
        row = _locked(item_list_id)
        if row.state == WITHDRAWN:
            return row
        _refuse_settled(row)
        if row.revision != revision:
            raise Refused(
                _("Somebody changed this draft since you opened the page. Please look at it again.")
            )
        move(ITEM_LIST_MOVES, "drop_items", row)
        row.save(update_fields=["state"])
        record(by=by, verb="sessions.drop_items", what=row, now=now, version=row.version)
    return row


def publish_items(*, item_list_id: UUID, revision: int, by: Actor, now: datetime) -> ItemList:
    """Put a draft in force: sheets ask it from now on. What was agreed stays as it is.

    Where a floor was raised, agreements asked from an older list are to be looked at again, without opening any, and
    their supporters hear that something waits. Pairings are held meanwhile: who agrees at this moment either comes
    first, and is found here, or comes after, and is asked from the new list. Published twice, it is published once.
    Raises Refused on a stale page, once the draft is dropped, and where nothing is different.
    """
    with transaction.atomic():
        _lock(by)
        row, earlier = _with_earlier(item_list_id, by)
        if row.published_at is not None:
            return row
        _refuse_settled(row)
        if row.revision != revision:
            raise Refused(_("Somebody changed this draft since you opened the page. Please read it again."))
        _put_in_force(row, earlier, by=by, now=now)
        told = _look_again(row, by=by, now=now) if row.raises_floors else 0
        record(by=by, verb="sessions.publish_items", what=row, now=now, version=row.version, told=told)
    return row


def _put_in_force(row: ItemList, earlier: ItemList | None, *, by: Actor, now: datetime) -> None:
    """Raises Refused where nothing is different from what is asked now."""
    before = items_of(earlier) if earlier else BUILT_IN
    row.entries = without_unused(row.entries, before)
    if not differing(before, items_of(row)):
        raise Refused(_("Nothing is different from what is asked now."))
    # Whoever is agreeing just now holds their pairing; from here on they wait until the new list is in force.
    held = Pairing.objects.filter(organisation_id=row.organisation_id).exclude(state=ENDED)
    list(held.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    if earlier:
        replace_items(item_list=earlier, now=now)
    row.raises_floors = raises_floors(before, items_of(row))
    move(ITEM_LIST_MOVES, "publish_items", row)
    row.published_at, row.published_by = now, by.actor
    row.save(update_fields=["entries", "raises_floors", "state", "published_at", "published_by"])
    # Whoever has a draft of an agreement before them reads the earlier list: they say yes once they have read this one.
    Agreement.objects.filter(organisation_id=row.organisation_id, state=DRAFT).update(
        revision=F("revision") + 1
    )


def replace_items(*, item_list: ItemList, now: datetime) -> None:
    """Let a list give way to the next one. Part of publishing, which holds the organisation's lock and records it."""
    move(ITEM_LIST_MOVES, "replace_items", item_list)
    item_list.save(update_fields=["state"])


def _look_again(row: ItemList, *, by: Actor, now: datetime) -> int:
    """Mark what was asked from an older list, and tell each supporter once; how many supporters."""
    rows = older_agreements(row.organisation_id, row.version)
    supporters = set(rows.values_list("pairing__supporter_id", flat=True))
    if not supporters:
        return 0
    rows.update(look_again_at=Coalesce("look_again_at", Value(now)), look_again_because=LookAgain.FLOOR.value)
    schedule_each(
        kind=SOMETHING_WAITS,
        object_id=row.pk,
        recipients=dict.fromkeys(sorted(supporters)),
        due_at=now,
        sender_name=row.organisation.sender_name,
        by=by,
        now=now,
    )
    return len(supporters)


def _lock(by: Actor) -> None:
    lock(f"item_lists:{by.organisation_id}")


def _locked(item_list_id: UUID) -> ItemList:
    rows = ItemList.objects.select_related("organisation")
    return rows.select_for_update(of=("self",)).get(pk=item_list_id)


def _with_earlier(item_list_id: UUID, by: Actor) -> tuple[ItemList, ItemList | None]:
    """A draft and what is in force, both locked, while the organisation’s lock is held."""
    rows = ItemList.objects.filter(Q(pk=item_list_id) | Q(state=IN_FORCE), organisation_id=by.organisation_id)
    held = rows.select_related("organisation").order_by("pk").select_for_update(of=("self",))
    found = {row.pk: row for row in held}
    row = found.pop(item_list_id)
    return row, next(iter(found.values()), None)


def _refuse_settled(row: ItemList) -> None:
    if row.state == DRAFT:
        return
    if row.state == WITHDRAWN:
        raise Refused(_("Somebody dropped this draft meanwhile. Begin a new one to change something."))
    raise Refused(_("Somebody published this draft meanwhile. Begin a new one to change something."))


def _keep(row: ItemList, entries: list[Entry]) -> None:
    row.entries = entries
    row.revision += 1
    row.save(update_fields=["entries", "revision"])


def _checked(entry: Entry) -> Entry:
    """The entry as it is stored. Raises Refused for a floor that cannot be."""
    own = BY_KEY.get(entry["key"])
    if own is not None and own.is_ethical:
        return {**entry, "asked": True, "floor": "", "because": ""}
    if not entry["floor"]:
        return {**entry, "because": ""}
    if entry["floor"] not in FLOORS:
        raise Refused(_("Please choose one of these."), "floor")
    if not entry["asked"]:
        raise Refused(_("Where you draw a firm line the question is always asked."), "asked")
    if not entry["because"]:
        raise Refused(_("Please give the reason. Both of them read it."), "because")
    return entry
