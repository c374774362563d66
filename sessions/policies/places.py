"""Who may see and do what with places in meetings, who came, what was made ready, and what was noted afterwards."""

from django.db.models import QuerySet

from people.access import Access, LinkHolder, Member, Relation
from people.models import GroupMember, Role
from people.policies import group_members_visible_to
from sessions.models import Draft, MeetingNote, MeetingPlace, PeerSession
from sessions.policies.meetings import LEAD, meetings_visible_to

MINE, SUPPORTER = Relation.MY_GROUP, Role.SUPPORTER
WROTE = {SUPPORTER: MINE}

ACCESS: Access = {
    "take_place": LEAD,
    "await_place": LEAD,
    "give_back": LEAD,
    "give_places": LEAD,
    "attendance": LEAD,
    "ready": LEAD,
    "make_group_link": LEAD,
    "revoke_group_link": LEAD,
    # What was noted stays with those who were there; coordinators see that there is a note, and never read it.
    "meeting_note": WROTE,
    "meeting_note_draft": WROTE,
    "read_meeting_note": WROTE,
}


def places_visible_to(member: Member) -> QuerySet[MeetingPlace]:
    """Places in the meetings that a member sees."""
    rows = MeetingPlace.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(peer_session__in=meetings_visible_to(member).order_by().values("pk"))


def meeting_notes_visible_to(member: Member) -> QuerySet[MeetingNote]:
    """What was noted after meetings: the facilitators', nobody else's."""
    rows = MeetingNote.objects.filter(organisation_id=member.organisation_id)
    if not member.is_supporter():
        return rows.none()
    return rows.filter(peer_session__in=meetings_visible_to(member).order_by().values("pk"))


def meeting_drafts_visible_to(member: Member) -> QuerySet[Draft]:
    """What somebody typed about a meeting and has not sent yet is theirs alone."""
    rows = Draft.objects.filter(organisation_id=member.organisation_id, author_id=member.id)
    return rows.filter(form=Draft.Form.MEETING_NOTE, peer_session__group__isnull=False)


def linkable_members_visible_to(member: Member) -> QuerySet[GroupMember]:
    """Who can be given a private link: those who are in a group now."""
    return group_members_visible_to(member).filter(left_at__isnull=True)


def members_of_link(link: LinkHolder) -> QuerySet[GroupMember]:
    """Whom a private link to a group's meetings was made for; nobody once they have left."""
    rows = GroupMember.objects.filter(organisation_id=link.organisation_id, left_at__isnull=True)
    return rows.filter(pk=link.object_id, peer_id=link.peer_id) if link.peer_id else rows.none()


def meetings_of_link(link: LinkHolder) -> QuerySet[PeerSession]:
    """The meetings of the group that the link's holder belongs to."""
    rows = PeerSession.objects.filter(organisation_id=link.organisation_id, group__isnull=False)
    return rows.filter(group__members__in=members_of_link(link))


def runs(member: Member) -> bool:
    """Whether a member runs the meetings they see: coordinators, and supporters, who see only those they are at."""
    return member.is_coordinator() or member.is_supporter()


def can_take_place_meetingplace(member: Member, place: MeetingPlace) -> bool:
    """Say for a peer that they come: whoever runs the meeting."""
    return runs(member)


def can_await_place_meetingplace(member: Member, place: MeetingPlace) -> bool:
    """Put a peer into the line: whoever runs the meeting."""
    return runs(member)


def can_give_back_meetingplace(member: Member, place: MeetingPlace) -> bool:
    """Say for a peer that they do not come: whoever runs the meeting."""
    return runs(member)


def can_offer_place_meetingplace(member: Member, place: MeetingPlace) -> bool:
    """Nobody chooses who is asked: the line does."""
    return False


def can_give_places_peersession(member: Member, meeting: PeerSession) -> bool:
    """Give everybody a place: whoever runs the meeting."""
    return runs(member)


def can_attendance_peersession(member: Member, meeting: PeerSession) -> bool:
    """Note who came: whoever runs the meeting."""
    return runs(member)


def can_ready_peersession(member: Member, meeting: PeerSession) -> bool:
    """Make it ready: whoever runs the meeting."""
    return runs(member)


def can_meeting_note_peersession(member: Member, meeting: PeerSession) -> bool:
    """Only who facilitates can write down what was."""
    return member.is_supporter()


def can_make_group_link_groupmember(member: Member, group_member: GroupMember) -> bool:
    """Coordinators for everybody; a supporter sees only members of groups they facilitate, and hands links to those."""
    return runs(member)


def can_revoke_group_link_groupmember(member: Member, group_member: GroupMember) -> bool:
    """Whoever can make a link can end it."""
    return runs(member)
