"""Puts the wall around the data keys."""

from django.db import migrations

from lib.schema import Walled


class Migration(migrations.Migration):
    dependencies = [("sealing", "0001_initial")]
    operations = [Walled("DataKey")]
