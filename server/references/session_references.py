"""The references of one live session."""

from __future__ import annotations

from collections import OrderedDict

from engines.reference.reference import Reference
from server.references.reference_store import ReferenceStore

_MOST = 3


class SessionReferences:
    """References that a session uses, unsealed once and no longer held than they are stored.

    The same id gives the same object, by which engines know that nothing changed.
    """

    def __init__(self, store: ReferenceStore) -> None:
        self._store = store
        self._held: OrderedDict[str, Reference] = OrderedDict()
        self._let_go = False

    def find(self, reference_id: str) -> Reference | None:
        """The reference of that id; ``None`` where it is not stored (any more)."""
        if not self._store.has(reference_id):
            return None
        if reference_id not in self._held:
            self._held[reference_id] = self._store.get(reference_id)
        self._held.move_to_end(reference_id)
        if len(self._held) > _MOST:
            self._held.popitem(last=False)
            self._let_go = True
        return self._held[reference_id]

    def holds(self, reference: Reference) -> bool:
        """Whether ``reference`` may still be used."""
        return any(held is reference for held in self._held.values())

    def drop_gone(self) -> bool:
        """Let go of those that are not stored any more; whether any was let go of since the last call."""
        gone = [reference_id for reference_id in self._held if not self._store.has(reference_id)]
        for reference_id in gone:
            del self._held[reference_id]
        let_go, self._let_go = self._let_go or bool(gone), False
        return let_go
