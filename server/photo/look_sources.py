"""Where the shape and the colour of a look come from."""

from __future__ import annotations

from dataclasses import dataclass

from engines.look import Look
from engines.reference.reference import Reference, ReferenceColors
from server.photo.look_form import LookForm
from server.references.reference_reader import ReferenceReader
from server.references.reference_store import ReferenceStore
from server.uploads.picture_decoder import PictureDecoder

# A head of 1000 px is drawn larger nowhere.
_LONGEST_SIDE = 4096


@dataclass(frozen=True, slots=True)
class FoundLook:
    """A look without its reference; the bytes (Reference.to_bytes) of what gives shape and colour, maybe
    empty."""

    look: Look
    reference: bytes = b""
    dye: bytes = b""


class LookSources:
    """Finds lent references by their ids, and reads those that come with a form."""

    def __init__(
        self, store: ReferenceStore, reader: ReferenceReader, decoder: PictureDecoder, styles: frozenset[str]
    ) -> None:
        self._store = store
        self._reader = reader
        self._decoder = decoder
        self.styles = styles

    def check(self, form: LookForm) -> None:
        """Refuse ids of references that are not there.

        Raises:
            NotStoredError: one is not, or no longer.
        """
        for source in (form.shape, form.color):
            if isinstance(source, str):
                self._store.expires(source)

    async def find(self, form: LookForm) -> FoundLook:
        """The look of ``form``.

        Raises:
            RequestError: a reference is not stored any more, or a picture cannot serve as one.
        """
        shape = await self._reference(form.shape)
        color = shape if form.color is form.shape else await self._reference(form.color)
        colors: ReferenceColors | None = color.colors if color is not None else None
        look = form.look(self.styles, colors, shape.style if shape is not None else None)
        lent = shape.to_bytes() if shape is not None else b""
        dye = lent if color is shape else color.to_bytes() if color is not None else b""
        return FoundLook(look, lent, dye)

    async def _reference(self, source: str | bytes | None) -> Reference | None:
        if source is None:
            return None
        if isinstance(source, str):
            return self._store.get(source)
        read = await self._reader.read(await self._decoder.decode(source, _LONGEST_SIDE), None)
        return Reference.from_bytes(read.data)
