"""People: organisations, users and their roles, peers, groups, private links."""

from people.models.groups import Facilitator, Group, GroupMember
from people.models.links import Invitation, PrivateLink
from people.models.members import Membership, Role, Supervision
from people.models.organisations import Organisation
from people.models.peers import Assignment, CrisisContact, Peer
from people.models.users import User

__all__ = [
    "Assignment",
    "CrisisContact",
    "Facilitator",
    "Group",
    "GroupMember",
    "Invitation",
    "Membership",
    "Organisation",
    "Peer",
    "PrivateLink",
    "Role",
    "Supervision",
    "User",
]
