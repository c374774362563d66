"""Boundary sheets (one side's answers) and agreements (both sides, the stricter answer holding, frozen)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from lib.sealing.models import SealedField
from people.models import Organisation
from sessions.models.pairings import Pairing
from sessions.states import AGREEMENT_MOVES, BEING_MADE, DRAFT, IN_FORCE, PROPOSED, REPLACED, WITHDRAWN


class Side(models.TextChoices):
    """Whose answers they are."""

    SUPPORTER = "supporter", _("peer supporter")
    PEER = "peer", _("peer")


class How(models.TextChoices):
    """How somebody answered."""

    SIGNED_IN = "signed_in", _("here, signed in")
    IN_PERSON = "in_person", _("in person, noted by the supporter")
    OWN_PAGE = "own_page", _("on their own page")
    PAPER = "paper", _("on paper, noted by the supporter")


class SaidTo(models.TextChoices):
    """What somebody answers to a version."""

    AGREES = "agrees", _("I agree")
    TALK = "talk", _("I want to talk about this")
    NO_LONGER = "no_longer", _("I no longer agree")


class LookAgain(models.TextChoices):
    """Why the two should look at their agreement again, before the day they chose."""

    FLOOR = "floor", _("the organisation’s own rules have changed")
    CHANGED = "changed", _("one of you said that something should change")
    CROSSED = "crossed", _("a boundary was crossed")


class BoundarySheet(models.Model):
    """One side's answers, item by item. Private to its author's side until shared; sealed with that person's key.

    `version` is that of the agreement it leads to: boundaries change, so each version has sheets of its own.
    `answers` is JSON in the shape sessions.wording.Answers documents.
    While `kept_private` the peer answers it on their own page, and the supporter does not see it before it is shared.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="sheets")
    version = models.PositiveIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    answers = SealedField()
    started_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)
    kept_private = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "version", "side"], name="sessions_one_sheet_for_each_side"
            ),
            models.CheckConstraint(name="sessions_sheet_side", condition=Q(side__in=Side.values)),
            models.CheckConstraint(
                name="sessions_sheet_private",
                condition=Q(kept_private=False) | Q(side=Side.PEER, shared_at__isnull=True),
            ),
        ]


class Agreement(models.Model):
    """What the two agreed: a version, frozen by the database once it is laid before both. Sealed with the peer's key.

    `body` is JSON in the shape sessions.wording.Body documents. Coordinators see state and dates, never the body.
    `item_list` is the version of the organisation's list it was asked from, 0 for the one that comes with PeerSafe.
    `review_on` is the day they agreed to look at it again. `look_again_on` is the one that counts now: they may have
    looked at it, last at `kept_at`, and kept it as it is. `look_again_at` is set where something asks for a look
    before that day; what holds still holds until then.
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
    item_list = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    look_again_on = models.DateField(null=True)
    look_again_at = models.DateTimeField(null=True)
    look_again_because = models.CharField(max_length=10, blank=True)
    kept_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "version"], name="sessions_agreement_version"),
            models.UniqueConstraint(
                fields=["pairing"], condition=Q(state=IN_FORCE), name="sessions_one_agreement_in_force"
            ),
            models.UniqueConstraint(
                fields=["pairing"], condition=Q(state__in=BEING_MADE), name="sessions_one_being_made"
            ),
            models.CheckConstraint(
                name="sessions_agreement_state",
                condition=Q(state__in=[DRAFT, PROPOSED, IN_FORCE, REPLACED, WITHDRAWN]),
            ),
            models.CheckConstraint(
                name="sessions_agreement_proposed",
                condition=Q(state=DRAFT, proposed_at__isnull=True)
                | Q(state__in=[PROPOSED, IN_FORCE, REPLACED], proposed_at__isnull=False)
                | Q(state=WITHDRAWN),
            ),
            models.CheckConstraint(
                name="sessions_agreement_in_force",
                condition=Q(state__in=BEING_MADE, in_force_at__isnull=True)
                | Q(state__in=[IN_FORCE, REPLACED], in_force_at__isnull=False)
                | Q(state=WITHDRAWN),
            ),
            models.CheckConstraint(
                name="sessions_agreement_left",
                condition=Q(state__in=[DRAFT, PROPOSED, IN_FORCE], left_at__isnull=True)
                | Q(state__in=[REPLACED, WITHDRAWN], left_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sessions_agreement_look_again",
                condition=Q(look_again_at__isnull=True, look_again_because="")
                | Q(look_again_at__isnull=False, look_again_because__in=LookAgain.values),
            ),
            models.CheckConstraint(
                name="sessions_agreement_look_again_on",
                condition=~Q(state=IN_FORCE) | Q(look_again_on__isnull=False),
            ),
            models.CheckConstraint(
                name="sessions_agreement_minutes", condition=Q(minutes__gte=10, minutes__lte=180)
            ),
            models.CheckConstraint(
                name="sessions_agreement_number", condition=Q(sessions_agreed__gte=1, sessions_agreed__lte=60)
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "state", "look_again_on"], name="sessions_agreement_by_review"
            )
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(AGREEMENT_MOVES, verb, self.state)


class AgreementAnswer(models.Model):
    """What one side said to one version: who, how, when. Added, never changed.

    One yes and one "no longer" for each side and version; "I want to talk about this" as often as somebody wants.
    `words` are what they want to talk about, sealed with the peer's key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="answers")
    side = models.CharField(max_length=10, choices=Side.choices)
    said = models.CharField(max_length=10, choices=SaidTo.choices, default=SaidTo.AGREES)
    how = models.CharField(max_length=12, choices=How.choices)
    words = SealedField()
    at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)

    class Meta:
        db_table = "peer_sessions_assent"  # as it was called when a yes was all that could be said
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "side", "said"],
                condition=~Q(said=SaidTo.TALK),
                name="sessions_one_answer_for_each_side",
            ),
            models.CheckConstraint(name="sessions_assent_side", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="sessions_assent_how", condition=Q(how__in=How.values)),
            models.CheckConstraint(name="sessions_answer_said", condition=Q(said__in=SaidTo.values)),
        ]


class AgreementKept(models.Model):
    """The two looked at what holds, and it stays as it is. Added, never changed.

    `look_again_on` is the day they chose next; `asked_at` and `asked_because` say what had asked for a look, if
    anything had.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="kept")
    look_again_on = models.DateField()
    asked_at = models.DateTimeField(null=True)
    asked_because = models.CharField(max_length=10, blank=True)
    kept_at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_kept_asked",
                condition=Q(asked_at__isnull=True, asked_because="")
                | Q(asked_at__isnull=False, asked_because__in=LookAgain.values),
            ),
        ]


class PaperCopy(models.Model):
    """A photo or a scan of what was signed on paper: optional, sealed with the peer's key, added once.

    `content` is a JPEG made anew from what was sent, without its metadata.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    answer = models.ForeignKey(AgreementAnswer, on_delete=models.PROTECT, related_name="copies")
    content = SealedField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
