"""The peer's goals and strengths. They are the peer's: whoever supports them next finds them again."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from lib.sealing.models import SealedField
from people.models import Organisation, Peer
from sessions.states import GOAL_MOVES, OPEN, PUT_ASIDE, REACHED


class Goal(models.Model):
    """Something the peer wants, SMART for wellbeing: specific, meaningful, achievable, realistic, time-limited.

    Sealed with the peer's key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="goals")
    state = models.CharField(max_length=10, default=OPEN)
    title = SealedField()
    specific = SealedField()
    meaningful = SealedField()
    achievable = SealedField()
    realistic = SealedField()
    until_on = models.DateField(null=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_goal_state", condition=Q(state__in=[OPEN, REACHED, PUT_ASIDE])
            ),
            models.CheckConstraint(
                name="sessions_goal_closed",
                condition=Q(state=OPEN, closed_at__isnull=True)
                | (~Q(state=OPEN) & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "peer", "state"], name="sessions_goal_by_peer")]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state; what is no move, such as a step, may while it is open."""
        return may(GOAL_MOVES, verb, self.state) if verb in GOAL_MOVES else self.state == OPEN


class GoalStep(models.Model):
    """A step towards a goal."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="steps")
    text = SealedField()
    added_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)


class GoalEntry(models.Model):
    """Something on the way: progress, a setback (recovery is not a straight line), something to celebrate."""

    class Kind(models.TextChoices):
        """What it is."""

        PROGRESS = "progress", _("a step forward")
        SETBACK = "setback", _("a setback")
        CELEBRATION = "celebration", _("something to celebrate")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = SealedField()
    at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_goal_entry_kind", condition=Q(kind__in=["progress", "setback", "celebration"])
            ),
        ]


class Strength(models.Model):
    """What carries the peer: a strength, a resource, a person who helps. Sealed with the peer's key."""

    class Kind(models.TextChoices):
        """What it is; of a person, how they help."""

        STRENGTH = "strength", _("a strength of mine")
        RESOURCE = "resource", _("something that does me good")
        LISTENS = "listens", _("somebody who listens")
        LENDS_A_HAND = "lends_a_hand", _("somebody who lends a hand")
        KNOWS = "knows", _("somebody who knows their way around")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="strengths")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = SealedField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_strength_kind",
                condition=Q(kind__in=["strength", "resource", "listens", "lends_a_hand", "knows"]),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "peer"], name="sessions_strength_by_peer")]
