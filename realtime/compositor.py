"""Laying hair over a frame."""

from __future__ import annotations

import cv2
import numba
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hair_layer import HairLayer
from realtime.analysis import FrameAnalysis
from realtime.camera_match import match_blur, noise_tile
from realtime.color_tables import LINEAR_OF_SRGB, LINEAR_STEPS, SRGB_OF_LINEAR
from realtime.contact_shadow import contact_shadow
from realtime.rect import Rect

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

_NOTHING_REMOVED = np.zeros((1, 1, 2), np.uint8)
_NO_FILL = np.zeros((1, 1, 4), np.uint8)


class Compositor:
    """Composes one session's frames; keeps the removal fill that is fading in."""

    def __init__(self) -> None:
        self._noise = noise_tile()

    def compose(
        self,
        rgb: U8,
        face: Face,
        layer: HairLayer | None,
        analysis: FrameAnalysis | None,
    ) -> Rect | None:
        """Lay ``layer`` over ``rgb`` (h, w, 3) uint8 sRGB, in place, with ``face`` of the same frame.

        Order: own hair removed, contact shadow, hair in linear light, the camera's black level, blur and
        noise. Returns the pixels that may have changed; ``None`` where nothing was drawn.
        """
        if layer is None or face.opacity <= 0.0:
            return None
        height, width = rgb.shape[:2]
        frame = Rect(0, 0, width, height)
        area = _layer_rect(layer, frame)
        if area.empty:
            return None
        reach = int(4.5 * face.pose.scale)
        area = Rect(area.left - reach, area.top - reach, area.right + reach, area.bottom + reach).within(
            frame
        )
        hair = match_blur(_place(layer, area), face.light.blur)
        shadow = contact_shadow(np.ascontiguousarray(hair[..., 3]), face)
        masks, fill, plate = _NOTHING_REMOVED, _NO_FILL, _NO_FILL
        if analysis is not None:
            masks, fill, plate = _warp(analysis, face, area)
        ox, oy = (round(float(v)) for v in face.pose.translation)
        _blend(
            rgb[area.top : area.bottom, area.left : area.right],
            hair, shadow, masks, fill, plate, self._noise, area.left - ox, area.top - oy,
            face.opacity, face.light.black, face.light.noise, LINEAR_OF_SRGB, SRGB_OF_LINEAR,
        )  # fmt: skip
        return area


def _layer_rect(layer: HairLayer, frame: Rect) -> Rect:
    height, width = layer.rgba.shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]]) @ layer.to_frame.T
    low, high = np.floor(corners.min(0)).astype(int), np.ceil(corners.max(0)).astype(int)
    return Rect(int(low[0]), int(low[1]), int(high[0]), int(high[1])).within(frame)


def _place(layer: HairLayer, area: Rect) -> F32:
    offset = layer.to_frame.copy()
    offset[:, 2] -= (area.left, area.top)
    size = (area.right - area.left, area.bottom - area.top)
    shift = offset[:, 2]
    if np.array_equal(offset[:, :2], np.eye(2)) and np.array_equal(shift, np.rint(shift)):
        out = np.zeros((size[1], size[0], 4), np.float32)
        x, y = int(shift[0]), int(shift[1])
        height, width = layer.rgba.shape[:2]
        left, top, right, bottom = max(x, 0), max(y, 0), min(x + width, size[0]), min(y + height, size[1])
        out[top:bottom, left:right] = layer.rgba[top - y : bottom - y, left - x : right - x]
        return out
    return np.asarray(cv2.warpAffine(layer.rgba, offset, size, flags=cv2.INTER_LINEAR), np.float32)


def _warp(analysis: FrameAnalysis, face: Face, area: Rect) -> tuple[U8, U8, U8]:
    size = (area.right - area.left, area.bottom - area.top)
    back = np.array([area.left, area.top], np.float64)
    head, ground = analysis.to_frame_of(face), analysis.to_frame.copy()
    head[:, 2] -= back
    ground[:, 2] -= back
    removal = analysis.removal
    return (
        np.asarray(cv2.warpAffine(removal.masks, head, size), np.uint8),
        np.asarray(cv2.warpAffine(removal.head, head, size, borderMode=cv2.BORDER_REPLICATE), np.uint8),
        np.asarray(cv2.warpAffine(removal.plate, ground, size, borderMode=cv2.BORDER_REPLICATE), np.uint8),
    )


