"""Keeps that a peer found nobody there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0004_walls_and_places")]
    operations = [
        migrations.AddField("PeerSession", "nobody_there_at", models.DateTimeField(null=True)),
    ]
