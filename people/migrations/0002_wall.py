"""Puts the wall around every table of people but the users, who may belong to several organisations."""

from django.db import migrations

from lib.schema import Walled


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("sealing", "0002_wall")]
    operations = [
        Walled("Organisation", column="id"),
        Walled("Membership"),
        Walled("Supervision"),
        Walled("Peer"),
        Walled("Assignment"),
        Walled("Group"),
        Walled("GroupMember"),
        Walled("Facilitator"),
        Walled("PrivateLink"),
        Walled("Invitation"),
    ]