@numba.njit(cache=True, nogil=True, fastmath=True)
def _blend(
    rgb: U8, hair: F32, shadow: F32, masks: U8, fill: U8, plate: U8, noise: F32, ox: int, oy: int,
    opacity: float, black: float, sigma: float, to_linear: F32, to_srgb: F32,
) -> None:  # fmt: skip
    height, width = rgb.shape[:2]
    removing = masks.shape[0] == height
    rows, columns = shadow.shape
    lift = np.float32(0.9 * black)
    keep = np.float32(1.0 - black)
    for y in range(height):
        sy = min(max((y + 0.5) * 0.25 - 0.5, 0.0), rows - 1.0)
        y0 = int(sy)
        y1 = min(y0 + 1, rows - 1)
        fy = sy - y0
        for x in range(width):
            alpha = hair[y, x, 3] * opacity
            removed = np.float32(0.0)
            body = np.float32(0.0)
            if removing:
                removed = masks[y, x, 0] * np.float32(opacity / 255.0)
                body = masks[y, x, 1] * np.float32(opacity / 255.0)
            if alpha <= 0.002 and removed <= 0.002 and body <= 0.02:
                continue
            r = to_linear[rgb[y, x, 0]]
            g = to_linear[rgb[y, x, 1]]
            b = to_linear[rgb[y, x, 2]]
            if removed > 0.002:
                w = fill[y, x, 3] * np.float32(1.0 / 255.0)
                r += removed * (w * to_linear[fill[y, x, 0]] + (1 - w) * to_linear[plate[y, x, 0]] - r)
                g += removed * (w * to_linear[fill[y, x, 1]] + (1 - w) * to_linear[plate[y, x, 1]] - g)
                b += removed * (w * to_linear[fill[y, x, 2]] + (1 - w) * to_linear[plate[y, x, 2]] - b)
            if body > 0.02:
                sx = min(max((x + 0.5) * 0.25 - 0.5, 0.0), columns - 1.0)
                x0 = int(sx)
                x1 = min(x0 + 1, columns - 1)
                fx = sx - x0
                top = shadow[y0, x0] + fx * (shadow[y0, x1] - shadow[y0, x0])
                bottom = shadow[y1, x0] + fx * (shadow[y1, x1] - shadow[y1, x0])
                dark = (1.0 - top - fy * (bottom - top)) * body
                if dark <= 0.004 and alpha <= 0.002 and removed <= 0.002:
                    continue
                # k ** (.85, 1, 1.08): skin under hair turns warm, not grey.
                k = 1.0 - dark
                r *= k**0.85
                g *= k
                b *= k**1.08
            rest = np.float32(1.0) - alpha
            r = hair[y, x, 0] * opacity * keep + lift * alpha + rest * r
            g = hair[y, x, 1] * opacity * keep + lift * alpha + rest * g
            b = hair[y, x, 2] * opacity * keep + lift * alpha + rest * b
            grain = sigma * max(alpha, removed) * noise[(y + oy) & 255, (x + ox) & 255] + 0.5
            rgb[y, x, 0] = int(
                min(max(to_srgb[int(min(max(r, 0.0), 1.0) * LINEAR_STEPS + 0.5)] + grain, 0.0), 255.0)
            )
            rgb[y, x, 1] = int(
                min(max(to_srgb[int(min(max(g, 0.0), 1.0) * LINEAR_STEPS + 0.5)] + grain, 0.0), 255.0)
            )
            rgb[y, x, 2] = int(
                min(max(to_srgb[int(min(max(b, 0.0), 1.0) * LINEAR_STEPS + 0.5)] + grain, 0.0), 255.0)
            )
