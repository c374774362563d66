"""Finds what somebody holds on some days among all they ever held, behind row security too."""

from datetime import timedelta

from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0006_index_what_is_open")]
    operations = [
        migrations.AddField(
            "Hold",
            "starts_at",
            models.GeneratedField(
                db_persist=True, expression=RangeStartsWith("during"), output_field=models.DateTimeField()
            ),
        ),
        migrations.AddConstraint(
            "Hold",
            models.CheckConstraint(
                name="sessions_hold_is_short",
                condition=Q(during__endswith__lte=F("starts_at") + timedelta(hours=12)),
            ),
        ),
        migrations.AddIndex(
            "Hold",
            models.Index(
                fields=["holder_id", "starts_at"],
                include=["organisation", "during"],
                condition=Q(released_at__isnull=True),
                name="sessions_hold_by_holder",
            ),
        ),
    ]
