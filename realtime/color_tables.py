"""Look-up tables between 8-bit sRGB and linear light, for compiled loops."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.palette import linear_to_lab, linear_to_srgb, srgb_to_linear

LINEAR_STEPS = 4095
"""Index of linear 1.0 in :data:`SRGB_OF_LINEAR`: the fewest steps that still tell all 8-bit levels apart."""

LINEAR_OF_SRGB: npt.NDArray[np.float32] = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)
"""(256,) float32: linear light 0..1 of an 8-bit sRGB value."""

SRGB_OF_LINEAR: npt.NDArray[np.float32] = (
    255.0 * linear_to_srgb(np.arange(LINEAR_STEPS + 1) / LINEAR_STEPS)
).astype(np.float32)
"""(4096,) float32: sRGB 0..255, unrounded, of linear light at ``index / LINEAR_STEPS``."""

BYTE_OF_LINEAR: npt.NDArray[np.uint8] = np.rint(SRGB_OF_LINEAR).astype(np.uint8)
"""(4096,) uint8: :data:`SRGB_OF_LINEAR`, rounded."""

LIGHTNESS_OF_LINEAR: npt.NDArray[np.float32] = linear_to_lab(
    np.repeat(np.arange(LINEAR_STEPS + 1)[:, None] / LINEAR_STEPS, 3, axis=1)
)[:, 0].astype(np.float32)
"""(4096,) float32: CIE L*, 0..100, of a luminance of ``index / LINEAR_STEPS``."""

LINEAR_OF_SRGB.flags.writeable = False
BYTE_OF_LINEAR.flags.writeable = False
SRGB_OF_LINEAR.flags.writeable = False
LIGHTNESS_OF_LINEAR.flags.writeable = False
