"""Who may see and do what: the organisation's list of what a boundary sheet asks.

Everybody in the organisation reads what is asked; coordinators write it. It says nothing about anybody.
"""

from django.db.models import QuerySet

from people.access import Access, Member, Relation
from people.models import Role
from sessions.models import ItemList
from sessions.states import IN_FORCE, REPLACED

ALL = Relation.ORGANISATION
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    "item_list": {COORDINATOR: ALL, SUPPORTER: ALL, SUPERVISOR: ALL},
    "begin_items": {COORDINATOR: ALL},
    "item_draft": {COORDINATOR: ALL},
    "edit_item": {COORDINATOR: ALL},
    "add_item": {COORDINATOR: ALL},
    "drop_items": {COORDINATOR: ALL},
    "publish_items": {COORDINATOR: ALL},
}


def item_lists_visible_to(member: Member) -> QuerySet[ItemList]:
    """Coordinators see drafts too, those that were dropped as well; everybody else what was published."""
    rows = ItemList.objects.filter(organisation_id=member.organisation_id)
    return rows if member.is_coordinator() else rows.filter(state__in=[IN_FORCE, REPLACED])


def can_edit_item_itemlist(member: Member, item_list: ItemList) -> bool:
    """Coordinators say what is asked."""
    return member.is_coordinator()


def can_add_item_itemlist(member: Member, item_list: ItemList) -> bool:
    """Coordinators say what is asked."""
    return member.is_coordinator()


def can_drop_items_itemlist(member: Member, item_list: ItemList) -> bool:
    """Coordinators drop a draft, another coordinator's too."""
    return member.is_coordinator()


def can_publish_items_itemlist(member: Member, item_list: ItemList) -> bool:
    """Coordinators put a draft in force, another coordinator's too."""
    return member.is_coordinator()
