"""Find the Chromium that the browser tests drive."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = "FMNIST_LESSONS_REQUIRE_CHROMIUM"
MISSING = (
    f"NO CHROMIUM FOUND (looked for {', '.join(NAMES)} on the PATH): the labs and chapters were "
    "NOT tested in a browser. Install it (on Debian: apt install chromium) and run again."
)


def find_chromium():
    """Return the path of Chromium or Chrome; None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def is_required():
    """Return whether a missing Chromium is a failure, as in ``make browser``."""
    return os.environ.get(REQUIRED, "") not in ("", "0")
