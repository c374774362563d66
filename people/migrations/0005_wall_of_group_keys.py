"""A group's data key belongs to the group's organisation."""

from django.db import migrations

from lib.schema import WalledKey


class Migration(migrations.Migration):
    dependencies = [("people", "0004_links_to_pairings_groups_and_calendars"), ("sealing", "0002_wall")]
    operations = [WalledKey("Group", "data_key_id")]
