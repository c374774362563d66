"""Boundary sheets (one side's answers) and agreements (both sides, the stricter answer holding, frozen)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from lib.sealing.models import SealedField
from people.models import Organisation
from sessions.models.pairings import Pairing
from sessions.states import AGREEMENT_MOVES, DRAFT, IN_FORCE, REPLACED, WITHDRAWN


class Side(models.TextChoices):
    """Whose answers they are."""

    SUPPORTER = "supporter", _("peer supporter")
    PEER = "peer", _("peer")


class How(models.TextChoices):
    """How somebody said yes."""

    SIGNED_IN = "signed_in", _("here, signed in")
    IN_PERSON = "in_person", _("in person, noted by the supporter")


class BoundarySheet(models.Model):
    """One side's answers, item by item. Private to its author's side until shared; sealed with that person's key.

    `version` is that of the agreement it leads to: boundaries change, so each version has sheets of its own.
    `answers` is JSON: {item key: {"answer": "never" | "maybe" | "always", "note": text}}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="sheets")
    version = models.PositiveIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    answers = SealedField()
    started_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "version", "side"], name="sessions_one_sheet_for_each_side"
            ),
            models.CheckConstraint(name="sessions_sheet_side", condition=Q(side__in=Side.values)),
        ]


class Agreement(models.Model):
    """What the two agreed: a version, frozen by the database once it is in force. Sealed with the peer's key.

    `body` is JSON in the shape sessions.wording.Body documents. Coordinators see state and dates, never the body.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default=DRAFT)
    body = SealedField()
    sessions_agreed = models.PositiveSmallIntegerField(_("how many sessions"), default=6)
    minutes = models.PositiveSmallIntegerField(_("how long each one lasts, in minutes"), default=50)
    rhythm = models.CharField(_("how often"), max_length=20, default="each_time")
    review_on = models.DateField(_("when to look at this again"))
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=80)
    in_force_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "version"], name="sessions_agreement_version"),
            models.UniqueConstraint(
                fields=["pairing"], condition=Q(state=IN_FORCE), name="sessions_one_agreement_in_force"
            ),
            models.UniqueConstraint(fields=["pairing"], condition=Q(state=DRAFT), name="sessions_one_draft"),
            models.CheckConstraint(
                name="sessions_agreement_state", condition=Q(state__in=[DRAFT, IN_FORCE, REPLACED, WITHDRAWN])
            ),
            models.CheckConstraint(
                name="sessions_agreement_in_force",
                condition=(Q(state=DRAFT, in_force_at__isnull=True))
                | Q(state__in=[IN_FORCE, REPLACED], in_force_at__isnull=False)
                | Q(state=WITHDRAWN),
            ),
            models.CheckConstraint(
                name="sessions_agreement_left",
                condition=Q(state__in=[DRAFT, IN_FORCE], left_at__isnull=True)
                | Q(state__in=[REPLACED, WITHDRAWN], left_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sessions_agreement_minutes", condition=Q(minutes__gte=10, minutes__lte=180)
            ),
            models.CheckConstraint(
                name="sessions_agreement_number", condition=Q(sessions_agreed__gte=1, sessions_agreed__lte=60)
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "review_on"], name="sessions_agreement_by_review")
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(AGREEMENT_MOVES, verb, self.state)


class Assent(models.Model):
    """One side said yes to one version: who, how, when. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="assents")
    side = models.CharField(max_length=10, choices=Side.choices)
    how = models.CharField(max_length=12, choices=How.choices)
    at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "side"], name="sessions_one_assent_for_each_side"),
            models.CheckConstraint(name="sessions_assent_side", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="sessions_assent_how", condition=Q(how__in=How.values)),
        ]
