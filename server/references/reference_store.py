"""References by their ids."""

from __future__ import annotations

from engines.reference.reference import Reference
from server.errors import NotStoredError
from server.vault import Vault

KIND = "reference"


class ReferenceStore:
    """References in the vault; only who asks for one holds it in the clear."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def put(self, visit: str, data: bytes) -> str:
        """Keep a reference's bytes (Reference.to_bytes); returns its id.

        Raises:
            RequestError: there is no room.
        """
        return self._vault.put(visit, KIND, data)

    def get(self, reference_id: str) -> Reference:
        """The reference of that id; a new object with each call.

        Raises:
            NotStoredError: there is none (any more).
        """
        return Reference.from_bytes(self._vault.get(reference_id, KIND))

    def has(self, reference_id: str) -> bool:
        """Whether it is kept."""
        try:
            self.expires(reference_id)
        except NotStoredError:
            return False
        return True

    def expires(self, reference_id: str) -> int:
        """Seconds that it is still kept.

        Raises:
            NotStoredError: there is none (any more).
        """
        return self._vault.expires(reference_id, KIND)

    def drop(self, reference_id: str) -> None:
        """Forget it.

        Raises:
            NotStoredError: there is none (any more).
        """
        self._vault.drop(reference_id, KIND)
