"""A reference of the visitor's own, for the networks."""

from __future__ import annotations

from engines.hairfast.alignment import Alignment
from engines.hairfast.reference_code import ReferenceCode
from engines.hairfast.transfer import Transfer
from engines.reference.reference import Reference


class LentReference:
    """Encoded when a pass first asks, and kept in memory only: it is gone with the look that names it.

    Called by the networks' thread.
    """

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._code: ReferenceCode | None = None

    def __call__(self, transfer: Transfer) -> ReferenceCode:
        """Its code.

        Raises:
            PhotoError: the photo is not fit for the networks; the message says what would work.
        """
        if self._code is None:
            alignment = Alignment.of(self._reference.landmarks[:, :2].astype(float))
            self._code = transfer.encode_reference(alignment.crop(self._reference.rgb))
        return self._code
