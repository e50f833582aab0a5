"""A photo and the face in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hairfast.alignment import Alignment


@dataclass(frozen=True, eq=False)
class Portrait:
    """``rgb`` (h, w, 3) uint8 sRGB, any size; ``face``: the one in it that is meant."""

    rgb: npt.NDArray[np.uint8]
    face: Face

    @cached_property
    def alignment(self) -> Alignment:
        """Where the aligned square lies in the photo."""
        return Alignment.of(self.face.landmarks)

    @cached_property
    def square(self) -> npt.NDArray[np.uint8]:
        """(ALIGNED_SIZE, ALIGNED_SIZE, 3) uint8: the aligned square."""
        return self.alignment.crop(self.rgb)

    @cached_property
    def beyond(self) -> npt.NDArray[np.float32]:
        """Where the square leaves the photo; see :meth:`Alignment.beyond`."""
        return self.alignment.beyond(self.size)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the photo."""
        return self.rgb.shape[1], self.rgb.shape[0]
