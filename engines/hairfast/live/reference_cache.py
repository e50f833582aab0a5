"""Encoded references on disk."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engines.hairfast.arrays_file import from_bytes, to_bytes
from engines.hairfast.reference_code import ReferenceCode

logger = logging.getLogger(__name__)

_NONCE = 12


class ReferenceCache:
    """Keeps codes in ``folder``, by what they were made from; safe to use from several threads.

    With a ``key`` (16, 24 or 32 bytes) files are encrypted (AES-GCM, NIST SP 800-38D) and their names tell
    nothing: for pictures that people upload, whose session makes the key and forgets it. Above
    ``capacity`` bytes the files used longest ago go.
    """

    def __init__(self, folder: Path, capacity: int, key: bytes | None = None) -> None:
        self._folder = folder
        self._capacity = capacity
        self._key = key
        self._lock = threading.Lock()

    def get(self, content: bytes, encode: Callable[[], ReferenceCode]) -> ReferenceCode:
        """The code of ``content`` (a picture, and whatever else decides about its code), kept or made anew.

        A file that cannot be read counts for none; one that cannot be written is done without.
        """
        path = self._path(content)
        code = self._read(path)
        if code is None:
            code = encode()
            try:
                self._write(path, code)
            except OSError:
                logger.warning("an encoded reference cannot be kept in %s", self._folder, exc_info=True)
        return code

    def _path(self, content: bytes) -> Path:
        digest = hashlib.sha256(content)
        if self._key is None:
            return self._folder / f"{digest.hexdigest()}.npz"
        return self._folder / f"{hmac.new(self._key, digest.digest(), 'sha256').hexdigest()}.aes"

    def _read(self, path: Path) -> ReferenceCode | None:
        try:
            data = path.read_bytes()
            if self._key is not None:
                data = AESGCM(self._key).decrypt(data[:_NONCE], data[_NONCE:], None)
            code = from_bytes(ReferenceCode, data)
            os.utime(path)
        except FileNotFoundError:
            return None
        # A damaged archive raises whatever its reader stumbles over.
        except Exception:
            logger.warning("%s cannot be read; the reference is encoded again", path.name)
            return None
        return code

    def _write(self, path: Path, code: ReferenceCode) -> None:
        data = to_bytes(code)
        if self._key is not None:
            nonce = secrets.token_bytes(_NONCE)
            data = nonce + AESGCM(self._key).encrypt(nonce, data, None)
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = path.with_suffix(f".{secrets.token_hex(4)}.part")
            part.write_bytes(data)
            part.replace(path)
            self._trim()

    def _trim(self) -> None:
        files = sorted(
            (path for path in self._folder.iterdir() if path.suffix in (".npz", ".aes")),
            key=lambda path: path.stat().st_mtime,
        )
        total = sum(path.stat().st_size for path in files)
        for path in files[:-1]:
            if total <= self._capacity:
                return
            total -= path.stat().st_size
            path.unlink(missing_ok=True)
