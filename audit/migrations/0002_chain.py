"""Makes the trail append-only, walls it in, and lets the database chain each event to the one before."""

from django.db import migrations

from lib.schema import AppendOnly, Walled

# What is hashed of an event, one value a line; jsonb writes its keys in one order, so the text is the same for ever.
LINE = """
CREATE FUNCTION audit_line(event audit_event) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public AS $$
    SELECT concat_ws(E'\\n', event.organisation_id, event.number,
        to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        to_char(event.claimed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        event.id, event.db_user, event.actor, event.verb, event.object_kind, event.object_id, event.detail::text)
$$
"""

# Runs as the owner, because nobody else may touch the head; the row lock on the head orders all events.
CHAIN = """
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    head audit_head%ROWTYPE;
BEGIN
    INSERT INTO audit_head (organisation_id, number, hash) VALUES (NEW.organisation_id, 0, '')
        ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM audit_head WHERE organisation_id = NEW.organisation_id FOR UPDATE;
    NEW.number := head.number + 1;
    NEW.at := clock_timestamp();
    NEW.db_user := session_user;
    NEW.prev_hash := head.hash;
    NEW.hash := sha256(head.hash || convert_to(audit_line(NEW), 'UTF8'));
    UPDATE audit_head SET number = NEW.number, hash = NEW.hash WHERE organisation_id = NEW.organisation_id;
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(LINE, "DROP FUNCTION audit_line(audit_event)"),
        migrations.RunSQL(CHAIN, "DROP FUNCTION audit_chain()"),
        migrations.RunSQL(
            "CREATE TRIGGER a_chain BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_chain()",
            "DROP TRIGGER a_chain ON audit_event",
        ),
        AppendOnly("Event"),
        Walled("Event", referenced=False),
        Walled("Head", referenced=False),
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_head FROM peersafe_app",
            "GRANT INSERT, UPDATE, DELETE ON audit_head TO peersafe_app",
        ),
    ]
