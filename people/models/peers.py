"""Peers, and who is assigned to them."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from lib.sealing.models import DataKey, SealedField
from people.models.members import Membership
from people.models.organisations import Organisation
from people.states import ACTIVE, ARCHIVED, PEER_MOVES


class Peer(models.Model):
    """The person who is supported. Needs no account; how to reach them lies sealed in reminders."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(_("name they like to be called by"), max_length=80)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/London")
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    state = models.CharField(max_length=10, default=ACTIVE)
    archived_at = models.DateTimeField(null=True)
    archived_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    revision = models.PositiveIntegerField(default=0)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="people_peer_state", condition=Q(state__in=[ACTIVE, ARCHIVED])),
            models.CheckConstraint(
                name="people_peer_archived",
                condition=Q(state=ACTIVE, archived_at__isnull=True, archived_by="")
                | (Q(state=ARCHIVED, archived_at__isnull=False) & ~Q(archived_by="")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "name", "id"], name="people_peer_by_name")]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state; what is no move, such as editing, always may."""
        return verb not in PEER_MOVES or may(PEER_MOVES, verb, self.state)


class AssignmentRows(models.QuerySet["Assignment"]):
    """Assignments, in the words of the practice."""

    def open(self, now: datetime) -> "AssignmentRows":
        """Those that give access at a moment."""
        return self.filter(starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


class Assignment(models.Model):
    """The fact that a supporter may see a peer, from–to. The reason, a pairing, lives above in sessions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="assignments")
    supporter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="assignments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    objects = AssignmentRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["peer", "supporter"], condition=Q(ends_at__isnull=True), name="people_one_assignment"
            ),
            models.CheckConstraint(
                name="people_assignment_from_to",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "supporter"], name="people_assignment_by_supporter")]


class CrisisContact(models.Model):
    """Whom the peer trusts, and what helps them when it gets hard. Sealed with the peer's key.

    `body` is JSON in the shape people.actions.crisis_contacts.Wishes documents. The peer reads it on their own page;
    anybody else only through an escalation, and the opening is noted. `has_person` says that somebody is named.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer = models.OneToOneField(Peer, on_delete=models.PROTECT, related_name="crisis_contact")
    body = SealedField()
    has_person = models.BooleanField(default=False)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)
    revision = models.PositiveIntegerField(default=0)
