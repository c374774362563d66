"""What an ordinary calendar needs: places that own entries, and the people who belong to them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """Whoever owns entries."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        app_label = "floor"


class Entry(models.Model):
    """One line of the agenda."""

    class State(models.TextChoices):
        """How far it is."""

        BOOKED = "booked", _("booked")
        CONFIRMED = "confirmed", _("confirmed")

    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    title = models.CharField(max_length=80)
    room = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects: models.Manager["Entry"] = models.Manager()

    class Meta:
        app_label = "floor"
        indexes = [models.Index(fields=["place", "starts_at"], name="floor_entry_by_time")]
