"""Freezes who began a version and when, with the rest of it: the story of an agreement tells of that moment."""

from importlib import import_module

from django.db import migrations

from lib.schema import FrozenToo

FROZEN = import_module("sessions.migrations.0010_walls_of_agreements").LAID_BEFORE_BOTH
LISTED = ["organisation_id", "version", "entries", "raises_floors", "published_at", "published_by"]
DRAFTED = ["drafted_at", "drafted_by"]
NO_DRAFT = "OLD.state <> 'draft'"


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0011_drop_an_item_list")]
    operations = [
        FrozenToo("Agreement", FROZEN, DRAFTED, when=NO_DRAFT),
        FrozenToo("ItemList", LISTED, DRAFTED, when=NO_DRAFT),
    ]
