"""`manage.py rotate_keys`: wrap every data key and every second-factor seed with the current wrapping key."""

from collections import Counter
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.actions import Operator, record_id
from lib import wall
from lib.sealing import crypto, keys
from people import door
from people.actions.second_factors import rewrap_seeds, wrapping_keys_of

BATCH = 200


class Command(BaseCommand):
    help = (
        "Wraps data keys and second-factor seeds with the first key of PEERSAFE_KEYS, 200 at a time. May be stopped "
        "anywhere and run again; everything stays readable meanwhile, as long as the older keys stay in the list. "
        "Says at the end what each key still holds: one that holds nothing may be taken out of PEERSAFE_KEYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Organisation after organisation, then the seeds, then the count."""
        current = crypto.ring().current
        for organisation_id in door.organisation_ids():
            done = 0
            while batch := self._batch(organisation_id, current):
                done += batch
                self._progress(f"{organisation_id}: {done} data keys")
        self._seeds()
        self._say_what_is_left(current)

    def _batch(self, organisation_id: UUID, current: str) -> int:
        with wall.inside(organisation_id):
            done = keys.rewrap_batch(organisation_id, size=BATCH)
            if done:
                record_id(
                    by=Operator(organisation_id),
                    verb="sealing.rotate_keys",
                    kind="sealing.wrappingkey",
                    object_id=current,
                    now=timezone.now(),
                    detail={"count": done},
                )
        return done

    def _seeds(self) -> None:
        done, after = 0, 0
        while True:
            changed, last = rewrap_seeds(after=after, size=BATCH)
            if last is None:
                break
            after = last
            done += changed
        self._progress(f"second steps at sign-in: {done} seeds")

    def _say_what_is_left(self, current: str) -> None:
        held: Counter[str] = Counter(dict.fromkeys(crypto.ring().keys, 0))
        for organisation_id in door.organisation_ids():
            held.update(keys.wrapped_counts(organisation_id))
        for row in Authenticator.objects.iterator():
            held.update(wrapping_keys_of(row))
        for name, count in held.items():
            self.stdout.write(f"key {name} holds {count}{self._advice(name, count, current)}")
        lost = [name for name, count in held.items() if count and name not in crypto.ring().keys]
        if lost:
            raise CommandError(
                f"not in PEERSAFE_KEYS: {', '.join(lost)}. What they hold cannot be read.", returncode=1
            )

    @staticmethod
    def _advice(name: str, count: int, current: str) -> str:
        if name == current:
            return ", the current one"
        return ": run this again" if count else ": may be taken out of PEERSAFE_KEYS (docs/guides/keys.md)"

    def _progress(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
