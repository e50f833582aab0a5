"""The operator's reference photos: each is a style."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engines.errors import UnknownStyleError
from engines.gallery import Style
from engines.hairfast.live.errors import ReferenceFolderError
from engines.hairfast.live.reference_cache import ReferenceCache
from engines.hairfast.reference_code import ReferenceCode
from engines.hairfast.transfer import Transfer

U8 = npt.NDArray[np.uint8]

PREFIX = "ref-"
"""What the ids of these styles begin with."""
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_REMOVAL = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """``style``: the gallery's entry; ``path``: the photo."""

    style: Style
    path: Path


@dataclass(frozen=True, slots=True)
class References:
    """The photos of a folder. Safe to use from several threads.

    ``align`` reads a photo and cuts out the aligned square of the face in it, (1024, 1024, 3) uint8 sRGB; it
    raises a LiveHairError that says what is wrong with the photo. ``weights`` names the networks that encode:
    others' codes do not serve.
    """

    photos: dict[str, Reference]
    align: Callable[[Path], U8]
    cache: ReferenceCache
    weights: str
    _codes: dict[str, ReferenceCode] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def styles(self) -> tuple[Style, ...]:
        """Gallery entries, in the order of the file names."""
        return tuple(reference.style for reference in self.photos.values())

    def picture(self, style: str) -> Path:
        """The photo of a style.

        Raises:
            UnknownStyleError: there is none of that id.
        """
        if style not in self.photos:
            raise UnknownStyleError(style)
        return self.photos[style].path

    def code(self, style: str, transfer: Transfer) -> ReferenceCode:
        """The code of a style's photo: from memory, from disk, or made by ``transfer``.

        Raises:
            UnknownStyleError: there is none of that id.
            LiveHairError: the photo is not fit; the message says what would work.
        """
        with self._lock:
            if style in self._codes:
                return self._codes[style]
        path = self.picture(style)
        content = self.weights.encode() + path.read_bytes()
        code = self.cache.get(content, lambda: transfer.encode_reference(self.align(path)))
        with self._lock:
            return self._codes.setdefault(style, code)


def list_references(folder: Path | None) -> dict[str, Reference]:
    """The photos of ``folder`` by style id, sorted by name; none without a folder.

    ``Long bob 2.jpg`` is the style ``ref-long-bob-2``, called "Long bob 2".

    Raises:
        ReferenceFolderError: the folder cannot be read, or two names make the same id.
    """
    found: dict[str, Reference] = {}
    if folder is None:
        return found
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    except OSError as error:
        raise ReferenceFolderError(f"--references: {folder} cannot be read: {error.strerror}.") from None
    for path in paths:
        name = re.sub(r"[\s_-]+", " ", path.stem).strip()
        identity = PREFIX + re.sub(r"[^\w]+", "-", name.lower()).strip("-")
        if identity in found:
            raise ReferenceFolderError(
                f"--references: {path.name} and {found[identity].path.name} make the same id {identity}: "
                "rename one."
            )
        found[identity] = Reference(Style(identity, name, name, ("reference",), "N3", _REMOVAL), path)
    return found
