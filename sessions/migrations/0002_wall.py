"""Puts the wall around sessions, and freezes what was agreed or logged."""

from django.db import migrations

from lib.schema import AppendOnly, Frozen, Walled

AGREED = [
    "pairing_id",
    "organisation_id",
    "version",
    "body",
    "sessions_agreed",
    "minutes",
    "review_on",
    "in_force_at",
]


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0001_initial"), ("venues", "0002_wall"), ("people", "0002_wall")]
    operations = [
        Walled("Pairing"),
        Walled("BoundarySheet"),
        Walled("Agreement"),
        Walled("Assent"),
        Walled("PeerSession"),
        Walled("Hold"),
        Walled("SessionLog"),
        Walled("Draft"),
        Frozen("Agreement", AGREED, when="OLD.state <> 'draft'"),
        Frozen(
            "BoundarySheet",
            ["pairing_id", "organisation_id", "version", "side", "answers", "shared_at"],
            when="OLD.shared_at IS NOT NULL",
        ),
        AppendOnly("Assent"),
        AppendOnly("SessionLog"),
    ]
