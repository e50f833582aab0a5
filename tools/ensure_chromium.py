"""Find the Chromium that the end-to-end tests drive; on Debian or Ubuntu, as root, install it.

The Korean font makes the page's Korean texts readable in screenshots.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ("chromium", "fonts-nanum")
_ADVICE = (
    "The end-to-end tests need Chromium, and it was not found. Install it "
    "(Debian: sudo apt-get install chromium fonts-nanum) or put Chrome on the PATH, then run this again."
)


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on the PATH, or None."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def can_install() -> bool:
    """Whether this machine has apt-get and we may use it."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def has_korean_font() -> bool:
    """Whether fontconfig knows a font with Korean letters; True where there is no fontconfig to ask."""
    if shutil.which("fc-list") is None:
        return True
    return bool(subprocess.run(["fc-list", ":lang=ko"], capture_output=True, check=False).stdout.strip())


def install() -> bool:
    """Install Chromium and the font with apt-get; False when apt-get fails."""
    print(f"Installing {' and '.join(_PACKAGES)} with apt-get ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "-qq", "update"]
    command = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *_PACKAGES]
    # A stale or partly unreachable list need not stop the installation: only its own result counts.
    subprocess.run(update, env=environment, check=False)
    result = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return result.returncode == 0


def main() -> int:
    """Command line: print the path of Chromium, or what to do to get one (exit status 1)."""
    argparse.ArgumentParser(prog="python -m tools.ensure_chromium", description=__doc__).parse_args()
    if can_install() and not (find_chromium() and has_korean_font()):
        install()
    path = find_chromium()
    print(path or _ADVICE, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
