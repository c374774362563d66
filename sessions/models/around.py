"""Around a session: what makes a space good for a peer, what is made ready, what its supporter thinks later."""

from django.db import models

from lib.ids import new_id
from lib.sealing.models import SealedField
from people.models import Membership, Organisation, Peer
from sessions.models.bookings import PeerSession


class SpaceWishes(models.Model):
    """What makes a space good for this peer, remembered for every session. Sealed with the peer's key.

    `wishes` is JSON in the shape sessions.spaces.Wishes documents. Music only since the peer agreed to it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer = models.OneToOneField(Peer, on_delete=models.PROTECT, related_name="space_wishes")
    wishes = SealedField()
    music_agreed_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)
    revision = models.PositiveIntegerField(default=0)


class Preparation(models.Model):
    """What was made ready for a session or a meeting: `ticked` holds keys of the list that belongs to its kind.

    (Of a session: sessions.spaces.READY.)
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer_session = models.OneToOneField(PeerSession, on_delete=models.PROTECT, related_name="preparation")
    ticked = models.JSONField(default=list)
    ticked_at = models.DateTimeField()
    ticked_by = models.CharField(max_length=80)
    revision = models.PositiveIntegerField(default=0)


class Reflection(models.Model):
    """A supporter's own thoughts about a session, for nobody else's eyes. Sealed with the supporter's key.

    `body` is JSON in the shape sessions.trust.Thoughts documents.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer_session = models.ForeignKey(PeerSession, on_delete=models.PROTECT, related_name="reflections")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="reflections")
    body = SealedField()
    saved_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer_session", "author"], name="sessions_one_reflection_each"),
        ]


class DebriefWish(models.Model):
    """A supporter asks to talk a session over with their supervisor: that they ask, never why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    supporter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="debrief_wishes")
    peer_session = models.ForeignKey(
        PeerSession, on_delete=models.PROTECT, null=True, related_name="debrief_wishes"
    )
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supporter", "peer_session"],
                condition=models.Q(settled_at__isnull=True),
                name="sessions_one_open_debrief",
            ),
            models.CheckConstraint(
                name="sessions_debrief_settled",
                condition=models.Q(settled_at__isnull=True, settled_by="")
                | (models.Q(settled_at__isnull=False) & ~models.Q(settled_by="")),
            ),
        ]
