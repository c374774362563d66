"""A progress bar for the terminal; plain lines where the output is a file."""

import sys
from typing import TextIO

WIDTH = 30


class Progress:
    """Counts steps towards a known total."""

    def __init__(self, total: int, what: str, out: TextIO = sys.stdout) -> None:
        self.total, self.what, self.out = total, what, out
        self.done = 0
        self.shown = -1

    def step(self) -> None:
        """One more; shown again at each full tenth in a file, each hundredth on a screen."""
        self.done += 1
        parts = 100 if self.out.isatty() else 10
        share = self.done * parts // self.total
        if share == self.shown:
            return
        self.shown = share
        self.out.write(self._line())
        self.out.flush()

    def _line(self) -> str:
        if not self.out.isatty():
            return f"  {self.done} of {self.total} {self.what}\n"
        filled = WIDTH * self.done // self.total
        end = "\n" if self.done == self.total else ""
        return f"\r  [{'#' * filled}{'.' * (WIDTH - filled)}] {self.done} of {self.total} {self.what}{end}"
