"""Groups: who they are for, who comes, who facilitates."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from lib.sealing.models import DataKey
from people.models.members import Membership
from people.models.organisations import Organisation
from people.models.peers import Peer
from people.states import ACTIVE, ARCHIVED, GROUP_MOVES


class Group(models.Model):
    """A group of peers that meets. Whom it is for and why is stated openly."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    for_whom = models.CharField(_("whom it is for"), max_length=300, blank=True)
    why = models.CharField(_("why it is for them"), max_length=300, blank=True)
    childcare = models.CharField(_("childcare"), max_length=200, blank=True)
    travel = models.CharField(_("travel costs"), max_length=200, blank=True)
    most_members = models.PositiveSmallIntegerField(_("places"), default=12)
    state = models.CharField(max_length=10, default=ACTIVE)
    archived_at = models.DateTimeField(null=True)
    archived_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    revision = models.PositiveIntegerField(default=0)
    # Seals what is noted about the group as a whole; made when something is noted for the first time.
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="people_group_state", condition=Q(state__in=[ACTIVE, ARCHIVED])),
            models.CheckConstraint(
                name="people_group_archived",
                condition=Q(state=ACTIVE, archived_at__isnull=True, archived_by="")
                | (Q(state=ARCHIVED, archived_at__isnull=False) & ~Q(archived_by="")),
            ),
            models.CheckConstraint(
                name="people_group_places", condition=Q(most_members__gte=2, most_members__lte=60)
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "name", "id"], name="people_group_by_name")]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state; what is no move, such as editing, always may."""
        return verb not in GROUP_MOVES or may(GROUP_MOVES, verb, self.state)


class GroupMember(models.Model):
    """A peer belongs to a group, from–to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="groups")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "peer"], condition=Q(left_at__isnull=True), name="people_once_in_a_group"
            ),
            models.CheckConstraint(
                name="people_group_member_from_to",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at")),
            ),
        ]


class Facilitator(models.Model):
    """Somebody who runs a group, from–to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="facilitators")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="facilitates")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "membership"],
                condition=Q(ends_at__isnull=True),
                name="people_once_facilitator",
            ),
            models.CheckConstraint(
                name="people_facilitator_from_to",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
        ]
