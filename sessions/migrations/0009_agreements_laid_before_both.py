"""Lays agreements before both, keeps each answer; lists, limits, crossings and checks of fit."""

import django.db.models.deletion
from django.db import migrations, models

import lib.ids
import lib.sealing.models


class Migration(migrations.Migration):
    dependencies = [
        ("peer_sessions", "0008_queue_to_book"),
        ("people", "0006_crisis_contacts"),
    ]

    operations = [
        # The table keeps its name, so that nothing in the database is renamed.
        migrations.AlterModelTable(name="assent", table="peer_sessions_assent"),
        migrations.RenameModel("Assent", "AgreementAnswer"),
        migrations.AlterField(
            model_name="agreementanswer",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="peer_sessions.agreement",
            ),
        ),
        migrations.AddField(
            model_name="agreementanswer",
            name="said",
            field=models.CharField(
                choices=[
                    ("agrees", "I agree"),
                    ("talk", "I want to talk about this"),
                    ("no_longer", "I no longer agree"),
                ],
                default="agrees",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="agreementanswer", name="words", field=lib.sealing.models.SealedField(default=b"")
        ),
        migrations.AlterField(
            model_name="agreementanswer",
            name="how",
            field=models.CharField(
                choices=[
                    ("signed_in", "here, signed in"),
                    ("in_person", "in person, noted by the supporter"),
                    ("own_page", "on their own page"),
                    ("paper", "on paper, noted by the supporter"),
                ],
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint("agreementanswer", "sessions_one_assent_for_each_side"),
        migrations.RemoveConstraint("agreementanswer", "sessions_assent_how"),
        migrations.CreateModel(
            name="Crossing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("supporter", "peer supporter"), ("peer", "peer")], max_length=10
                    ),
                ),
                ("item_key", models.CharField(blank=True, max_length=40)),
                ("words", lib.sealing.models.SealedField(default=b"")),
                ("to_other", models.BooleanField(default=False)),
                ("to_supervisor", models.BooleanField(default=False)),
                ("crosses_floor", models.BooleanField(default=False)),
                ("noted_at", models.DateTimeField()),
                ("noted_by", models.CharField(max_length=80)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="FitCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("supporter", "peer supporter"), ("peer", "peer")], max_length=10
                    ),
                ),
                (
                    "fit",
                    models.CharField(
                        choices=[
                            ("same", "yes, they still fit"),
                            ("changed", "something should change"),
                            ("today_only", "something was different, today only"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words", lib.sealing.models.SealedField(default=b"")),
                ("holds_on", models.DateField(null=True)),
                ("noted_at", models.DateTimeField()),
                ("noted_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="FloorNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sheet_id", models.UUIDField()),
                ("item_key", models.CharField(max_length=40)),
                ("body", lib.sealing.models.SealedField(default=b"")),
                ("raised_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="ItemList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("state", models.CharField(default="draft", max_length=12)),
                ("entries", models.JSONField(default=list)),
                ("raises_floors", models.BooleanField(default=False)),
                ("drafted_at", models.DateTimeField()),
                ("drafted_by", models.CharField(max_length=80)),
                ("published_at", models.DateTimeField(null=True)),
                ("published_by", models.CharField(blank=True, max_length=80)),
                ("revision", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="LimitsSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("answers", lib.sealing.models.SealedField(default=b"")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("look_again_on", models.DateField(null=True)),
                ("shown_at", models.DateTimeField(null=True)),
                ("talked_at", models.DateTimeField(null=True)),
                ("talked_by", models.CharField(blank=True, max_length=80)),
                ("revision", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PaperCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lib.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("content", lib.sealing.models.SealedField(default=b"")),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="agreement",
            name="sessions_one_draft",
        ),
        migrations.RemoveConstraint(
            model_name="agreement",
            name="sessions_agreement_state",
        ),
        migrations.RemoveConstraint(
            model_name="agreement",
            name="sessions_agreement_in_force",
        ),
        migrations.RemoveConstraint(
            model_name="agreement",
            name="sessions_agreement_left",
        ),
        migrations.AddField(
            model_name="agreement",
            name="item_list",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="agreement",
            name="look_again_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="agreement",
            name="look_again_because",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="agreement",
            name="proposed_at",
            field=models.DateTimeField(null=True),
        ),
        # Until now both said yes at the moment in which a version was laid before them.
        migrations.RunSQL(
            "UPDATE peer_sessions_agreement SET proposed_at = in_force_at WHERE in_force_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name="boundarysheet",
            name="kept_private",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "proposed"))),
                fields=("pairing",),
                name="sessions_one_being_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "proposed", "in_force", "replaced", "withdrawn"])),
                name="sessions_agreement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed_at__isnull", True), ("state", "draft")),
                    models.Q(
                        ("proposed_at__isnull", False), ("state__in", ["proposed", "in_force", "replaced"])
                    ),
                    ("state", "withdrawn"),
                    _connector="OR",
                ),
                name="sessions_agreement_proposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("in_force_at__isnull", True), ("state__in", ("draft", "proposed"))),
                    models.Q(("in_force_at__isnull", False), ("state__in", ["in_force", "replaced"])),
                    ("state", "withdrawn"),
                    _connector="OR",
                ),
                name="sessions_agreement_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at__isnull", True), ("state__in", ["draft", "proposed", "in_force"])),
                    models.Q(("left_at__isnull", False), ("state__in", ["replaced", "withdrawn"])),
                    _connector="OR",
                ),
                name="sessions_agreement_left",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("look_again_at__isnull", True), ("look_again_because", "")),
                    models.Q(
                        ("look_again_at__isnull", False),
                        ("look_again_because__in", ["floor", "changed", "crossed"]),
                    ),
                    _connector="OR",
                ),
                name="sessions_agreement_look_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="boundarysheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kept_private", False),
                    models.Q(("shared_at__isnull", True), ("side", "peer")),
                    _connector="OR",
                ),
                name="sessions_sheet_private",
            ),
        ),
        migrations.AddField(
            model_name="crossing",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
        ),
        migrations.AddField(
            model_name="crossing",
            name="pairing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="crossings",
                to="peer_sessions.pairing",
            ),
        ),
        migrations.AddField(
            model_name="fitcheck",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
        ),
        migrations.AddField(
            model_name="fitcheck",
            name="pairing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fit_checks",
                to="peer_sessions.pairing",
            ),
        ),
        migrations.AddField(
            model_name="fitcheck",
            name="peer_session",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fit_checks",
                to="peer_sessions.peersession",
            ),
        ),
        migrations.AddField(
            model_name="floornote",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
        ),
        migrations.AddField(
            model_name="floornote",
            name="pairing",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="floor_notes",
                to="peer_sessions.pairing",
            ),
        ),
        migrations.AddField(
            model_name="floornote",
            name="supporter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="floor_notes",
                to="people.membership",
            ),
        ),
        migrations.AddField(
            model_name="itemlist",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
        ),
        migrations.AddField(
            model_name="limitssheet",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="limits", to="people.membership"
            ),
        ),
        migrations.AddField(
            model_name="limitssheet",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
        ),
        migrations.AddField(
            model_name="papercopy",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="peer_sessions.agreementanswer",
            ),
        ),
        migrations.AddField(
            model_name="papercopy",
            name="organisation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.organisation"),
        ),
        migrations.AddConstraint(
            model_name="agreementanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("said", "talk"), _negated=True),
                fields=("agreement", "side", "said"),
                name="sessions_one_answer_for_each_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["signed_in", "in_person", "own_page", "paper"])),
                name="sessions_assent_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreementanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("said__in", ["agrees", "talk", "no_longer"])), name="sessions_answer_said"
            ),
        ),
        migrations.AddIndex(
            model_name="crossing",
            index=models.Index(
                fields=["organisation", "pairing", "noted_at"], name="sessions_crossing_by_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="crossing",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["supporter", "peer"])), name="sessions_crossing_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="crossing",
            constraint=models.CheckConstraint(
                condition=models.Q(("crosses_floor", False), ("to_supervisor", True), _connector="OR"),
                name="sessions_crossing_floor",
            ),
        ),
        migrations.AddConstraint(
            model_name="crossing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("settled_by", "")),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("to_supervisor", True),
                        models.Q(("settled_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="sessions_crossing_settled",
            ),
        ),
        migrations.AddIndex(
            model_name="fitcheck",
            index=models.Index(fields=["organisation", "pairing", "noted_at"], name="sessions_fit_by_time"),
        ),
        migrations.AddConstraint(
            model_name="fitcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("fit__in", ["same", "changed", "today_only"])),
                name="sessions_fit_check_fit",
            ),
        ),
        migrations.AddConstraint(
            model_name="fitcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["supporter", "peer"])), name="sessions_fit_check_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="fitcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fit", "today_only"), ("holds_on__isnull", False)),
                    models.Q(models.Q(("fit", "today_only"), _negated=True), ("holds_on__isnull", True)),
                    _connector="OR",
                ),
                name="sessions_fit_check_today",
            ),
        ),
        migrations.AddConstraint(
            model_name="floornote",
            constraint=models.UniqueConstraint(
                fields=("sheet_id", "item_key"), name="sessions_one_floor_note"
            ),
        ),
        migrations.AddConstraint(
            model_name="floornote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("settled_by", "")),
                    models.Q(("settled_at__isnull", False), models.Q(("settled_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="sessions_floor_note_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemlist",
            constraint=models.UniqueConstraint(
                fields=("organisation", "version"), name="sessions_one_item_list_a_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="itemlist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "in_force"])),
                fields=("organisation", "state"),
                name="sessions_one_item_list_a_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "in_force", "replaced"])),
                name="sessions_item_list_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("published_by", ""), ("state", "draft")),
                    models.Q(
                        ("published_at__isnull", False),
                        ("state__in", ["in_force", "replaced"]),
                        models.Q(("published_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="sessions_item_list_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitssheet",
            constraint=models.UniqueConstraint(
                fields=("membership", "version"), name="sessions_one_limits_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="limitssheet",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at__isnull", True)),
                fields=("membership",),
                name="sessions_one_open_limits",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitssheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finished_at__isnull", True),
                        ("look_again_on__isnull", True),
                        ("shown_at__isnull", True),
                    ),
                    models.Q(("finished_at__isnull", False), ("look_again_on__isnull", False)),
                    _connector="OR",
                ),
                name="sessions_limits_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="limitssheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("talked_at__isnull", True), ("talked_by", "")),
                    models.Q(
                        ("finished_at__isnull", False),
                        ("talked_at__isnull", False),
                        models.Q(("talked_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="sessions_limits_talked",
            ),
        ),
    ]
