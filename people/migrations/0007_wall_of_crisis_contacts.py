"""Puts the wall around whom peers trust."""

from django.db import migrations

from lib.schema import Walled


class Migration(migrations.Migration):
    dependencies = [("people", "0006_crisis_contacts")]
    operations = [Walled("CrisisContact")]
