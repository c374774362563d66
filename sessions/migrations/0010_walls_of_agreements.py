"""Puts the wall around lists, limits, crossings and checks of fit; lets an agreement go one way only."""

from importlib import import_module

from django.db import migrations

from lib.schema import AppendOnly, Frozen, FrozenAnew, Walled

AGREED = [*import_module("sessions.migrations.0002_wall").AGREED, "rhythm"]
# In force from a moment that comes after the words were frozen: that moment has a guard of its own below.
LAID_BEFORE_BOTH = [*(column for column in AGREED if column != "in_force_at"), "item_list", "proposed_at"]
# What holds was agreed; it is replaced or withdrawn, and nothing comes back. Its moments are set once.
ONE_WAY = """
CREATE FUNCTION peer_sessions_agreement_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'proposed'), ('draft', 'in_force'), ('draft', 'withdrawn'),
        ('proposed', 'in_force'), ('proposed', 'withdrawn'),
        ('in_force', 'replaced'), ('in_force', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'an agreement does not go back' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.in_force_at IS NOT NULL AND OLD.in_force_at IS DISTINCT FROM NEW.in_force_at
        OR OLD.left_at IS NOT NULL AND OLD.left_at IS DISTINCT FROM NEW.left_at
    THEN
        RAISE EXCEPTION 'peer_sessions_agreement is frozen: a moment is set once'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER one_way BEFORE UPDATE ON peer_sessions_agreement
FOR EACH ROW EXECUTE FUNCTION peer_sessions_agreement_one_way()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("peer_sessions", "0009_agreements_laid_before_both"),
        ("people", "0007_wall_of_crisis_contacts"),
    ]
    operations = [
        Walled("ItemList"),
        Walled("FitCheck"),
        Walled("Crossing"),
        Walled("LimitsSheet"),
        Walled("FloorNote"),
        Walled("PaperCopy"),
        FrozenAnew("Agreement", AGREED, LAID_BEFORE_BOTH, when="OLD.state <> 'draft'"),
        migrations.RunSQL(
            [ONE_WAY, TRIGGER],
            [
                "DROP TRIGGER one_way ON peer_sessions_agreement",
                "DROP FUNCTION peer_sessions_agreement_one_way()",
            ],
        ),
        Frozen(
            "ItemList",
            ["organisation_id", "version", "entries", "raises_floors", "published_at", "published_by"],
            when="OLD.state <> 'draft'",
        ),
        AppendOnly("FitCheck"),
        AppendOnly("PaperCopy"),
        Frozen(
            "Crossing",
            [
                *("organisation_id", "pairing_id", "side", "item_key", "words"),
                *("to_other", "to_supervisor", "crosses_floor", "noted_at", "noted_by"),
            ],
        ),
        Frozen(
            "LimitsSheet",
            ["organisation_id", "membership_id", "version", "answers", "finished_at", "look_again_on"],
            when="OLD.finished_at IS NOT NULL",
        ),
        Frozen(
            "FloorNote",
            ["organisation_id", "supporter_id", "pairing_id", "sheet_id", "item_key", "body", "raised_at"],
        ),
    ]
