"""Who may see and do what with a peer's goals and strengths, and with the peer's own page.

They are the peer's. Whoever supports the peer now sees them; coordinators and supervisors never read a word.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.access import Access, LinkHolder, Member, Relation
from people.models import Role
from sessions.models import Goal, Pairing, Strength
from sessions.policies.pairings import is_mine, own_pairings
from sessions.states import ENDED, OPEN

ALL, MINE = Relation.ORGANISATION, Relation.MY_PAIRING
COORDINATOR, SUPPORTER = Role.COORDINATOR, Role.SUPPORTER
GOODBYE_STAYS = timedelta(
    days=30
)  # the peer's own page shows the goodbye note until this long after the ending

ACCESS: Access = {
    "goals": {SUPPORTER: MINE},
    "goal": {SUPPORTER: MINE},
    "set_goal": {SUPPORTER: MINE},
    "edit_goal": {SUPPORTER: MINE},
    "reach_goal": {SUPPORTER: MINE},
    "put_goal_aside": {SUPPORTER: MINE},
    "reopen_goal": {SUPPORTER: MINE},
    "add_goal_step": {SUPPORTER: MINE},
    "tick_goal_step": {SUPPORTER: MINE},
    "untick_goal_step": {SUPPORTER: MINE},
    "remove_goal_step": {SUPPORTER: MINE},
    "add_goal_entry": {SUPPORTER: MINE},
    "strengths": {SUPPORTER: MINE},
    "add_strength": {SUPPORTER: MINE},
    "remove_strength": {SUPPORTER: MINE},
    "make_own_page": {SUPPORTER: MINE},
    # A page in the wrong hands must end at once, also when the supporter is away or the pairing has ended.
    "revoke_own_page": {COORDINATOR: ALL, SUPPORTER: MINE},
}


def goals_visible_to(member: Member) -> QuerySet[Goal]:
    """Goals of the peers whom a supporter supports now: those the peer leaves open, and what was closed since then.

    What somebody reached or put aside with an earlier supporter stays theirs until they open it again.
    """
    two = own_pairings(member).filter(peer_id=OuterRef("peer_id"))
    since = two.filter(introduced_at__lte=OuterRef("closed_at"))
    rows = Goal.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(Q(Exists(two), state=OPEN) | Q(Exists(since)))


def strengths_visible_to(member: Member) -> QuerySet[Strength]:
    """What carries the peers whom a supporter supports now, with what was taken away again."""
    rows = Strength.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(peer_id__in=own_pairings(member).values("peer_id"))


def pairings_of_link(link: LinkHolder, now: datetime) -> QuerySet[Pairing]:
    """The pairing a peer's own page was made for: while it lasts, and for the goodbye a month after."""
    if link.peer_id is None:
        return Pairing.objects.none()
    rows = Pairing.objects.filter(organisation_id=link.organisation_id, peer_id=link.peer_id)
    return rows.filter(pk=link.object_id).filter(~Q(state=ENDED) | Q(ended_at__gt=now - GOODBYE_STAYS))


def goals_of_link(link: LinkHolder) -> QuerySet[Goal]:
    """All goals of the peer whose own page it is."""
    if link.peer_id is None:
        return Goal.objects.none()
    return Goal.objects.filter(organisation_id=link.organisation_id, peer_id=link.peer_id)


def strengths_of_link(link: LinkHolder) -> QuerySet[Strength]:
    """All that carries the peer whose own page it is, with what was taken away again."""
    if link.peer_id is None:
        return Strength.objects.none()
    return Strength.objects.filter(organisation_id=link.organisation_id, peer_id=link.peer_id)


def can_reach_goal_goal(member: Member, goal: Goal) -> bool:
    """Noted by whoever supports the peer now; the peer does so on their own page."""
    return _supports(member, goal)


def can_put_goal_aside_goal(member: Member, goal: Goal) -> bool:
    """Noted by whoever supports the peer now; the peer does so on their own page."""
    return _supports(member, goal)


def can_reopen_goal_goal(member: Member, goal: Goal) -> bool:
    """Noted by whoever supports the peer now; the peer does so on their own page."""
    return _supports(member, goal)


def can_edit_goal(member: Member, goal: Goal) -> bool:
    """Its words, steps and entries: noted by whoever supports the peer now."""
    return _supports(member, goal)


def can_edit_strength(member: Member, strength: Strength) -> bool:
    """What carries the peer is noted by whoever supports them now."""
    return own_pairings(member).filter(peer_id=strength.peer_id).exists()


def can_make_own_page_pairing(member: Member, pairing: Pairing) -> bool:
    """The supporter hands it over."""
    return is_mine(member, pairing)


def can_revoke_own_page_pairing(member: Member, pairing: Pairing) -> bool:
    """The supporter as long as the pairing lasts, a coordinator always."""
    return member.is_coordinator() or is_mine(member, pairing)


def _supports(member: Member, goal: Goal) -> bool:
    return own_pairings(member).filter(peer_id=goal.peer_id).exists()
