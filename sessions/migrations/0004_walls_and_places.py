"""Puts the wall around meetings, availability, goals and endings; counts places; freezes what was noted."""

from importlib import import_module

from django.db import migrations

from lib.schema import AppendOnly, Frozen, FrozenToo, Walled, WalledKey

AGREED = import_module("sessions.migrations.0002_wall").AGREED
# A place that is offered or taken counts, whichever way the row came to be so; the meeting's own check refuses more
# than there are. The row of the meeting is locked by it, so that two at once wait for each other.
COUNT = """
CREATE FUNCTION peer_sessions_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before int := CASE WHEN TG_OP <> 'INSERT' AND OLD.state IN ('offered', 'taken') THEN 1 ELSE 0 END;
    later int := CASE WHEN TG_OP <> 'DELETE' AND NEW.state IN ('offered', 'taken') THEN 1 ELSE 0 END;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.peer_session_id <> NEW.peer_session_id THEN
        RAISE EXCEPTION 'a place stays with its meeting' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF later <> before THEN
        UPDATE peer_sessions_peersession SET places_taken = places_taken + later - before
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.peer_session_id ELSE NEW.peer_session_id END;
    END IF;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER count_places AFTER INSERT OR UPDATE OR DELETE ON peer_sessions_meetingplace
FOR EACH ROW EXECUTE FUNCTION peer_sessions_count_places()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("peer_sessions", "0003_meetings_availability_goals_endings"),
        ("people", "0005_wall_of_group_keys"),
    ]
    operations = [
        Walled("MeetingSeries"),
        WalledKey("PeerSession", "group_id"),
        WalledKey("PeerSession", "series_id"),
        WalledKey("PeerSession", "side_room_id"),
        Walled("MeetingPlace"),
        Walled("MeetingNote"),
        Walled("Availability"),
        Walled("WeeklyHours"),
        Walled("HoursException"),
        Walled("SpaceWishes"),
        Walled("Preparation"),
        Walled("Reflection"),
        Walled("DebriefWish"),
        Walled("Goal"),
        Walled("GoalStep"),
        Walled("GoalEntry"),
        Walled("Strength"),
        Walled("Ending"),
        Walled("Extension"),
        Walled("ChangeWish"),
        AppendOnly("MeetingNote"),
        AppendOnly("GoalEntry"),
        Frozen(
            "Ending",
            [
                "pairing_id",
                "organisation_id",
                "talk",
                "goodbye",
                "handover",
                "handover_agreed_at",
                "closed_at",
            ],
            when="OLD.closed_at IS NOT NULL",
        ),
        FrozenToo("Agreement", AGREED, ["rhythm"], when="OLD.state <> 'draft'"),
        migrations.RunSQL(
            [COUNT, TRIGGER],
            [
                "DROP TRIGGER count_places ON peer_sessions_meetingplace",
                "DROP FUNCTION peer_sessions_count_places()",
            ],
        ),
    ]
