"""The references of one live session."""

from __future__ import annotations

from collections import OrderedDict

from engines.reference.reference import Reference
from server.errors import NotStoredError
from server.references.reference_store import ReferenceStore

_MOST = 3


class SessionReferences:
    """References that a session uses, unsealed once and no longer held than they are stored.

    The same id gives the same object, by which engines know that nothing changed.
    """

    def __init__(self, store: ReferenceStore) -> None:
        self._store = store
        self._held: OrderedDict[str, Reference] = OrderedDict()

    def find(self, reference_id: str) -> Reference | None:
        """The reference of that id; ``None`` where it is not stored (any more)."""
        self._drop_gone()
        if reference_id not in self._held:
            try:
                self._held[reference_id] = self._store.get(reference_id)
            except NotStoredError:
                return None
        self._held.move_to_end(reference_id)
        if len(self._held) > _MOST:
            self._held.popitem(last=False)
        return self._held[reference_id]

    def holds(self, reference: Reference) -> bool:
        """Whether ``reference`` is still stored, so that it may be used."""
        self._drop_gone()
        return any(held is reference for held in self._held.values())

    def _drop_gone(self) -> None:
        for reference_id in list(self._held):
            try:
                self._store.expires(reference_id)
            except NotStoredError:
                del self._held[reference_id]
