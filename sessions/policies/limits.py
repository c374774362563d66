"""Who may see and do what: a supporter's own limits, practising, and answers a supervisor hears of."""

from django.db.models import QuerySet

from people.access import Access, Member, Relation
from people.models import Role, Supervision
from sessions.models import FloorNote, LimitsSheet

OWN, THEIRS = Relation.OWN, Relation.SUPERVISEES
SUPPORTER, SUPERVISOR = Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    "limits": {SUPPORTER: OWN},
    "limits_sheet": {SUPPORTER: OWN},
    "finish_limits": {SUPPORTER: OWN},
    "limits_version": {SUPPORTER: OWN, SUPERVISOR: THEIRS},
    "show_limits": {SUPPORTER: OWN},
    "hide_limits": {SUPPORTER: OWN},
    "limits_list": {SUPERVISOR: THEIRS},
    "talk_limits": {SUPERVISOR: THEIRS},
    "floor_note_list": {SUPPORTER: OWN, SUPERVISOR: THEIRS},
    "floor_note": {SUPPORTER: OWN, SUPERVISOR: THEIRS},
    "settle_floor_note": {SUPERVISOR: THEIRS},
    "practice": {SUPPORTER: OWN, SUPERVISOR: OWN},
    "practice_case": {SUPPORTER: OWN, SUPERVISOR: OWN},
}


def limits_visible_to(member: Member) -> QuerySet[LimitsSheet]:
    """A supporter's own; a supervisor reads those of their supporters that are shown just now. Nobody else any."""
    rows = LimitsSheet.objects.filter(organisation_id=member.organisation_id)
    if member.is_supporter():
        return rows.filter(membership_id=member.id)
    if not member.is_supervisor():
        return rows.none()
    return rows.filter(shown_at__isnull=False, membership_id__in=_supervisees(member))


def floor_notes_visible_to(member: Member) -> QuerySet[FloorNote]:
    """A supporter's own, for nothing is said behind their back; a supervisor those of their supporters."""
    rows = FloorNote.objects.filter(organisation_id=member.organisation_id)
    if member.is_supporter():
        return rows.filter(supporter_id=member.id)
    if not member.is_supervisor():
        return rows.none()
    return rows.filter(supporter_id__in=_supervisees(member))


def _supervisees(member: Member) -> QuerySet[Supervision, object]:
    rows = Supervision.objects.filter(organisation_id=member.organisation_id, ends_at__isnull=True)
    return rows.filter(supervisor_id=member.id).values_list("supporter_id", flat=True)


def can_show_limits_limitssheet(member: Member, limits: LimitsSheet) -> bool:
    """Whose limits they are decides who reads them, once they are finished."""
    return limits.membership_id == member.id


def can_hide_limits_limitssheet(member: Member, limits: LimitsSheet) -> bool:
    """Whoever showed them takes them back."""
    return limits.membership_id == member.id


def can_talk_limits_limitssheet(member: Member, limits: LimitsSheet) -> bool:
    """A supervisor says that they were talked through; whose, the rows they see decide."""
    return member.is_supervisor()


def can_settle_floor_note_floornote(member: Member, note: FloorNote) -> bool:
    """A supervisor says that it was talked through; whose, the rows they see decide."""
    return member.is_supervisor()
