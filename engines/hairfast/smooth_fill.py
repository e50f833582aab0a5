"""A picture's unknown pixels, filled smoothly from the known ones around them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]


def smooth_fill(image: F32, known: F32) -> F32:
    """``image`` (h, w, 3) where ``known`` (h, w) is 1; where it is 0 what the surroundings suggest.

    Pull-push over a pyramid: S. J. Gortler et al., "The Lumigraph", SIGGRAPH 1996, section 3.4.
    """
    weight = known[..., None]
    if min(known.shape) < 4:
        mean = (image * weight).sum((0, 1)) / max(float(known.sum()), 1e-6)
        return np.asarray(image * weight + mean * (1.0 - weight), np.float32)
    pulled = cv2.pyrDown(known)
    coarse = cv2.pyrDown(image * weight) / np.maximum(pulled, 1e-6)[..., None]
    # A few known pixels are enough to trust a coarse one.
    coarse = smooth_fill(np.asarray(coarse, np.float32), np.minimum(4.0 * pulled, 1.0).astype(np.float32))
    pushed = cv2.pyrUp(coarse, dstsize=(known.shape[1], known.shape[0]))
    return np.asarray(image * weight + pushed * (1.0 - weight), np.float32)
