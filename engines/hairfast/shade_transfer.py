"""Hair of one colour, shown in the colour of other hair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.palette import lab_to_linear, linear_to_lab

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_SHADES = 16
# So much lighter than the lightest shade or darker than the darkest a hair may be, L*.
_GLINT = 8.0


@dataclass(frozen=True, slots=True)
class ShadeTransfer:
    """The darkest hair becomes the darkest of the other, and so on shade by shade: strands and curls stay.

    ``lightness`` (n,): L* of the shades there are, rising; ``shades`` (n, 3): CIE Lab of what they become.
    """

    lightness: F64
    shades: F64

    @staticmethod
    def between(source: F32, target: F32) -> ShadeTransfer:
        """From pixels of hair, (n, 3) and (m, 3) linear sRGB in [0, 1]."""
        levels = (np.arange(_SHADES) + 0.5) / _SHADES
        target_lab = linear_to_lab(target)
        order = np.argsort(target_lab[:, 0], kind="stable")
        shades = np.stack([np.median(part, axis=0) for part in np.array_split(target_lab[order], _SHADES)])
        lightness = np.quantile(linear_to_lab(source)[:, 0], levels)
        return ShadeTransfer(lightness + 1e-3 * np.arange(_SHADES), shades)

    def __call__(self, linear: F32) -> F32:
        """``linear`` (..., 3): hair of the source's colour, to the target's; both linear sRGB in [0, 1]."""
        found = linear_to_lab(linear)[..., 0]
        lab = np.stack([np.interp(found, self.lightness, shade) for shade in self.shades.T], axis=-1)
        # Glints above and shadows below all shades keep their distance.
        lab[..., 0] += found - np.clip(found, self.lightness[0], self.lightness[-1])
        return lab_to_linear(lab).astype(np.float32)

    def likeness(self, linear: F32) -> F32:
        """0..1, (...): whether a pixel is as light as hair of the source's colour is."""
        found = linear_to_lab(linear)[..., 0]
        outside = np.abs(found - np.clip(found, self.lightness[0], self.lightness[-1]))
        return np.asarray(np.clip(2.0 - outside / _GLINT, 0.0, 1.0), np.float32)
