"""Fetch axe-core from the npm registry into build/: with it tests look for barriers in the page."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tools.ensure_chromium import can_install

_PACKAGE = "axe-core@4.11.0"
_SHA256 = "39bed7d72308f6d620789c169d699bfd7e8da80f65b545821a6b2215c3e83107"
_SCRIPT = Path(__file__).resolve().parents[1] / "build" / "axe" / f"{_PACKAGE}.min.js"
_NPM_SECONDS = 60
_ADVICE = (
    f"axe-core could not be fetched: `npm pack {_PACKAGE}` has to work here. Install npm (Debian: sudo "
    "apt-get install npm), see that the npm registry can be reached, then run this again."
)


def ensure_axe() -> Path | None:
    """The path of axe.min.js, fetched where it was not yet; None where npm or its registry is missing."""
    if not _SCRIPT.exists():
        npm = shutil.which("npm") or _install_npm()
        if npm is None or not _fetch(npm):
            return None
    return _SCRIPT


def _install_npm() -> str | None:
    if not can_install():
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "npm"]
    subprocess.run(command, env=environment, capture_output=True, check=False)
    return shutil.which("npm")


def _fetch(npm: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", _PACKAGE, "--silent", "--pack-destination", folder]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=_NPM_SECONDS)
        except (OSError, subprocess.SubprocessError):
            return False
        (archive,) = Path(folder).glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _SHA256:
            raise RuntimeError(f"{_PACKAGE} is not the file it was when this was written.")
        with tarfile.open(archive) as package:
            script = package.extractfile("package/axe.min.js")
            assert script is not None
            _SCRIPT.parent.mkdir(parents=True, exist_ok=True)
            _SCRIPT.write_bytes(script.read())
    return True


def main() -> int:
    """Command line: print the path of axe.min.js, or what to do to get it (exit status 1)."""
    argparse.ArgumentParser(prog="python -m tools.ensure_axe", description=__doc__).parse_args()
    path = ensure_axe()
    print(path or _ADVICE, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
