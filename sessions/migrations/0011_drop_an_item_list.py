"""Lets a draft of an organisation's list be dropped: it stays as a row, so that nobody's words go while they type."""

from django.db import migrations, models
from django.db.models import Q

STATE, PUBLISHED = "sessions_item_list_state", "sessions_item_list_published"
IS_PUBLISHED = Q(state__in=["in_force", "replaced"], published_at__isnull=False) & ~Q(published_by="")


def _without(name: str) -> migrations.RemoveConstraint:
    return migrations.RemoveConstraint(model_name="itemlist", name=name)


def _with(name: str, condition: Q) -> migrations.AddConstraint:
    return migrations.AddConstraint(
        model_name="itemlist", constraint=models.CheckConstraint(name=name, condition=condition)
    )


class Migration(migrations.Migration):
    dependencies = [("peer_sessions", "0010_walls_of_agreements")]
    operations = [
        _without(STATE),
        _without(PUBLISHED),
        _with(STATE, Q(state__in=["draft", "in_force", "replaced", "withdrawn"])),
        _with(
            PUBLISHED,
            Q(state__in=["draft", "withdrawn"], published_at__isnull=True, published_by="") | IS_PUBLISHED,
        ),
    ]
