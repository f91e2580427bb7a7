"""Ask for each address that the texts link to, once: what the weekly workflow does.

    python tests/tools/check_links.py

It needs nothing but Python. Links into the repository are tested with the chapters.
"""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ("*.md", "notebooks/*", "fmnist_lessons/**/*.md", "fmnist_lessons/quizzes/*.json")
LINK = re.compile(r"\]\((https?://[^)\s#\"]+)")
# Hosts that refuse whoever is no browser: their pages are there all the same.
REFUSALS = {401, 403, 405, 406, 429, 999}


def find_links():
    """Return where each address stands."""
    listed = subprocess.run(
        ["git", "ls-files", *TEXTS], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    links = {}
    for name in listed:
        for address in LINK.findall((ROOT / name).read_text(encoding="utf-8")):
            if "OWNER" not in address:
                links.setdefault(address, name)
    if not links:
        raise FileNotFoundError(f"no links in {', '.join(TEXTS)} of {ROOT}")
    return links


def problem(address):
    """Return why an address cannot be had, or None."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check)"})
    for attempt in range(3):
        try:
            with urllib.request.urlopen(request, timeout=30):
                return None
        except urllib.error.HTTPError as error:
            if error.code in REFUSALS:
                return None
            reason = f"HTTP {error.code}"
        except OSError as error:
            reason = str(getattr(error, "reason", error))
        time.sleep(2**attempt)
    return reason


def main():
    links = find_links()
    with ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(problem, links))
    gone = [(*link, reason) for link, reason in zip(links.items(), reasons, strict=True) if reason]
    for address, name, reason in gone:
        print(f"{name}: {address}: {reason}")
    print(f"{len(links)} links, {len(gone)} of them cannot be had")
    return 1 if gone else 0


if __name__ == "__main__":
    sys.exit(main())
