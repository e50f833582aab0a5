"""Smooth colour over the places where none is known."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

_SMALLEST = 3


def membrane(values: F32, known: F32) -> F32:
    """(h, w, c) float32: ``values`` where ``known`` (h, w) is 1, elsewhere a smooth continuation.

    Averages over ever larger areas fill what smaller ones leave open: the pull-push algorithm (Gortler et
    al., The lumigraph, SIGGRAPH 1996, 3.4). Where nothing is known the answer is 0.
    """
    weight = np.asarray(known, np.float32)[..., None]
    sums = [values * weight]
    weights = [weight]
    while min(weights[-1].shape[:2]) > _SMALLEST:
        height, width = weights[-1].shape[:2]
        size = ((width + 1) // 2, (height + 1) // 2)
        small = cv2.resize(weights[-1], size, interpolation=cv2.INTER_AREA)[..., None]
        sums.append(_channels(cv2.resize(sums[-1], size, interpolation=cv2.INTER_AREA)))
        # A coarse pixel of which a part is known counts fully, so that colours spread and do not fade.
        grown = np.minimum(small * 4.0, 1.0)
        sums[-1] *= grown / np.maximum(small, 1e-6)
        weights.append(grown)
    # Parts farther from all that is known than the coarsest average reaches.
    mean = sums[-1].sum((0, 1)) / max(float(weights[-1].sum()), 1e-6)
    answer = np.where(weights[-1] > 1e-6, sums[-1] / np.maximum(weights[-1], 1e-6), mean)
    for total, share in zip(sums[-2::-1], weights[-2::-1], strict=True):
        size = (share.shape[1], share.shape[0])
        below = _channels(cv2.resize(answer, size, interpolation=cv2.INTER_LINEAR))
        answer = total + (1.0 - share) * below
    return np.asarray(answer, np.float32)


def _channels(image: npt.NDArray[Any]) -> F32:
    return np.asarray(image if image.ndim == 3 else image[..., None], np.float32)
