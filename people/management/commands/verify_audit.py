"""`manage.py verify_audit`: whether every organisation's trail is whole."""

import re
import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from audit.chain import SHORTEST, HeldHead, Verdict, verify
from lib import wall
from people import door
from people.models import Organisation

HELD = re.compile(rf"(?P<who>[^:]+):(?P<number>[0-9]+):(?P<hash>[0-9a-fA-F]{{{SHORTEST},64}})")


class Command(BaseCommand):
    help = (
        "Checks the audit trail of every organisation: numbers, hashes, head. Ends with 1 when one is broken, and "
        "names the first number that does not hold. Give heads that were written down elsewhere with --head."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--head ORG:NUMBER:HASH` (may be repeated), `--print-heads`."""
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="ORG:NUMBER:HASH",
            help=f"a head held elsewhere; ORG is the id or the short name, HASH at least {SHORTEST} hex digits",
        )
        parser.add_argument(
            "--print-heads",
            action="store_true",
            help="print each trail's end as ORG:NUMBER:HASH, for keeping elsewhere",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check one organisation after the other, each inside its own wall."""
        slugs = {organisation_id: _slug(organisation_id) for organisation_id in door.organisation_ids()}
        held = [_held(text, slugs) for text in options["head"]]
        began = time.monotonic()
        verdicts = [verify(organisation_id, held) for organisation_id in slugs]
        took = time.monotonic() - began
        for verdict in verdicts:
            self._say(verdict, slugs[verdict.organisation_id], print_head=options["print_heads"])
        events = sum(verdict.events for verdict in verdicts)
        self.stdout.write(f"{events} events of {len(slugs)} organisations in {took:.2f} s")
        broken = sum(not verdict.holds for verdict in verdicts)
        if broken:
            raise CommandError(f"{broken} of {len(slugs)} trails are broken", returncode=1)

    def _say(self, verdict: Verdict, slug: str, *, print_head: bool) -> None:
        if verdict.finding:
            self.stdout.write(
                f"BROKEN  {slug} ({verdict.organisation_id}): "
                f"number {verdict.finding.number} {verdict.finding.what}"
            )
        elif print_head:
            self.stdout.write(f"{verdict.organisation_id}:{verdict.number}:{verdict.hash}")
        else:
            self.stdout.write(
                f"whole   {slug}: {verdict.events} events, {verdict.number}:{verdict.hash[:16]}"
            )


def _slug(organisation_id: UUID) -> str:
    with wall.inside(organisation_id):
        return Organisation.objects.get(pk=organisation_id).slug


def _held(text: str, slugs: dict[UUID, str]) -> HeldHead:
    """Read `ORG:NUMBER:HASH`. Raises CommandError when it is no such thing, or nobody here is called so."""
    found = HELD.fullmatch(text.strip())
    if found is None:
        raise CommandError(f"--head {text}: it must be ORG:NUMBER:HASH", returncode=2)
    for organisation_id, slug in slugs.items():
        if found["who"] in {slug, str(organisation_id)}:
            return HeldHead(organisation_id, int(found["number"]), found["hash"])
    raise CommandError(f"--head {text}: there is no organisation of that name any more", returncode=1)
