"""Finds what all supporters of an organisation have booked on some days, without asking after each of them."""

from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0006_index_what_is_open")]
    operations = [
        migrations.AddIndex(
            "Hold",
            models.Index(
                F("organisation"),
                RangeStartsWith("during"),
                include=["supporter", "during"],
                condition=Q(released_at__isnull=True, supporter__isnull=False),
                name="sessions_hold_by_time",
            ),
        ),
    ]
