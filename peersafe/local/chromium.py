"""Finds a Chromium for the browser tests, or gets one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from peersafe.local.places import Trouble, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def installed() -> str | None:
    """A browser that is named, on the PATH, in its usual place, or fetched by Playwright before."""
    if named := os.environ.get("CHROMIUM_PATH"):
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    for place in MACOS:
        if Path(place).exists():
            return place
    return _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _by_playwright() -> str | None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    except subprocess.TimeoutExpired:
        return None
    return _playwrights() if done.returncode == 0 else None


def _by_apt() -> str | None:
    if not shutil.which("apt-get"):
        return None
    may: list[str] = []
    if os.geteuid() != 0:
        asked = ["sudo", "-n", "true"]
        if not shutil.which("sudo") or subprocess.run(asked, capture_output=True, check=False).returncode:
            return None
        may = ["sudo", "-n"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run([*may, *quiet, *step], capture_output=True, text=True, check=False)
        if done.returncode and step[0] == "install":
            say(done.stderr.strip())
    return next(filter(None, map(shutil.which, NAMES)), None)


def path() -> str:
    """A browser's program; raises Trouble when none is here and none can be had."""
    if found := installed():
        return found
    say("No Chromium is installed; asking Playwright for one …")
    if found := _by_playwright():
        return found
    say("Playwright could not fetch one; asking apt-get …")
    if found := _by_apt():
        return found
    raise Trouble(
        "The tests need Chromium. None is installed, and neither Playwright nor apt-get could get one.\n"
        "Install one (Debian: apt install chromium), or say where it is: CHROMIUM_PATH=/path/to/chromium"
    )
