"""The relay's functions: what is due in every organisation, as ids alone; the rest is done inside each wall."""

from django.db import migrations

DUE = """
CREATE FUNCTION reminders_due(at_time timestamptz, most int)
RETURNS TABLE (id uuid, organisation_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT r.id, r.organisation_id FROM reminders_reminder r
    WHERE r.state = 'waiting' AND r.due_at <= at_time ORDER BY r.due_at LIMIT most
$$
"""
# A claimed message leaves the range until its lease runs out, so the scan meets only what is free. SKIP LOCKED
# lets two workers claim side by side; the state is asked again by the lock itself.
CLAIM = """
CREATE FUNCTION reminders_claim(at_time timestamptz, lease uuid, held_for interval, most int)
RETURNS TABLE (id uuid, organisation_id uuid) LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    WITH free AS MATERIALIZED (
        SELECT m.id FROM reminders_message m
        WHERE m.state = 'queued' AND m.next_try_at <= at_time
        ORDER BY m.next_try_at LIMIT most FOR UPDATE SKIP LOCKED
    )
    UPDATE reminders_message m SET lease_id = lease, next_try_at = at_time + held_for
    FROM free WHERE m.id = free.id
    RETURNING m.id, m.organisation_id
$$
"""
FUNCTIONS = {
    "reminders_due(timestamptz, int)": DUE,
    "reminders_claim(timestamptz, uuid, interval, int)": CLAIM,
}
# What the relay may see and touch, column by column.
RIGHTS = {
    "reminders_reminder": ["SELECT (id, organisation_id, state, due_at)"],
    "reminders_message": [
        "SELECT (id, organisation_id, state, next_try_at)",
        "UPDATE (lease_id, next_try_at)",
    ],
}


def rights() -> list[migrations.RunSQL]:
    """Grants and policies of the relay's role."""
    return [
        migrations.RunSQL(
            [
                *(f"GRANT {right} ON {table} TO peersafe_relay" for right in rights_here),
                f"CREATE POLICY relay ON {table} TO peersafe_relay USING (true)",
            ],
            [
                f"DROP POLICY relay ON {table}",
                *(f"REVOKE {right} ON {table} FROM peersafe_relay" for right in rights_here),
            ],
        )
        for table, rights_here in RIGHTS.items()
    ]


def functions() -> list[migrations.RunSQL]:
    """The functions, each handed to the relay's role."""
    return [
        migrations.RunSQL("GRANT CREATE ON SCHEMA public TO peersafe_relay", migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                [body, f"ALTER FUNCTION {signature} OWNER TO peersafe_relay"],
                ["SET LOCAL ROLE peersafe_relay", f"DROP FUNCTION {signature}", "RESET ROLE"],
            )
            for signature, body in FUNCTIONS.items()
        ),
        migrations.RunSQL("REVOKE CREATE ON SCHEMA public FROM peersafe_relay", migrations.RunSQL.noop),
    ]


class Migration(migrations.Migration):
    dependencies = [("reminders", "0002_wall")]
    operations = [*rights(), *functions()]
