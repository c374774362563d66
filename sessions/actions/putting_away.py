"""A group is put away: its series end and its meetings to come are called off first, so that nobody comes in vain."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Actor
from people.actions import groups
from people.models import Group
from sessions.actions.meeting_time import in_line
from sessions.actions.meetings import call_off
from sessions.models import MeetingSeries, PeerSession, Why
from sessions.states import BOOKED


def archive_group(*, group_id: UUID, by: Actor, now: datetime) -> Group:
    """Put a group away and all that was planned for it, in one transaction. Raises Refused like the people's part.

    The meetings come first: whoever has a place is told while they still belong to the group.
    """
    with transaction.atomic():
        in_line(group_id)
        group = Group.objects.select_related("organisation").get(pk=group_id)
        coming = PeerSession.objects.filter(group=group, state=BOOKED, starts_at__gt=now)
        meetings = list(coming.select_for_update(of=("self",)).order_by("pk"))
        if meetings:
            call_off(group, meetings, why=Why.OTHER, by=by, now=now)
        MeetingSeries.objects.filter(group=group, ended_at__isnull=True).update(
            ended_at=now, ended_by=by.actor
        )
        return groups.archive_group(group_id=group_id, by=by, now=now)
