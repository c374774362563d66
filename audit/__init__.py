"""The append-only trail; text ids, no foreign keys to what it audits."""
