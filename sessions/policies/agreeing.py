"""Who may see and do what: laying an agreement before both, talking differences through, and answering."""

from django.db.models import QuerySet

from people.access import Access, Member, Relation
from people.models import Role
from sessions.models import Agreement, AgreementAnswer, PaperCopy
from sessions.policies.pairings import agreements_visible_to, is_mine

MINE, SUPPORTER = Relation.MY_PAIRING, Role.SUPPORTER

ACCESS: Access = {
    "settle_points": {SUPPORTER: MINE},
    "propose": {SUPPORTER: MINE},
    "answer": {SUPPORTER: MINE},
    "add_paper_copy": {SUPPORTER: MINE},
    "paper_copy": {SUPPORTER: MINE},
    "paper_picture": {SUPPORTER: MINE},
}


def answers_visible_to(member: Member) -> QuerySet[AgreementAnswer]:
    """What was answered to agreements: a supporter's own pairings, like what the agreements say."""
    return AgreementAnswer.objects.filter(agreement__in=agreements_visible_to(member))


def paper_copies_visible_to(member: Member) -> QuerySet[PaperCopy]:
    """Pictures of what was signed: a supporter's own pairings."""
    return PaperCopy.objects.filter(answer__in=answers_visible_to(member))


def can_settle_points_agreement(member: Member, agreement: Agreement) -> bool:
    """The supporter notes what the two made of their differences; the peer does so on their own page."""
    return is_mine(member, agreement.pairing)


def can_propose_agreement(member: Member, agreement: Agreement) -> bool:
    """The supporter lays it before both."""
    return is_mine(member, agreement.pairing)


def can_answer_agreement(member: Member, agreement: Agreement) -> bool:
    """The supporter answers for themselves, and notes what the peer says; the peer answers on their own page."""
    return is_mine(member, agreement.pairing)


def can_add_paper_copy_agreementanswer(member: Member, answer: AgreementAnswer) -> bool:
    """The supporter, who noted the answer that was given on paper."""
    return is_mine(member, answer.agreement.pairing)
