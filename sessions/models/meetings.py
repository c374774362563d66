"""Places in a group's meeting, and what is noted after it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from lib.sealing.models import SealedField
from people.models import Organisation, Peer
from sessions.models.bookings import PeerSession
from sessions.states import GIVEN_BACK, LAPSED, OCCUPIES, OFFERED, PLACE_MOVES, TAKEN, WAITING_FOR


class Attended(models.TextChoices):
    """Whether somebody was there."""

    CAME = "came", _("came")
    STAYED_AWAY = "stayed_away", _("was not there")


class MeetingPlace(models.Model):
    """A peer's place in one meeting, or in the line for it: first come, by `asked_at`.

    An offer holds the place until `offer_ends_at`, and passes on after it. One row for each peer and meeting.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer_session = models.ForeignKey(PeerSession, on_delete=models.PROTECT, related_name="meeting_places")
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="meeting_places")
    state = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    offer_ends_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    attended = models.CharField(max_length=12, choices=Attended.choices, blank=True)
    introduced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer_session", "peer"], name="sessions_one_place_each"),
            models.CheckConstraint(
                name="sessions_place_state",
                condition=Q(state__in=[WAITING_FOR, OFFERED, TAKEN, GIVEN_BACK, LAPSED]),
            ),
            models.CheckConstraint(
                name="sessions_place_offer",
                condition=Q(state=OFFERED, offer_ends_at__isnull=False) | ~Q(state=OFFERED),
            ),
            models.CheckConstraint(
                name="sessions_place_attended", condition=Q(attended__in=["", *Attended.values])
            ),
        ]
        indexes = [
            models.Index(
                fields=["offer_ends_at"], condition=Q(state=OFFERED), name="sessions_place_offers_end"
            ),
            models.Index(fields=["organisation", "peer", "state"], name="sessions_place_by_peer"),
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(PLACE_MOVES, verb, self.state)

    def occupies(self) -> bool:
        """Whether nobody else can have it now."""
        return self.state in OCCUPIES


class Temperature(models.IntegerChoices):
    """How safe a group felt as a whole, as its facilitators sensed it; never by person."""

    CALM = 5, _("calm and open")
    MOSTLY_CALM = 4, _("mostly calm")
    MIXED = 3, _("mixed")
    TENSE = 2, _("tense")
    UNSAFE = 1, _("not safe enough")


class MeetingNote(models.Model):
    """What was noted after a meeting, without names. Sealed with the group's key; added once, never rewritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer_session = models.OneToOneField(PeerSession, on_delete=models.PROTECT, related_name="meeting_note")
    text = SealedField()
    temperature = models.PositiveSmallIntegerField(choices=Temperature.choices)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_note_temperature", condition=Q(temperature__in=Temperature.values)
            ),
        ]
