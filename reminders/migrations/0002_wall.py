"""Puts the wall around reminders; what became of an attempt is never rewritten."""

from django.db import migrations

from lib.schema import AppendOnly, Walled


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial"), ("sealing", "0002_wall")]
    operations = [
        Walled("ChannelPreference"),
        Walled("Reminder"),
        Walled("Message"),
        Walled("Delivery", referenced=False),
        AppendOnly("Delivery"),
    ]
