"""Session logs: short, in plain words, the supporter's own; visible to the peer unless there is a reason."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.sealing.models import SealedField
from people.models import Membership, Organisation
from sessions.models.bookings import PeerSession


class Fit(models.TextChoices):
    """Whether the boundaries still fit: `today only` expires by itself."""

    SAME = "same", _("yes, they still fit")
    CHANGED = "changed", _("something should change")
    TODAY_ONLY = "today_only", _("something was different, today only")


class SessionLog(models.Model):
    """What was noted after a session. Sealed with the peer's key; added once, never rewritten."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer_session = models.OneToOneField(PeerSession, on_delete=models.PROTECT, related_name="log")
    warm_up = SealedField()
    what_mattered = SealedField()
    cool_down = SealedField()
    fit = models.CharField(max_length=12, choices=Fit.choices)
    fit_note = SealedField()
    lasted_minutes = models.PositiveSmallIntegerField(
        null=True
    )  # as the supporter noticed; None where nobody did
    shown_to_peer = models.BooleanField(default=True)
    hidden_because = SealedField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sessions_log_fit", condition=Q(fit__in=Fit.values)),
            models.CheckConstraint(
                name="sessions_log_hidden_for_a_reason",
                condition=Q(shown_to_peer=True) | ~Q(hidden_because=b""),
            ),
        ]


class Draft(models.Model):
    """What somebody has typed about a session and not yet sent: kept on the server, so that a time-out loses nothing.

    For this session, this author and this form alone; sealed with the key of what it becomes, and gone once it is
    sent. `body` is JSON: {field: text as typed}.
    """

    class Form(models.TextChoices):
        """Which form it was typed into."""

        LOG = "log", _("the log of a session")
        MEETING_NOTE = "meeting_note", _("the note of a meeting")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer_session = models.ForeignKey(PeerSession, on_delete=models.PROTECT, related_name="drafts")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="drafts")
    form = models.CharField(max_length=12, choices=Form.choices, default=Form.LOG)
    body = SealedField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["peer_session", "author", "form"], name="sessions_one_draft_for_each_form"
            ),
        ]
