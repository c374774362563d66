"""`manage.py create_organisation`: found an organisation and invite its first coordinator."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email, validate_slug
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import Operator
from lib.ids import new_id
from lib.tokens import token_for
from people.actions.invitations import invite
from people.actions.organisations import found
from people.forms.team import PHONE
from people.models import Invitation, Role
from people.models.organisations import HelpNumber
from people.zones import ZONES


class Command(BaseCommand):
    help = "Found an organisation, and invite its first coordinator by mail; the link is printed too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What has to be known."""
        parser.add_argument("name", help="what the organisation is called")
        parser.add_argument("slug", help="its part of the address: /o/<slug>/")
        parser.add_argument("coordinator", help="e-mail of the first coordinator")
        parser.add_argument("--zone", default="Europe/London", help="its time zone (Europe/London)")
        parser.add_argument(
            "--number",
            action="append",
            required=True,
            metavar="NAME|NUMBER|NOTE",
            help="a number to call in need, such as 'Emergency services|112|day and night'; may be given again",
        )

    def handle(self, *args: Any, **given: Any) -> None:
        """Check what was typed, make both in one transaction, print the way in."""
        _check(given)
        numbers = [_number(text) for text in given["number"]]
        try:
            with transaction.atomic():
                invitation = _make(given, numbers)
        except IntegrityError as error:
            raise CommandError(f"There is an organisation called “{given['slug']}” already.") from error
        self.stdout.write(
            f"Invited {invitation.email}. The link, should the mail not arrive, works for 14 days:"
        )
        self.stdout.write(f"{settings.PEERSAFE_URL}/p/{token_for(invitation.link_id)}/")


def _check(given: dict[str, Any]) -> None:
    try:
        validate_slug(given["slug"])
        validate_email(given["coordinator"])
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    if len(given["slug"]) > 40 or not 1 <= len(given["name"].strip()) <= 120:
        raise CommandError("The slug has at most 40 characters, the name 1 to 120.")
    if given["zone"] not in dict(ZONES):
        raise CommandError("Please give a time zone such as Europe/London.")


def _number(text: str) -> HelpNumber:
    name, number, note = (*(part.strip() for part in text.split("|")), "", "")[:3]
    if not name or not PHONE.match(number):
        raise CommandError(f"“{text}” is not NAME|NUMBER|NOTE.")
    return HelpNumber(name=name, number=number, note=note)


def _make(given: dict[str, Any], numbers: list[HelpNumber]) -> Invitation:
    now = timezone.now()
    organisation = found(
        name=given["name"].strip(), slug=given["slug"], zone=given["zone"], help_numbers=numbers, now=now
    )
    by = Operator(organisation.pk)
    return invite(once=new_id(), email=given["coordinator"], role=Role.COORDINATOR, by=by, now=now)
