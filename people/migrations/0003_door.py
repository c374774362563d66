"""The door's functions: what may be asked before an organisation is known (people/door.py)."""

from django.db import migrations

PLACE = (
    "o.id AS organisation_id, o.slug, o.name, o.zone, o.language, o.sender_name, o.leave_url, o.help_numbers"
)
PLACE_TYPES = (
    "organisation_id uuid, slug varchar, name varchar, zone varchar, language varchar, sender_name varchar, "
    "leave_url varchar, help_numbers jsonb"
)
ACTIVE = "m.starts_at <= at_time AND (m.ends_at IS NULL OR m.ends_at > at_time)"
DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public"

ENTER = f"""
CREATE FUNCTION people_enter(at_slug text, who uuid, at_time timestamptz)
RETURNS TABLE (membership_id uuid, role varchar, paused_until timestamptz, second_factor boolean, {PLACE_TYPES})
LANGUAGE plpgsql {DEFINER} AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT m.id, m.role, m.paused_until,
            EXISTS (SELECT FROM mfa_authenticator a WHERE a.user_id = who AND a.type <> 'recovery_codes'),
            {PLACE.replace(" AS organisation_id", "")}
        FROM people_organisation o JOIN people_membership m ON m.organisation_id = o.id
        WHERE o.slug = at_slug AND m.user_id = who AND {ACTIVE};
    -- A condition with set_config would be tried before the join finds that nobody is let in.
    IF FOUND THEN
        PERFORM set_config('app.organisation', o.id::text, true) FROM people_organisation o WHERE o.slug = at_slug;
    END IF;
END
$$
"""
BY_LINK = f"""
CREATE FUNCTION people_enter_by_link(hash bytea, at_time timestamptz)
RETURNS TABLE (link_id uuid, purpose varchar, object_id uuid, peer_id uuid, {PLACE_TYPES})
LANGUAGE plpgsql {DEFINER} AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT l.id, l.purpose, l.object_id, l.peer_id, {PLACE.replace(" AS organisation_id", "")}
        FROM people_privatelink l JOIN people_organisation o ON o.id = l.organisation_id
        WHERE l.token_hash = hash AND l.revoked_at IS NULL AND l.expires_at > at_time;
    IF FOUND THEN
        PERFORM set_config('app.organisation', l.organisation_id::text, true)
        FROM people_privatelink l WHERE l.token_hash = hash;
    END IF;
END
$$
"""
CHOICES = f"""
CREATE FUNCTION people_choices(who uuid, at_time timestamptz)
RETURNS TABLE (slug varchar, name varchar, role varchar) LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT o.slug, o.name, m.role FROM people_membership m JOIN people_organisation o ON o.id = m.organisation_id
    WHERE m.user_id = who AND {ACTIVE} ORDER BY o.name, o.id
$$
"""
KEYS = f"""
CREATE FUNCTION people_membership_keys(who uuid)
RETURNS TABLE (organisation_id uuid, membership_id uuid) LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT m.organisation_id, m.id FROM people_membership m WHERE m.user_id = who AND m.ends_at IS NULL
$$
"""
ORGANISATIONS = f"""
CREATE FUNCTION people_organisation_ids() RETURNS TABLE (id uuid) LANGUAGE sql STABLE {DEFINER} AS $$
    SELECT o.id FROM people_organisation o ORDER BY o.id
$$
"""
FUNCTIONS = {
    "people_enter(text, uuid, timestamptz)": ENTER,
    "people_enter_by_link(bytea, timestamptz)": BY_LINK,
    "people_choices(uuid, timestamptz)": CHOICES,
    "people_membership_keys(uuid)": KEYS,
    "people_organisation_ids()": ORGANISATIONS,
}
# What the door may see, column by column.
SIGHT = {
    "people_organisation": "id, slug, name, zone, language, sender_name, leave_url, help_numbers",
    "people_membership": "id, organisation_id, user_id, role, starts_at, ends_at, paused_until",
    "people_privatelink": "id, organisation_id, purpose, object_id, peer_id, token_hash, revoked_at, expires_at",
}


def sight() -> list[migrations.RunSQL]:
    """Grants and policies of the door's role."""
    found = [
        migrations.RunSQL(
            "GRANT SELECT (user_id, type) ON mfa_authenticator TO peersafe_door",
            "REVOKE SELECT (user_id, type) ON mfa_authenticator FROM peersafe_door",
        )
    ]
    for table, columns in SIGHT.items():
        found.append(
            migrations.RunSQL(
                [
                    f"GRANT SELECT ({columns}) ON {table} TO peersafe_door",
                    f"CREATE POLICY door ON {table} FOR SELECT TO peersafe_door USING (true)",
                ],
                [
                    f"DROP POLICY door ON {table}",
                    f"REVOKE SELECT ({columns}) ON {table} FROM peersafe_door",
                ],
            )
        )
    return found


def functions() -> list[migrations.RunSQL]:
    """The functions, each handed to the door's role."""
    found = [migrations.RunSQL("GRANT CREATE ON SCHEMA public TO peersafe_door", migrations.RunSQL.noop)]
    for signature, body in FUNCTIONS.items():
        found.append(
            migrations.RunSQL(
                [body, f"ALTER FUNCTION {signature} OWNER TO peersafe_door"],
                ["SET LOCAL ROLE peersafe_door", f"DROP FUNCTION {signature}", "RESET ROLE"],
            )
        )
    found.append(
        migrations.RunSQL("REVOKE CREATE ON SCHEMA public FROM peersafe_door", migrations.RunSQL.noop)
    )
    return found


class Migration(migrations.Migration):
    dependencies = [("people", "0002_wall"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [*sight(), *functions()]
