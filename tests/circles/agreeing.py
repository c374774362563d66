"""Rows for the small world: laying an agreement before both, talking differences through, and answering."""

from typing import Any

from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Nothing yet."""
    return {}
