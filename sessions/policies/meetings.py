"""Who may see and do what with groups' meetings, places in them and notes about them."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.access import Access, Member, Relation
from people.models import Group, Membership, Role
from people.policies import groups_visible_to
from sessions.models import Hold, MeetingSeries, PeerSession
from sessions.states import BOOKED

ALL, MINE, THEIRS = Relation.ORGANISATION, Relation.MY_GROUP, Relation.SUPERVISEES
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR
LOOK = {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS}
LEAD = {COORDINATOR: ALL, SUPPORTER: MINE}

ACCESS: Access = {
    "meetings": LOOK,
    "meeting": LOOK,
    "series": LOOK,
    "plan_meeting": LEAD,
    "move_meeting": LEAD,
    "cancel_meeting": LEAD,
    "step_in": LEAD,
    "step_out": LEAD,
    "plan_series": LEAD,
    "change_series": LEAD,
    "end_series": LEAD,
    # Who facilitates a group, and whether it goes on, decides about its meetings.
    "begin_facilitating": {COORDINATOR: ALL},
    "end_facilitating": {COORDINATOR: ALL},
    "archive_group": {COORDINATOR: ALL},
}


def meetings_visible_to(member: Member) -> QuerySet[PeerSession]:
    """Meetings of the groups a member sees; and to whoever stands in at one, that one until it is closed.

    Who facilitated the group once and no longer does is not let in again by time that was held for them then. Each row
    knows `leads`: whether the reader facilitates its group, so that no button asks again.
    """
    rows = PeerSession.objects.filter(organisation_id=member.organisation_id, group__isnull=False)
    if member.is_coordinator():
        return rows
    groups = groups_visible_to(member)
    here = Hold.objects.filter(supporter_id=member.id, released_at__isnull=True)
    here = here.exclude(peer_session__group__facilitators__membership_id=member.id)
    stands_in = Q(state=BOOKED, pk__in=here.values("peer_session_id"))
    seen = rows.filter(Q(group__in=groups) | stands_in)
    return seen.annotate(leads=Exists(groups.filter(pk=OuterRef("group_id"))))


def series_visible_to(member: Member) -> QuerySet[MeetingSeries]:
    """Series of the groups a member sees."""
    rows = MeetingSeries.objects.filter(organisation_id=member.organisation_id)
    return rows if member.is_coordinator() else rows.filter(group__in=groups_visible_to(member))


def people_who_can_step_in(member: Member) -> QuerySet[Membership]:
    """Whom a member may ask to be there: coordinators anybody who works here now, others themselves."""
    rows = Membership.objects.filter(organisation_id=member.organisation_id, ends_at__isnull=True)
    return rows if member.is_coordinator() else rows.filter(pk=member.id)


def leads(member: Member, meeting: PeerSession) -> bool:
    """Whether somebody plans and changes this meeting: coordinators, and supporters who facilitate its group."""
    if not member.is_supporter():
        return member.is_coordinator()
    known: bool | None = getattr(meeting, "leads", None)
    return groups_visible_to(member).filter(meetings=meeting).exists() if known is None else known


def can_plan_meeting_group(member: Member, group: Group) -> bool:
    """Coordinators for every group; a supporter sees only groups they facilitate, and plans for those."""
    return member.is_coordinator() or member.is_supporter()


def can_plan_series_group(member: Member, group: Group) -> bool:
    """Whoever plans one meeting plans many."""
    return can_plan_meeting_group(member, group)


def can_change_series_meetingseries(member: Member, series: MeetingSeries) -> bool:
    """Coordinators every series; a supporter sees only those of groups they facilitate, and changes them."""
    return member.is_coordinator() or member.is_supporter()


def can_end_series_meetingseries(member: Member, series: MeetingSeries) -> bool:
    """Whoever may change a series may end it."""
    return can_change_series_meetingseries(member, series)


def can_move_meeting_peersession(member: Member, meeting: PeerSession) -> bool:
    """Coordinators, and the group's own facilitators."""
    return leads(member, meeting)


def can_cancel_meeting_peersession(member: Member, meeting: PeerSession) -> bool:
    """Coordinators, and the group's own facilitators."""
    return leads(member, meeting)


def can_close_meeting_peersession(member: Member, meeting: PeerSession) -> bool:
    """Coordinators, and the group's own facilitators."""
    return leads(member, meeting)


def can_step_in_peersession(member: Member, meeting: PeerSession) -> bool:
    """Coordinators for others, the group's own facilitators for themselves."""
    return leads(member, meeting)


def can_step_out_peersession(member: Member, meeting: PeerSession) -> bool:
    """Coordinators for others; a supporter for themselves, also when they only stand in."""
    return member.is_coordinator() or member.is_supporter()
