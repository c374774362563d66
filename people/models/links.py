"""Private links and invitations: ways in for people without an account."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from people.models.members import Role
from people.models.organisations import Organisation
from people.models.peers import Peer
from people.states import ACCEPTED, INVITATION_MOVES, SENT, WITHDRAWN


class LinkPurpose(models.TextChoices):
    """What a private link opens, and nothing besides."""

    SESSION = "session", _("a session")
    INVITATION = "invitation", _("an invitation")
    PAIRING = "pairing", _("a peer’s own page")
    GROUP = "group", _("the meetings of a group")
    CALENDAR = "calendar", _("a calendar")


class PrivateLinkRows(models.QuerySet["PrivateLink"]):
    """Private links, in the words of the practice."""

    def working(self, purpose: LinkPurpose, now: datetime) -> "PrivateLinkRows":
        """Those made for a purpose that open something at a moment."""
        return self.filter(purpose=purpose, revoked_at__isnull=True, expires_at__gt=now)


class PrivateLink(models.Model):
    """A random address for one person and one purpose: stored as a hash, expiring, revocable.

    The token itself is never stored: lib.tokens makes it from the id with a key outside the database.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=20, choices=LinkPurpose.choices)
    object_id = models.UUIDField()
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, null=True, related_name="links")
    token_hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    objects = PrivateLinkRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="people_link_purpose", condition=Q(purpose__in=LinkPurpose.values)),
        ]
        indexes = [models.Index(fields=["organisation", "object_id"], name="people_link_by_object")]

    def works(self, now: datetime) -> bool:
        """Whether it opens at a moment."""
        return self.revoked_at is None and now < self.expires_at


class Invitation(models.Model):
    """Somebody is asked by mail to join an organisation in a role."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(max_length=20, choices=Role.choices)
    state = models.CharField(max_length=10, default=SENT)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    answered_at = models.DateTimeField(null=True)
    link = models.OneToOneField(PrivateLink, on_delete=models.PROTECT, related_name="invitation")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=Q(state=SENT), name="people_one_open_invitation"
            ),
            models.CheckConstraint(
                name="people_invitation_state", condition=Q(state__in=[SENT, ACCEPTED, WITHDRAWN])
            ),
            models.CheckConstraint(
                name="people_invitation_answered",
                condition=Q(state=SENT, answered_at__isnull=True)
                | (~Q(state=SENT) & Q(answered_at__isnull=False)),
            ),
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(INVITATION_MOVES, verb, self.state)
