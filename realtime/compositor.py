"""Laying hair over a frame."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hair_layer import HairLayer
from realtime.analysis import FrameAnalysis
from realtime.camera_match import match_blur, noise_tile
from realtime.color_tables import LINEAR_OF_SRGB, SRGB_OF_LINEAR
from realtime.compositor_kernel import blend_pixels
from realtime.contact_shadow import REACH, contact_shadow
from realtime.head_lock import compose_affine, resize_affine
from realtime.rect import Rect
from realtime.removal import RemovalFill
from realtime.removal_fade import RemovalFade

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_NOTHING = np.zeros((0, 0, 4), np.uint8)


class Compositor:
    """Composes the frames of one session."""

    def __init__(self) -> None:
        self._noise = noise_tile()
        self._fade = RemovalFade()

    def compose(
        self, rgb: U8, face: Face, layer: HairLayer | None, analysis: FrameAnalysis | None
    ) -> Rect | None:
        """Lay ``layer`` over ``rgb`` (h, w, 3) uint8 sRGB, in place; ``face`` is tracked in the same frame.

        In linear light and in this order: own hair removed, contact shadow on the person, hair with the
        camera's black level, blur and noise. Without ``analysis`` there is neither removal nor shadow.
        Returns the pixels that may have changed, ``None`` where nothing was drawn.
        """
        if layer is None or face.opacity <= 0.0:
            return None
        height, width = rgb.shape[:2]
        frame = Rect(0, 0, width, height)
        area = _grown(_bounds(layer.rgba.shape[:2], layer.to_frame), 2)
        fill, removed = None, None
        if analysis is not None:
            fill = self._fade.fill(analysis, face.time)
            head = analysis.to_frame_of(face)
            removed = _removed(fill, head)
            area = _union(_grown(area, int(REACH * face.pose.scale)), removed)
        area = area.within(frame)
        if area.empty:
            return None
        hair = match_blur(_placed(layer, area), face.light.blur, _growth(layer.to_frame))
        dark, masks, skin, plate = np.zeros((0, 0), np.float32), _NOTHING, _NOTHING, _NOTHING
        inner = Rect(area.left, area.top, area.left, area.top)
        if analysis is not None and fill is not None:
            dark = contact_shadow(np.ascontiguousarray(hair[..., 3]), face)
            masks = _warped(fill.masks, head, area)
            if removed is not None and not (inner := removed.within(area)).empty:
                skin = _warped(fill.head, head, inner)
                plate = _warped(fill.plate, analysis.to_frame, inner)
        shift = np.rint(face.pose.translation).astype(int)
        blend_pixels(
            rgb[area.top : area.bottom, area.left : area.right],
            hair,
            dark,
            masks,
            skin,
            plate,
            (inner.left - area.left, inner.top - area.top),
            self._noise,
            (int(area.left - shift[0]), int(area.top - shift[1])),
            float(face.opacity),
            float(face.light.black),
            float(face.light.noise),
            LINEAR_OF_SRGB,
            SRGB_OF_LINEAR,
        )
        return area


def _bounds(shape: tuple[int, ...], to_frame: F64) -> Rect:
    height, width = shape[:2]
    corners = np.array([[0, 0, 1], [width - 1, 0, 1], [0, height - 1, 1], [width - 1, height - 1, 1]])
    points = corners @ to_frame.T
    low, high = np.floor(points.min(0)).astype(int), np.ceil(points.max(0)).astype(int)
    return Rect(int(low[0]), int(low[1]), int(high[0]) + 1, int(high[1]) + 1)


def _grown(rect: Rect, by: int) -> Rect:
    return Rect(rect.left - by, rect.top - by, rect.right + by, rect.bottom + by)


def _union(a: Rect, b: Rect | None) -> Rect:
    if b is None:
        return a
    return Rect(min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom))


def _removed(fill: RemovalFill, head: F64) -> Rect | None:
    """The frame's pixels in which something is removed."""
    extent = fill.extent
    if extent is None:
        return None
    inside = head.copy()
    inside[:, 2] += head[:, :2] @ (extent.left, extent.top)
    return _grown(_bounds((extent.bottom - extent.top, extent.right - extent.left), inside), 2)


def _growth(affine: F64) -> float:
    """How much larger ``affine`` makes things."""
    return float(np.sqrt(abs(np.linalg.det(affine[:, :2]))))


def _placed(layer: HairLayer, area: Rect) -> F32:
    """The layer over ``area``; whole-pixel shifts are copied, all else is resampled."""
    placed = np.zeros((area.bottom - area.top, area.right - area.left, 4), np.float32)
    inner = _grown(_bounds(layer.rgba.shape, layer.to_frame), 1).within(area)
    if inner.empty:
        return placed
    affine = layer.to_frame.copy()
    affine[:, 2] -= (inner.left, inner.top)
    target = placed[
        inner.top - area.top : inner.bottom - area.top, inner.left - area.left : inner.right - area.left
    ]
    x, y = (round(float(v)) for v in affine[:, 2])
    if np.array_equal(affine, [[1.0, 0.0, x], [0.0, 1.0, y]]):
        left, top = max(x, 0), max(y, 0)
        part = layer.rgba[top - y : target.shape[0] - y, left - x : target.shape[1] - x]
        target[top : top + part.shape[0], left : left + part.shape[1]] = part
    else:
        target[...] = cv2.warpAffine(layer.rgba, affine, (target.shape[1], target.shape[0]))
    return placed


def _warped(image: U8, affine: F64, area: Rect) -> U8:
    """``image`` carried to ``area`` by ``affine``: at its own resolution, then resized, which is faster."""
    size = (area.right - area.left, area.bottom - area.top)
    shrink = max(1, round(_growth(affine)))
    small = (-(-size[0] // shrink), -(-size[1] // shrink))
    local = affine.copy()
    local[:, 2] -= (area.left, area.top)
    coarse = compose_affine(resize_affine(size, small), local)
    moved = cv2.warpAffine(image, coarse, small, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(moved, size, interpolation=cv2.INTER_LINEAR), np.uint8)
