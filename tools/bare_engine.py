"""No hair at all: what is left when the wearer's own hair is taken away."""

from __future__ import annotations

import numpy as np

from engines.face import Face
from engines.hair_layer import HairLayer
from engines.head_crop import HeadCrop
from engines.look import Look

BALD = "bald"
"""The style of tools that shows the bare head. It is no style of the gallery."""


class BareEngine:
    """Implements ``HairEngine[None, None]`` with an empty layer, under which all own hair goes."""

    name = "bare"

    def prepare(self, look: Look) -> None:
        """There is nothing to prepare."""

    def keyframe(self, crop: HeadCrop, face: Face, prepared: None) -> None:
        """There is nothing to keep."""

    def render(self, face: Face, keyframe: None) -> HairLayer:
        """A layer without hair in the middle of the head."""
        x, y = np.clip(face.pose.translation, 0.0, np.array(face.size) - 1.0)
        return HairLayer(np.zeros((2, 2, 4), np.float32), np.array([[1.0, 0.0, x], [0.0, 1.0, y]]))

    def close(self) -> None:
        """There is nothing to free."""
