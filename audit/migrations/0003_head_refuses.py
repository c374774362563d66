"""Lets nobody but the chain's own function write the head, the owner's plain statements included."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_head_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'audit_head is written by the chain alone' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
# Depth 0 is a statement from outside; the chain's own comes from inside its trigger on audit_event.
ROWS = """
CREATE TRIGGER chain_only BEFORE INSERT OR UPDATE OR DELETE ON audit_head
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_head_refuse()
"""
TRUNCATE = """
CREATE TRIGGER chain_only_truncate BEFORE TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION audit_head_refuse()
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_chain")]
    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION audit_head_refuse()"),
        migrations.RunSQL(ROWS, "DROP TRIGGER chain_only ON audit_head"),
        migrations.RunSQL(TRUNCATE, "DROP TRIGGER chain_only_truncate ON audit_head"),
    ]
