"""States of peers, groups and invitations."""

ACTIVE, ARCHIVED = "active", "archived"

PEER_MOVES = {
    "archive": ((ACTIVE,), ARCHIVED),
    "restore": ((ARCHIVED,), ACTIVE),
}
GROUP_MOVES = PEER_MOVES

SENT, ACCEPTED, WITHDRAWN = "sent", "accepted", "withdrawn"

INVITATION_MOVES = {
    "accept": ((SENT,), ACCEPTED),
    "withdraw": ((SENT,), WITHDRAWN),
}
