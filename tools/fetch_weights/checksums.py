"""SHA-256 sums of the files in a directory, recorded as ``sha256sum`` writes and checks them."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from tqdm import tqdm

SUMS_NAME: Final = "SHA256SUMS"
_CHUNK = 1 << 22


def file_digest(path: Path, bar: tqdm[None] | None = None) -> str:
    """SHA-256 of a file, hexadecimal; ``bar`` advances by bytes.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            if bar is not None:
                bar.update(len(chunk))
    return digest.hexdigest()


def parse_sums(text: str) -> dict[str, str]:
    """Path -> digest of a ``SHA256SUMS`` file; lines of another form are left out."""
    found = (re.fullmatch(r"([0-9a-f]{64}) [ *](.+)", line) for line in text.splitlines())
    return {match[2]: match[1] for match in found if match}


class Checksums:
    """The sums recorded in one directory; paths are relative to it, with ``/``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._path = directory / SUMS_NAME
        self._sums = parse_sums(self._path.read_text("utf-8")) if self._path.exists() else {}

    def get(self, path: str) -> str | None:
        """The recorded sum of a file."""
        return self._sums.get(path)

    def record(self, path: str, digest: str) -> None:
        """Remember a file's sum, at once and whole: an interruption leaves the old record or the new.

        Raises:
            OSError: the record cannot be written.
        """
        self._sums[path] = digest
        text = "".join(f"{self._sums[name]}  {name}\n" for name in sorted(self._sums))
        part = self._path.with_name(SUMS_NAME + ".part")
        part.write_text(text, "utf-8")
        os.replace(part, self._path)
