"""Puts the wall around venues and rooms."""

from django.db import migrations

from lib.schema import Walled


class Migration(migrations.Migration):
    dependencies = [("venues", "0001_initial"), ("people", "0002_wall")]
    operations = [Walled("Venue"), Walled("Room")]
