"""Two hair layers as one."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine
from engines.hair_layer import HairLayer

F32 = npt.NDArray[np.float32]

Box = tuple[int, int, int, int]


def mix_layers(
    first: HairLayer | None, second: HairLayer | None, share: float, size: tuple[int, int]
) -> HairLayer | None:
    """``first``, ``share`` (0..1) of the way to ``second``, in a frame of ``size`` (width, height)."""
    if share <= 0.0:
        return first
    if share >= 1.0:
        return second
    if first is None or second is None:
        layer, weight = (first, 1.0 - share) if first is not None else (second, share)
        if layer is None:
            return None
        return HairLayer(layer.rgba * np.float32(weight), layer.to_frame, layer.removal * weight)
    boxes = [_bounds(layer, size) for layer in (first, second)]
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    right, bottom = (max(box[side] for box in boxes) for side in (2, 3))
    if left >= right or top >= bottom:
        return None
    a, b = (_placed(layer, (left, top, right, bottom)) for layer in (first, second))
    return HairLayer(
        np.asarray(cv2.addWeighted(a, 1.0 - share, b, share, 0.0), np.float32),
        np.array([[1.0, 0.0, left], [0.0, 1.0, top]]),
        first.removal + share * (second.removal - first.removal),
    )


def _bounds(layer: HairLayer, size: tuple[int, int]) -> Box:
    height, width = layer.rgba.shape[:2]
    corners = np.array([(x, y) for x in (0, width - 1) for y in (0, height - 1)], np.float64)
    points = apply_affine(layer.to_frame, corners)
    low = np.maximum(np.floor(points.min(0)), 0).astype(int)
    high = np.minimum(np.ceil(points.max(0)) + 1, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _placed(layer: HairLayer, box: Box) -> F32:
    """The layer in the frame's pixels of ``box``."""
    left, top, right, bottom = box
    local = layer.to_frame - [[0.0, 0.0, left], [0.0, 0.0, top]]
    return np.asarray(cv2.warpAffine(layer.rgba, local, (right - left, bottom - top)), np.float32)
