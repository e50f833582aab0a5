"""A picture with exact or trusted labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.train_matte.hands import Held
from tools.train_matte.headwear import Headwear
from tools.train_matte.layering import over

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scene:
    """On the canvas: ``rgb`` (CANVAS, CANVAS, 3) sRGB 0..1; ``values`` and ``weights`` (CANVAS, CANVAS, 3)
    0..1: hair, skin, person, and how much each pixel counts."""

    rgb: F32
    values: F32
    weights: F32

    def with_hair(self, color: F32, alpha: F32, shadow: F32) -> Scene:
        """Hair of ``color`` (h, w, 3) and ``alpha`` (h, w) laid on; ``shadow`` (h, w) darkens what is below.

        Where the picture shows hair already, that stays hair.
        """
        below = self.rgb * (1.0 - shadow)[..., None]
        free = 1.0 - alpha
        hair, skin, person = (self.values[..., channel] for channel in range(3))
        values = np.stack([1.0 - (1.0 - hair) * free, skin * free, 1.0 - (1.0 - person) * free], axis=-1)
        # Opaque hair is known whatever was below; in between, only where the picture was known as well.
        weights = np.maximum(self.weights, (alpha > 0.95)[..., None])
        return Scene(over(below, color, alpha), values.astype(np.float32), weights.astype(np.float32))

    def with_held(self, held: Held) -> Scene:
        """A hand or a thing in front."""
        return self._covered(held.rgb, held.alpha, held.skin, held.person)

    def with_headwear(self, wear: Headwear) -> Scene:
        """Something on the head."""
        return self._covered(wear.rgb, wear.alpha, np.zeros_like(wear.alpha), wear.worn)

    def _covered(self, rgb: F32, alpha: F32, skin: F32, person: F32) -> Scene:
        free = (1.0 - alpha)[..., None]
        values = self.values * free
        values[..., 1] += skin
        values[..., 2] += person
        weights = np.maximum(self.weights, (alpha > 0.95)[..., None])
        return Scene(over(self.rgb, rgb, alpha), np.clip(values, 0.0, 1.0), weights.astype(np.float32))
