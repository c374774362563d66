"""The organisation: the wall's other side of every row."""

from typing import TypedDict

from django.db import models

from lib.ids import new_id


class HelpNumber(TypedDict):
    """A number to call in need: whose it is, the number, and when it answers."""

    name: str
    number: str
    note: str


class Organisation(models.Model):
    """An organisation that runs peer support. Every row of every room belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)
    zone = models.CharField(max_length=50, default="Europe/London")
    language = models.CharField(max_length=10, default="en-gb")
    # What outgoing mail and page titles call themselves: it must not give away what this is.
    sender_name = models.CharField(max_length=40, default="Planner")
    leave_url = models.URLField(max_length=200, default="https://www.bbc.co.uk/weather")
    help_numbers = models.JSONField(default=list)
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
