"""How bright a face is in the picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face


def face_luma(rgb: npt.NDArray[np.uint8], face: Face) -> float:
    """The mean of the face's pixels, 0..255, from a sparse grid of ``rgb`` (h, w, 3) uint8."""
    height, width = rgb.shape[:2]
    low, high = face.landmarks[:, :2].min(axis=0), face.landmarks[:, :2].max(axis=0)
    left, top = np.clip(low, 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(high, 1, (width, height)).astype(int)
    step = max(1, int(high[0] - low[0]) // 24)
    patch = rgb[top : max(bottom, top + 1) : step, left : max(right, left + 1) : step]
    return float(patch.mean())
