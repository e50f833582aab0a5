"""Laying hair over a frame."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hair_layer import HairLayer
from realtime.analysis import FrameAnalysis
from realtime.color_tables import LINEAR_OF_SRGB, SRGB_OF_LINEAR
from realtime.composite.coarse_fill import CoarseFill
from realtime.composite.compositor_kernel import blend_pixels, coverage
from realtime.composite.contact_shadow import COARSE, REACH, contact_shadow
from realtime.composite.light_wrap import LightWrap
from realtime.head.head_motion import HeadMotion
from realtime.light.camera_match import match_blur, noise_of, smear
from realtime.occlusion.occluder import Occluder
from realtime.rect import Rect
from realtime.removal.removal import RemovalFill
from realtime.removal.removal_fade import RemovalFade

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_NO_MASKS = np.zeros((0, 0, 2), np.float32)
_NO_SKIN = np.zeros((0, 0, 4), np.float32)
_NO_PLATE = np.zeros((0, 0, 3), np.uint8)
_NO_COVER = np.zeros((0, 0), np.uint8)


class Compositor:
    """Composes the frames of one session."""

    def __init__(self) -> None:
        self._motion = HeadMotion()
        self._fade = RemovalFade()
        self._wrap = LightWrap()

    def compose(
        self,
        rgb: U8,
        face: Face,
        layer: HairLayer | None,
        analysis: FrameAnalysis | None,
        occluder: Occluder | None = None,
    ) -> Rect | None:
        """Lay ``layer`` over ``rgb`` (h, w, 3) uint8 sRGB, in place; ``face`` is tracked in the same frame.

        In linear light and in this order: own hair removed, contact shadow on the person, hair with the
        camera's black level, blur, smear of motion and noise, and the background's light on its edge. Without
        ``analysis``, or with a layer that asks for none, there is neither removal nor shadow. None of it is
        done where ``occluder`` is in front.
        Returns the pixels that may have changed, ``None`` where nothing was drawn.
        """
        if layer is None or face.opacity <= 0.0:
            return None
        frame = Rect(0, 0, rgb.shape[1], rgb.shape[0])
        hair, (x, y, size) = _upright(layer, frame)
        across, down = self._motion(face)
        hair, column, row = smear(match_blur(hair, face.light.blur / size), (across / size, down / size))
        hair = _bordered(hair)
        x, y = x - (column + 1) * size, y - (row + 1) * size
        to_frame = np.array([[size, 0.0, x], [0.0, size, y]])
        area = _bounds(hair.shape, to_frame)
        fill, head = None, to_frame
        if analysis is not None and layer.removal > 0.0:
            fill = self._fade.at(analysis, face.time)
            head = analysis.to_frame_of(face)
            area = _union(_grown(area, int(REACH * face.pose.scale)), _removed(fill, head))
        area = area.within(frame)
        if area.empty:
            return None
        masks, skin, cells, plate = _NO_MASKS, _NO_SKIN, (0.0, 0.0, 1.0), _NO_PLATE
        if analysis is not None and fill is not None:
            coarse = CoarseFill.of(fill, head, area, face, layer.removal, analysis.face)
            masks, skin, cells = coarse.masks, coarse.skin, coarse.place
            side = min(max(1, round(face.pose.scale / (COARSE * size))), *hair.shape[:2])
            alpha = coverage(hair, side)
            self._wrap.add(hair, (x, y, size), alpha, analysis.removal.plate, masks[..., 1], cells, face)
            middle = 0.5 * (side - 1) * size
            _shade(coarse, alpha, (x + middle, y + middle, side * size))
            masks *= np.float32(face.opacity)
            plate = fill.plate
        center = np.rint(face.pose.translation).astype(int)
        cover, corner = (occluder.alpha, occluder.area[:2]) if occluder else (_NO_COVER, (0, 0))
        blend_pixels(
            rgb, (area.left, area.top, area.right, area.bottom), hair, (x, y, size),
            masks, skin, cells, plate, cover, corner,
            noise_of(face.light.grain), (int(center[0]), int(center[1])), float(face.opacity),
            float(face.light.black), float(face.light.noise), LINEAR_OF_SRGB, SRGB_OF_LINEAR,
        )  # fmt: skip
        return area


def _upright(layer: HairLayer, frame: Rect) -> tuple[F32, tuple[float, float, float]]:
    """The layer and its place (x, y, pixel size) in the frame; one that is turned is resampled upright."""
    affine = layer.to_frame
    if affine[0, 1] == 0.0 and affine[1, 0] == 0.0 and affine[0, 0] == affine[1, 1]:
        return layer.rgba, (float(affine[0, 2]), float(affine[1, 2]), float(affine[0, 0]))
    area = _grown(_bounds(layer.rgba.shape, affine), 1).within(frame)
    local = affine - [[0.0, 0.0, area.left], [0.0, 0.0, area.top]]
    size = (max(1, area.right - area.left), max(1, area.bottom - area.top))
    return np.asarray(cv2.warpAffine(layer.rgba, local, size), np.float32), (
        float(area.left),
        float(area.top),
        1.0,
    )


def _bordered(rgba: F32) -> F32:
    return np.asarray(
        cv2.copyMakeBorder(rgba, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)), np.float32
    )


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


def _shade(coarse: CoarseFill, alpha: F32, place: tuple[float, float, float]) -> None:
    """Put the shadow of hair, whose coverage ``alpha`` lies at ``place``, into ``coarse``."""
    (x, y, size), (left, top, cell) = place, coarse.place
    to_cells = np.array([[size, 0.0, x - left], [0.0, size, y - top]]) / cell
    rows, columns = coarse.masks.shape[:2]
    coarse.masks[..., 1] *= contact_shadow(alpha, to_cells, (columns, rows), coarse.face)
