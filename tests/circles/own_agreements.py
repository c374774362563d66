"""Rows for the small world: an agreement on the peer's own page, and whom the peer trusts."""

from typing import Any

from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Nothing yet."""
    return {}
