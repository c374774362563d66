"""Notes the day on which two look at their agreement again beside the one they agreed on, and that they kept it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import lib.ids
from lib.schema import AppendOnly, Walled

BY_REVIEW = "sessions_agreement_by_review"
REASONS = ["floor", "changed", "crossed"]


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0012_freeze_who_drafted"), ("people", "0007_wall_of_crisis_contacts")]
    operations = [
        migrations.AddField("agreement", "look_again_on", models.DateField(null=True)),
        migrations.AddField("agreement", "kept_at", models.DateTimeField(null=True)),
        # Nobody could say until now that it stays as it is.
        migrations.RunSQL(
            "UPDATE peer_sessions_agreement SET look_again_on = review_on WHERE in_force_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "agreement",
            models.CheckConstraint(
                name="sessions_agreement_look_again_on",
                condition=~Q(state="in_force") | Q(look_again_on__isnull=False),
            ),
        ),
        migrations.RemoveIndex("agreement", BY_REVIEW),
        migrations.AddIndex(
            "agreement", models.Index(fields=["organisation", "state", "look_again_on"], name=BY_REVIEW)
        ),
        migrations.CreateModel(
            name="AgreementKept",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("look_again_on", models.DateField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("asked_because", models.CharField(blank=True, max_length=10)),
                ("kept_at", models.DateTimeField()),
                ("noted_by", models.CharField(max_length=80)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept",
                        to="peer_sessions.agreement",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="sessions_kept_asked",
                        condition=Q(asked_at__isnull=True, asked_because="")
                        | Q(asked_at__isnull=False, asked_because__in=REASONS),
                    )
                ]
            },
        ),
        Walled("AgreementKept"),
        AppendOnly("AgreementKept"),
    ]
