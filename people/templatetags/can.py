"""The `can` tag: may this member do this to this row, in the state it is in? Asks policy and model, never itself."""

from importlib import import_module
from typing import Any

from django import template
from django.db.models import Model

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: dict[str, Any], verb: str, row: Model) -> bool:
    """`{% can "archive" peer as yes %}`: `policies.can_archive_peer(member, peer)` and `peer.may("archive")`.

    Raises AttributeError where the policy does not exist: a misspelt verb must not read as a no.
    """
    member = context["request"].member
    policies = import_module(f"{row._meta.app_config.name}.policies")
    allowed = getattr(policies, f"can_{verb}_{row._meta.model_name}")(member, row)
    may = getattr(row, "may", None)
    return bool(allowed and (may is None or may(verb)))
