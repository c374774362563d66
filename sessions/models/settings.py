"""Where people meet."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Setting(models.TextChoices):
    """Where a session happens, chosen with the peer."""

    ROOM = "room", _("a room")
    WALK = "walk", _("a walk")
    CAFE = "cafe", _("a café")
    ONLINE = "online", _("online")
    PHONE = "phone", _("by phone")
