"""Which static files are collected: of Bootstrap's package only what a page asks for."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder

# Six megabytes of variants, which would be compressed at every first start for nobody.
UNASKED = ["bootstrap-*", "bootstrap.css*", "bootstrap.rtl.css*", "bootstrap.js*", "bootstrap.*.js*"]


class LeanFinder(FileSystemFinder):
    """The files of STATICFILES_DIRS, without those of Bootstrap that no page asks for."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """Every file to collect, with its storage."""
        return iter(super().list([*(ignore_patterns or []), *UNASKED]))
