"""Memberships (who works here, as what, from when to when) and supervision (who supports whom)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.sealing.models import DataKey
from people.models.organisations import Organisation


class Role(models.TextChoices):
    """What somebody does in an organisation; docs/ARCHITECTURE.md leads to who sees what."""

    COORDINATOR = "coordinator", _("Coordinator")
    SUPPORTER = "supporter", _("Peer supporter")
    SUPERVISOR = "supervisor", _("Supervisor")


class MembershipRows(models.QuerySet["Membership"]):
    """Memberships, in the words of the practice."""

    def active(self, now: datetime) -> "MembershipRows":
        """Those that count at a moment."""
        return self.filter(starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))

    def here(self) -> "MembershipRows":
        """Those that nobody has ended: what an action asks under a lock, for its `now` may be older than the ending."""
        return self.filter(ends_at__isnull=True)

    def supporters(self) -> "MembershipRows":
        """Peer supporters only."""
        return self.filter(role=Role.SUPPORTER)


class Membership(models.Model):
    """One person, one role, one organisation, from–to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    # A fact without its reason: only safeguarding knows why somebody pauses.
    paused_until = models.DateTimeField(null=True, blank=True)
    most_peers = models.PositiveSmallIntegerField(_("most peers at a time"), default=5)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")

    objects = MembershipRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(ends_at__isnull=True),
                name="people_one_open_membership",
            ),
            models.CheckConstraint(name="people_membership_role", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="people_membership_from_to",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(
                name="people_membership_ended_by",
                condition=Q(ends_at__isnull=True, ended_by="") | (Q(ends_at__isnull=False) & ~Q(ended_by="")),
            ),
            models.CheckConstraint(
                name="people_membership_most_peers", condition=Q(most_peers__gte=0, most_peers__lte=40)
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role", "id"], name="people_membership_by_role")]

    def is_active(self, now: datetime) -> bool:
        """Whether it counts at a moment."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


class Supervision(models.Model):
    """A supervisor supports a supporter, from–to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    supervisor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="supervises")
    supporter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="supervised_by")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supervisor", "supporter"],
                condition=Q(ends_at__isnull=True),
                name="people_one_supervision",
            ),
            models.CheckConstraint(
                name="people_nobody_supervises_self", condition=~Q(supervisor=F("supporter"))
            ),
            models.CheckConstraint(
                name="people_supervision_from_to",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
        ]
