"""Which account PostgreSQL runs as: it refuses root, so root lends it `nobody`; no folder's rights change."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

from peersafe.local.places import Trouble

# Linux capabilities that let another account reach a checkout below a closed folder such as /root:
# looking and entering is enough; where a container withholds that one (Docker does), the wider one.
CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}

CAPABILITY_SETS = ("inh-caps", "ambient-caps", "bounding-set")


class Change(TypedDict, total=False):
    """Arguments of subprocess.Popen."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """How to start a process that must not be root's: a prefix for its command, or ids to change to."""

    prefix: tuple[str, ...] = ()
    ids: tuple[int, int] | None = None
    owner: tuple[int, int] | None = None  # whose the data must be; None: whoever starts it

    def change(self) -> Change:
        """The arguments that make subprocess change the account; none when the prefix does it."""
        if self.ids is None:
            return Change()
        return Change(user=self.ids[0], group=self.ids[1], extra_groups=[])


def _held() -> list[str]:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapPrm:"):
            held = int(line.split()[1], 16)
            return [name for name, bit in CAPABILITIES.items() if held >> bit & 1]
    return []


def _setpriv(uid: int, gid: int) -> tuple[str, ...]:
    """util-linux's program that changes the account and keeps one capability; empty if it fails."""
    program = shutil.which("setpriv")
    if not program or not Path("/proc/self/status").exists():
        return ()
    for capability in _held():
        only = f"-all,+{capability}"
        ids = (f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--no-new-privs")
        # Without it the kernel forgets the capability inside access(2), by which initdb finds its programs.
        bits = ("--securebits=+no_setuid_fixup",)
        prefix = (program, *ids, *bits, *(f"--{each}={only}" for each in CAPABILITY_SETS))
        if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
            return prefix
    return ()


@cache
def for_postgres() -> Account:
    """Our own account; as root, `nobody` by way of setpriv, or plainly where there is no setpriv."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    # The id that setuid takes; macOS writes nobody's as -2.
    ids = (nobody.pw_uid % 2**32, nobody.pw_gid % 2**32)
    prefix = _setpriv(*ids)
    return Account(prefix=prefix, owner=ids) if prefix else Account(ids=ids, owner=ids)


def must_reach(account: Account, *paths: Path) -> None:
    """Raises Trouble when the lent account cannot pass a folder on the way, which setpriv would let it."""
    if account.ids is None:
        return
    for path in paths:
        for folder in path.resolve().parents:
            if not folder.stat().st_mode & 0o001:
                raise Trouble(
                    f"PostgreSQL refuses to run as root, and the account `nobody` may not enter {folder}.\n"
                    "Three ways on: start PeerSafe as an ordinary user; or move it where others may enter,\n"
                    "such as /opt; or install `setpriv` (Debian, Ubuntu: apt install util-linux)."
                )
