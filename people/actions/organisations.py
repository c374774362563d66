"""Founding an organisation, and changing what it says of itself."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Actor, Operator, record
from lib import wall
from lib.ids import new_id
from people.actions.revisions import set_all
from people.actions.revisions import stale as stale
from people.models import Organisation
from people.models.organisations import HelpNumber


def found(*, name: str, slug: str, zone: str, help_numbers: list[HelpNumber], now: datetime) -> Organisation:
    """Make an organisation and step inside its wall for the rest of the transaction.

    For the command line only. Raises IntegrityError when the slug is taken, ValueError without any number to call:
    every page shows them, so there is no organisation without one.
    """
    if not help_numbers:
        raise ValueError("an organisation needs at least one number to call in need")
    organisation = Organisation(
        id=new_id(), name=name, slug=slug, zone=zone, help_numbers=help_numbers, created_at=now
    )
    wall.enter(organisation.pk)
    organisation.save(force_insert=True)
    record(by=Operator(organisation.pk), verb="people.found", what=organisation, now=now)
    return organisation


def edit_organisation(
    *, organisation_id: UUID, revision: int, changes: dict[str, object], by: Actor, now: datetime
) -> Organisation:
    """Change name, zone, neutral sender, leave address or numbers. Raises Refused when someone else was quicker."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
        changed = set_all(organisation, changes, revision=revision)
        if changed:
            organisation.save()
            record(by=by, verb="people.edit_organisation", what=organisation, now=now, changed=changed)
    return organisation
