"""Whom a peer trusts, and what helps them when it gets hard."""

import django.db.models.deletion
from django.db import migrations, models

import lib.ids
import lib.sealing.models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_wall_of_group_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="CrisisContact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("body", lib.sealing.models.SealedField(default=b"")),
                ("has_person", models.BooleanField(default=False)),
                ("noted_at", models.DateTimeField()),
                ("noted_by", models.CharField(max_length=80)),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
                ),
                (
                    "peer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crisis_contact",
                        to="people.peer",
                    ),
                ),
            ],
        ),
    ]
