"""Who may do what, read from the markers that the views themselves carry: this page cannot say anything else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from people.access import Marker


@dataclass(frozen=True)
class Address:
    """One address: its name (`people:peer`), its route, the view behind it, and the view's marker if it has one."""

    name: str
    route: str
    view: Any
    marker: Marker | None

    @property
    def app(self) -> str:
        """The namespace, empty for addresses of the house itself."""
        return self.name.rpartition(":")[0]


def addresses() -> list[Address]:
    """Every address the resolver knows, in its order."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list[URLPattern | URLResolver], route: str, spaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, here, inner)
        else:
            name = ":".join([*spaces, pattern.name or ""])
            marker = getattr(pattern.callback, "access", None)
            yield Address(name, here, pattern.callback, marker if isinstance(marker, Marker) else None)
