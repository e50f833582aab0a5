"""What visitors lend the server for some minutes: encrypted, in memory, and forgotten with its key."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.errors import NotStoredError, StorageFullError, VisitFullError
from server.vault_settings import VaultSettings

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Stored:
    """What is told of an entry: ``expires`` in so many seconds; ``bytes`` as they were lent."""

    kind: str
    id: str
    bytes: int
    expires: int


@dataclass(frozen=True, slots=True)
class _Entry:
    visit: str
    kind: str
    size: int
    nonce: bytes
    sealed: bytes
    expires: float


class Vault:
    """Keeps bytes by unguessable ids, sealed with AES-256-GCM (NIST SP 800-38D).

    Each visit has a random key that is in memory only, and only while the visit has entries; without it what
    may be left of them means nothing. Id and kind are authenticated with the bytes. Any thread may call any
    method: ``put`` and ``get`` take about a millisecond for each megabyte.
    """

    def __init__(self, settings: VaultSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._keys: dict[str, AESGCM] = {}
        self._lock = threading.Lock()

    def put(self, visit: str, kind: str, data: bytes) -> str:
        """Keep ``data`` for ``visit``; returns its id.

        Raises:
            VisitFullError: the visit has too much already.
            StorageFullError: all visits together have.
        """
        entry_id = secrets.token_urlsafe(24)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        with self._lock:
            self._make_room(visit, len(data))
            key = self._keys.get(visit) or AESGCM(AESGCM.generate_key(256))
            self._keys[visit] = key
            expires = self._clock() + self._settings.seconds
            entry = self._entries[entry_id] = _Entry(visit, kind, len(data), nonce, b"", expires)
        sealed = key.encrypt(nonce, data, _bound(entry_id, kind))
        with self._lock:
            # Unless it was forgotten meanwhile.
            if entry_id in self._entries:
                self._entries[entry_id] = replace(entry, sealed=sealed)
        return entry_id

    def get(self, entry_id: str, kind: str | None = None) -> bytes:
        """The bytes of that id, if they are of that kind.

        Raises:
            NotStoredError: there are none, or no longer.
        """
        with self._lock:
            entry = self._entry(entry_id, kind)
            key = self._keys[entry.visit]
        return key.decrypt(entry.nonce, entry.sealed, _bound(entry_id, entry.kind))

    def expires(self, entry_id: str, kind: str | None = None) -> int:
        """Seconds that the entry still has.

        Raises:
            NotStoredError: there is none, or no longer.
        """
        with self._lock:
            return int(self._entry(entry_id, kind).expires - self._clock())

    def drop(self, entry_id: str, kind: str | None = None) -> None:
        """Forget one entry.

        Raises:
            NotStoredError: there is none, or no longer.
        """
        with self._lock:
            self._entry(entry_id, kind)
            self._remove(entry_id)

    def forget(self, visit: str) -> None:
        """Forget all that the visit has, and its key."""
        with self._lock:
            self._keys.pop(visit, None)
            for entry_id in [name for name, entry in self._entries.items() if entry.visit == visit]:
                del self._entries[entry_id]

    def stored(self, visit: str | None) -> list[Stored]:
        """What is kept for the visit, oldest first."""
        with self._lock:
            now = self._clock()
            return [
                Stored(entry.kind, entry_id, entry.size, int(entry.expires - now))
                for entry_id, entry in self._entries.items()
                if entry.visit == visit and entry.sealed and entry.expires > now
            ]

    def sweep(self) -> None:
        """Remove what has expired."""
        with self._lock:
            now = self._clock()
            for entry_id in [name for name, entry in self._entries.items() if entry.expires <= now]:
                self._remove(entry_id)

    def _entry(self, entry_id: str, kind: str | None) -> _Entry:
        entry = self._entries.get(entry_id)
        if (
            entry is None
            or not entry.sealed
            or kind not in (None, entry.kind)
            or entry.expires <= self._clock()
        ):
            raise NotStoredError
        return entry

    def _remove(self, entry_id: str) -> None:
        visit = self._entries.pop(entry_id).visit
        if all(entry.visit != visit for entry in self._entries.values()):
            del self._keys[visit]

    def _make_room(self, visit: str, size: int) -> None:
        limits = self._settings
        if size + sum(e.size for e in self._entries.values() if e.visit == visit) > limits.visit_bytes:
            raise VisitFullError(limits.visit_bytes)
        if size + sum(entry.size for entry in self._entries.values()) > limits.bytes:
            raise StorageFullError


def _bound(entry_id: str, kind: str) -> bytes:
    return f"{entry_id} {kind}".encode()
