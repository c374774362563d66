"""A member's private link to the meetings of their group: made and passed on, mailed, ended, opened."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.actions import Actor, record, record_id
from lib.refusal import Refused
from people.access import LinkHolder
from people.actions import links
from people.models import GroupMember, PrivateLink
from people.models.links import LinkPurpose
from reminders.actions import cancel_for_all, send_now
from reminders.queries import address_of
from reminders.states import OWN_PAGE
from sessions.actions.place_notices import new_link


def make_group_link(*, group_member_id: UUID, by_mail: bool, by: Actor, now: datetime) -> PrivateLink:
    """The member's link: the one that works, or a new one. Asked for twice it is the same, so nobody's link dies.

    Raises Refused for somebody who left the group, and where it should go by mail to a peer without an address.
    """
    with transaction.atomic():
        member = _locked(group_member_id)
        if member.left_at is not None:
            raise Refused(_("They do not belong to this group any more."))
        if by_mail and not address_of(member.peer_id, member.peer.data_key):
            raise Refused(_("We have no address for them. Show them the link here instead."), field="by_mail")
        link = _working(member, now).order_by("created_at").last()
        if link is None:
            link_id = new_link(member.pk, member.peer_id, until=now, by=by, now=now)
            link = PrivateLink.objects.get(pk=link_id)
        if by_mail:
            _send(link, member, by=by, now=now)
        record(by=by, verb="sessions.make_group_link", what=link, now=now, by_mail=by_mail)
    return link


def revoke_group_link(*, group_member_id: UUID, by: Actor, now: datetime) -> int:
    """Let the member's links stop working this minute; how many that were."""
    with transaction.atomic():
        member = _locked(group_member_id)
        ids = list(_working(member, now).values_list("pk", flat=True))
        links.revoke_links(object_id=member.pk, now=now)
        if ids:
            cancel_for_all(object_ids=ids, by=by, now=now)
            record(by=by, verb="sessions.revoke_group_link", what=member, now=now, links=len(ids))
    return len(ids)


def open_group_link(*, by: LinkHolder, now: datetime) -> None:
    """A person, not a program that looks ahead, has opened the link: each time in the trail."""
    with transaction.atomic():
        links.open_link(link_id=by.link_id, now=now)
        kind = PrivateLink._meta.label_lower
        record_id(by=by, verb="sessions.open_link", kind=kind, object_id=str(by.link_id), now=now, detail={})


def _locked(group_member_id: UUID) -> GroupMember:
    related = GroupMember.objects.select_related("peer__data_key", "organisation")
    return related.select_for_update(of=("self",)).get(pk=group_member_id)


def _working(member: GroupMember, now: datetime) -> QuerySet[PrivateLink]:
    return PrivateLink.objects.working(LinkPurpose.GROUP, now).filter(object_id=member.pk)


def _send(link: PrivateLink, member: GroupMember, *, by: Actor, now: datetime) -> None:
    send_now(
        kind=OWN_PAGE,
        object_id=link.pk,
        recipient_id=member.peer_id,
        slot=f"{now:%Y-%m-%dT%H:%M}",  # asked for again later, it goes out again; a second press sends nothing
        sender_name=member.organisation.sender_name,
        link_id=link.pk,
        by=by,
        now=now,
    )
