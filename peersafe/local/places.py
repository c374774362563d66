"""Where things lie on this machine: the checkout, what one run keeps, and the short paths for sockets."""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Data, mails and logs of this checkout; another folder can be named, which makes it another copy.
LOCAL = Path(os.environ.get("PEERSAFE_LOCAL") or ROOT / ".local").resolve()
VENV = ROOT / ".venv"


class Trouble(Exception):
    """Something on this machine stands in the way; the text tells the person what, and what to do."""

    code = 2


def say(line: str) -> None:
    """Shows a line at once, also when the output is a pipe."""
    print(line, flush=True)


def complain(line: str) -> None:
    """Shows a line among the errors, at once."""
    print(line, file=sys.stderr, flush=True)


def make_folder(path: Path, mode: int = 0o700) -> Path:
    """The folder, made when missing, with this mode; a link or another account's folder is refused."""
    path.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise Trouble(f"{path} belongs to another account. Remove it, or start PeerSafe as that account.")
    path.chmod(mode)
    return path


def private_mode() -> int:
    """Closed to others; as root the server's own account must still be able to pass through."""
    return 0o711 if os.geteuid() == 0 else 0o700


def local_folder() -> Path:
    """`.local`, where one copy keeps its data, mails and logs."""
    return make_folder(LOCAL, private_mode())


def socket_folder() -> Path:
    """A short folder for sockets, one for each copy: their paths may not pass about 100 bytes."""
    name = hashlib.sha256(str(LOCAL).encode()).hexdigest()[:12]
    return make_folder(Path("/tmp") / f"peersafe-{os.geteuid()}-{name}", private_mode())
