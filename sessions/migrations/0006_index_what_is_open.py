"""Finds the sessions that are still open among all there ever were."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0005_nobody_there")]
    operations = [
        migrations.AddIndex(
            "PeerSession",
            models.Index(
                fields=["organisation", "starts_at", "id"],
                condition=Q(state__in=["booked", "confirmed"]),
                name="sessions_session_open",
            ),
        ),
    ]
