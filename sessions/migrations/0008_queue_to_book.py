"""Lets the database queue those who book, and tell them in the queue that what they want is taken.

The same names in the same order as `lib.once.lock` (`hold:<holder>`, `once:<session>`), then the pairing's row. Between
the two it looks whether the time is taken; each statement here sees what was written by whoever was in front. Where it
is taken the error gives the place in the queue back at once, and nobody waits for an answer to travel.
"""

from django.db import migrations

QUEUE = """
CREATE FUNCTION peer_sessions_queue_to_book(wanted_by uuid, room uuid, once uuid, wanted tstzrange)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    two record;
BEGIN
    SELECT supporter_id, peer_id INTO two FROM peer_sessions_pairing WHERE id = wanted_by;
    PERFORM pg_advisory_xact_lock(hashtextextended(name, 0)) FROM (
        SELECT name FROM unnest(ARRAY[
            'hold:' || two.supporter_id, 'hold:' || two.peer_id, 'hold:' || room, 'once:' || once
        ]) AS name
        WHERE name IS NOT NULL ORDER BY name COLLATE "C"
    ) AS names;
    PERFORM FROM peer_sessions_hold
    WHERE holder_id = ANY(ARRAY[two.supporter_id, two.peer_id, room]) AND during && wanted
        AND starts_at < upper(wanted) AND starts_at >= lower(wanted) - interval '12 hours'  -- see Hold.starts_at
        AND released_at IS NULL AND peer_session_id <> once;
    IF FOUND THEN
        RAISE exclusion_violation USING MESSAGE = 'taken';
    END IF;
    PERFORM FROM peer_sessions_pairing WHERE id = wanted_by FOR UPDATE;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0007_index_holds_by_time")]
    operations = [
        migrations.RunSQL(QUEUE, "DROP FUNCTION peer_sessions_queue_to_book(uuid, uuid, uuid, tstzrange)"),
    ]
