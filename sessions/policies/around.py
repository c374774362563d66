"""Who may see and do what around a session: space, preparation, opening, reflection, debrief."""

from django.db.models import QuerySet

from people.access import Access, LinkHolder, Member, Relation
from people.models import Membership, Role, Supervision
from people.models.links import LinkPurpose
from sessions.models import DebriefWish, PeerSession, Preparation, Reflection, SessionLog, SpaceWishes
from sessions.policies.pairings import is_mine, own_pairings

OWN, MINE, THEIRS = Relation.OWN, Relation.MY_PAIRING, Relation.SUPERVISEES
SUPPORTER, SUPERVISOR = Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    "prepare": {SUPPORTER: MINE},
    "space_wishes": {SUPPORTER: MINE},
    "opening": {SUPPORTER: MINE},
    "reflect": {SUPPORTER: MINE},
    "pattern": {SUPPORTER: OWN},
    "ask_debrief": {SUPPORTER: OWN},
    "settle_debrief": {SUPERVISOR: THEIRS},
    "debrief_list": {SUPPORTER: OWN, SUPERVISOR: THEIRS},
}


def space_wishes_visible_to(member: Member) -> QuerySet[SpaceWishes]:
    """What makes a space good for the peers of a supporter's open pairings; nobody else's, and nobody else sees it."""
    rows = SpaceWishes.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(peer__in=own_pairings(member).values("peer_id"))


def preparations_visible_to(member: Member) -> QuerySet[Preparation]:
    """What was made ready for the sessions of a supporter's own pairings, while they last."""
    rows = Preparation.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(peer_session__pairing__in=own_pairings(member))


def reflections_visible_to(member: Member) -> QuerySet[Reflection]:
    """Its author's alone: no supervisor, no coordinator, nobody once the membership has ended."""
    rows = Reflection.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(author_id=member.id) if member.is_supporter() else rows.none()


def debriefs_visible_to(member: Member) -> QuerySet[DebriefWish]:
    """That somebody asks for a debrief: a supporter's own, and those of the supporters one supervises now."""
    rows = DebriefWish.objects.filter(organisation_id=member.organisation_id)
    if member.is_supporter():
        return rows.filter(supporter_id=member.id)
    if not member.is_supervisor():
        return rows.none()
    return rows.filter(supporter__in=_supervisees(member))


def _supervisees(member: Member) -> QuerySet[Membership]:
    now_theirs = Supervision.objects.filter(organisation_id=member.organisation_id, ends_at__isnull=True)
    supporters = now_theirs.filter(supervisor_id=member.id).values("supporter_id")
    return Membership.objects.filter(organisation_id=member.organisation_id, pk__in=supporters)


def logs_of_link(link: LinkHolder) -> QuerySet[SessionLog]:
    """Logs that the holder of a private link may read: of their session or their pairing, and shown to them."""
    rows = SessionLog.objects.filter(organisation_id=link.organisation_id, shown_to_peer=True)
    if link.peer_id is None:
        return rows.none()
    rows = rows.filter(peer_session__pairing__peer_id=link.peer_id)
    if link.purpose == LinkPurpose.SESSION:
        return rows.filter(peer_session_id=link.object_id)
    if link.purpose == LinkPurpose.PAIRING:
        return rows.filter(peer_session__pairing_id=link.object_id)
    return rows.none()


def people_who_can_supervise(supporter: Member | Membership) -> QuerySet[Membership]:
    """Whoever a supporter's wishes go to, for a debrief or for more sessions: those who supervise them now."""
    rows = Membership.objects.here().filter(organisation_id=supporter.organisation_id)
    return rows.filter(supervises__supporter_id=supporter.id, supervises__ends_at__isnull=True).distinct()


def people_who_can_bring_together(member: Member | Membership) -> QuerySet[Membership]:
    """Whom to ask for another supporter, or for a supervisor: the coordinators, who bring people together."""
    return Membership.objects.here().filter(organisation_id=member.organisation_id, role=Role.COORDINATOR)


def can_prepare_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Whoever meets the peer makes the space ready."""
    return _meets(member, peer_session)


def can_opening_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Whoever meets the peer begins with them."""
    return _meets(member, peer_session)


def can_reflect_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Only who was there thinks about it, for themselves."""
    return _meets(member, peer_session)


def can_ask_debrief_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Only who was there asks to talk it over."""
    return _meets(member, peer_session)


def can_settle_debriefwish(member: Member, debrief: DebriefWish) -> bool:
    """A supervisor says that it was talked through; whose, the rows they see decide."""
    return member.is_supervisor()


def _meets(member: Member, peer_session: PeerSession) -> bool:
    return peer_session.pairing is not None and is_mine(member, peer_session.pairing)
