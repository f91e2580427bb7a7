"""Find the Chromium that the browser tests drive.

    python tests/browser/chromium.py

says loudly, where there is none, what ``make test`` therefore leaves out; the exit code is then 1.
"""

import os
import shutil
import sys

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
    """Return whether a missing Chromium is a failure, as in continuous integration."""
    return os.environ.get(REQUIRED, "") not in ("", "0")


if __name__ == "__main__":
    path = find_chromium()
    if path is None:
        bar = "!" * 78
        sys.exit(f"{bar}\n{MISSING}\n{bar}")
