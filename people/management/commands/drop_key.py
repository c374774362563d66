"""`manage.py drop_key`: make one person's sealed texts unreadable for ever."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.actions import Operator, record
from lib import wall
from lib.sealing import keys
from people import door
from people.models import Membership, Peer


class Command(BaseCommand):
    help = (
        "Drops the data key of a peer or a member: everything sealed with it is unreadable from now on, and nobody "
        "can undo it. Backups follow once the last copy of the key's table has run out (docs/guides/keys.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The person's id, and `--yes`."""
        parser.add_argument(
            "person_id", type=UUID, help="the id of a peer or a membership, from their page's address"
        )
        parser.add_argument("--yes", action="store_true", help="without it, only say whose key it would be")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find the person in whichever organisation they are, and drop their key there."""
        for organisation_id in door.organisation_ids():
            with wall.inside(organisation_id):
                person = _find(options["person_id"])
                if person is not None:
                    self._drop(person, organisation_id, yes=options["yes"])
                    return
        raise CommandError("nobody has this id")

    def _drop(self, person: Peer | Membership, organisation_id: UUID, *, yes: bool) -> None:
        kind = person._meta.verbose_name
        if not yes:
            raise CommandError(
                f"This is a {kind}. Say --yes to make their texts unreadable for ever.", returncode=2
            )
        now = timezone.now()
        keys.drop(person.data_key_id, now=now)
        record(
            by=Operator(organisation_id),
            verb="sealing.drop_key",
            what=person,
            now=now,
            key=person.data_key_id,
        )
        self.stdout.write(f"Dropped the key of {kind} {person.pk}.")


def _find(person_id: UUID) -> Peer | Membership | None:
    return Peer.objects.filter(pk=person_id).first() or Membership.objects.filter(pk=person_id).first()
