"""The render's hair as a layer over the photo, and the photo with it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.affine import apply_affine, compose_affine, resize_affine
from engines.hair_layer import HairLayer
from engines.hairfast.alignment import ALIGNED_SIZE, Alignment
from engines.hairfast.color_match import color_gain
from engines.hairfast.hair_region import hair_region
from engines.palette import linear_to_srgb, srgb_to_linear

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Labels = npt.NDArray[np.uint8]
U8 = npt.NDArray[np.uint8]

LINEAR = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)
"""(256,) float32: linear light 0..1 of an 8-bit sRGB value."""
LINEAR.flags.writeable = False
# Less opacity than this rounds to none in 8 bits.
_TRANSPARENT = 1.0 / 510
# A layer enlarged by no more than this is as sharp as it can be.
_SAME = 1.02
# Colours are compared at this size: the label maps'.
_COARSE = 256


def hair_layer(
    photo: U8,
    render: U8,
    user_labels: Labels,
    new_labels: Labels,
    alignment: Alignment,
    size: tuple[int, int],
) -> HairLayer:
    """What of ``render`` replaces the photo, in the light of the photo.

    ``photo``, ``render`` (ALIGNED_SIZE, ALIGNED_SIZE, 3) uint8 sRGB: the aligned square of the photo, and the
    same re-drawn with other hair. ``user_labels``, ``new_labels`` (256, 256): :class:`FaceLabel` values of
    the two. ``size``: the photo's (width, height), in which ``alignment`` places the square. Where the photo
    has fewer pixels than the square the layer has no more than the photo.
    """
    region = hair_region(user_labels, new_labels)
    drawn = LINEAR[render]
    inside = (alignment.beyond(size) <= 0.0).astype(np.float32)
    gain = color_gain(
        _coarse(LINEAR[photo]),
        _coarse(drawn),
        _coarse(region),
        user_labels,
        new_labels,
        _coarse(inside) == 1.0,
    )
    drawn = drawn * cv2.resize(gain, (ALIGNED_SIZE, ALIGNED_SIZE), interpolation=cv2.INTER_LINEAR)
    alpha = region[..., None]
    rgba = np.concatenate([np.clip(drawn, 0.0, 1.0) * alpha, alpha], axis=2)
    return _reduced(np.asarray(rgba, np.float32), alignment.to_frame)


def placed(layer: HairLayer, size: tuple[int, int]) -> HairLayer:
    """``layer`` in the pixels of a photo of ``size`` (width, height), cut to what it may cover there."""
    left, top, right, bottom = _bounds(layer, size)
    local = layer.to_frame - [[0.0, 0.0, left], [0.0, 0.0, top]]
    if left >= right or top >= bottom:
        return HairLayer(np.zeros((1, 1, 4), np.float32), _moved(0, 0))
    flags = cv2.INTER_CUBIC if _scale(layer.to_frame) > _SAME else cv2.INTER_LINEAR
    rgba = cv2.warpAffine(layer.rgba, local, (right - left, bottom - top), flags=flags)
    alpha = np.clip(rgba[..., 3:], 0.0, 1.0)
    return HairLayer(np.concatenate([np.clip(rgba[..., :3], 0.0, alpha), alpha], axis=2), _moved(left, top))


def over(upper: HairLayer, lower: HairLayer) -> HairLayer:
    """Two layers that are :func:`placed`, as one."""
    rects = [_rect(layer) for layer in (upper, lower)]
    left, top = min(rect[0] for rect in rects), min(rect[1] for rect in rects)
    right, bottom = max(rect[2] for rect in rects), max(rect[3] for rect in rects)
    rgba = np.zeros((bottom - top, right - left, 4), np.float32)
    for layer, rect in ((lower, rects[1]), (upper, rects[0])):
        part = rgba[rect[1] - top : rect[3] - top, rect[0] - left : rect[2] - left]
        part *= 1.0 - layer.rgba[..., 3:]
        part += layer.rgba
    return HairLayer(rgba, _moved(left, top))


def paste(rgb: U8, layer: HairLayer) -> U8:
    """``rgb`` (h, w, 3) uint8 sRGB with ``layer`` over it, blended in linear light.

    Where the layer is transparent the bytes are those of ``rgb``.
    """
    out = rgb.copy()
    layer = placed(layer, (rgb.shape[1], rgb.shape[0]))
    left, top, right, bottom = _rect(layer)
    under, alpha = out[top:bottom, left:right], layer.rgba[..., 3:]
    touched = alpha[..., 0] > _TRANSPARENT
    mixed = LINEAR[under[touched]] * (1.0 - alpha[touched]) + layer.rgba[touched][:, :3]
    under[touched] = np.rint(255.0 * linear_to_srgb(mixed)).astype(np.uint8)
    return out


def _coarse(image: F32) -> F32:
    return np.asarray(cv2.resize(image, (_COARSE, _COARSE), interpolation=cv2.INTER_AREA), np.float32)


def _reduced(rgba: F32, to_frame: F64) -> HairLayer:
    """The layer with pixels no smaller than the photo's, averaged."""
    scale = _scale(to_frame)
    if scale >= 1.0:
        return HairLayer(rgba, to_frame)
    height, width = rgba.shape[:2]
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    averaged = cv2.resize(rgba, small, interpolation=cv2.INTER_AREA)
    affine = compose_affine(to_frame, resize_affine(small, (width, height)))
    return HairLayer(np.asarray(averaged, np.float32), affine)


def _moved(x: int, y: int) -> F64:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def _rect(layer: HairLayer) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a layer that is placed."""
    left, top = (round(value) for value in layer.to_frame[:, 2])
    return left, top, left + layer.rgba.shape[1], top + layer.rgba.shape[0]


def _scale(to_frame: F64) -> float:
    return float(np.hypot(*to_frame[:, 0]))


def _bounds(layer: HairLayer, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The pixels of a frame of ``size`` that the layer may reach: left, top, right, bottom."""
    height, width = layer.rgba.shape[:2]
    corners = np.array([[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]], np.float64)
    points = apply_affine(layer.to_frame, corners)
    low = np.maximum(np.floor(points.min(0)) - 2, 0).astype(int)
    high = np.minimum(np.ceil(points.max(0)) + 3, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
