"""PeerSafe's own settings, with addresses that show the error pages."""

from peersafe.settings import *  # noqa: F403

ROOT_URLCONF = "tests.browser.urls"
