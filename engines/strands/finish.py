"""What makes a layer of strands a head of hair: the scalp under it, closed gaps, smooth edges."""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from engines.strands.boxes import box_at

F32 = npt.NDArray[np.float32]

# Above this alpha a pixel becomes opaque: what shows through is the same hair.
_FULL = 0.97
# Scalp is painted although something up to this far in front of it, cm, hides it: the face mesh overlaps it.
_IN_FRONT = 0.5
# Widths in cm: of the hairline's ramp, of the bare line of a parting and of the ramp beside it; and how far
# back, cm behind the skull's centre, a parting reaches.
_HAIRLINE_WIDTH, _PART_BARE, _PART_WIDTH, _PART_BACK = 1.3, 0.12, 0.3, -4.0
# The distance behind the skull's centre, cm, at which a fade has come down all the way.
_BACK = 8.0


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def close_pinholes(layer: F32) -> None:
    """Raise alpha a to a + a²(1 - a) in ``layer`` (h, w, 4), and nearly opaque pixels to opaque.

    Strands laid at random leave specks of background in dense hair; its thin edges stay thin.
    """
    one = np.float32(1.0)
    for y in range(layer.shape[0]):
        for x in range(layer.shape[1]):
            alpha = layer[y, x, 3]
            gain = one + alpha * (one - alpha)
            if alpha * gain > _FULL:
                gain = one / alpha
            for c in range(4):
                layer[y, x, c] *= gain


@numba.njit(inline="always", error_model="numpy")
def _azimuth(aside: np.float32, ahead: np.float32) -> np.float32:
    """atan2 of ``aside``, not negative, and ``ahead``: polynomial 4.4.47 of Abramowitz and Stegun (error
    below 1e-5 rad)."""
    far = abs(ahead)
    share = min(aside, far) / (max(aside, far) + np.float32(1e-20))
    square = share * share
    poly = np.float32(-0.0851330) + square * np.float32(0.0208351)
    poly = np.float32(0.1801410) + square * poly
    poly = np.float32(-0.3302995) + square * poly
    angle = share * (np.float32(0.9998660) + square * poly)
    angle = np.float32(math.pi / 2) - angle if aside > far else angle
    return angle if ahead >= np.float32(0.0) else np.float32(math.pi) - angle


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def paint_scalp(
    layer: F32,
    depth: F32,
    to_head: F32,
    origin: F32,
    scale: float,
    skull: F32,
    hairline: F32,
    underlay: F32,
    part_x: float,
    fade: F32,
    boxes: F32,
) -> None:
    """Paint dark hair on the scalp under the strands of ``layer`` (h, w, 4).

    ``underlay`` (4,): linear RGB and alpha of the paint. It starts softly at the hairline, ends at a parting
    at ``part_x`` cm (far away: none) and thins towards the skull's outline. ``scale``: px per cm. ``skull``
    (6,), ``hairline`` (n, 2): azimuth in radians and height in cm; ``fade`` (3,) and ``boxes`` (2,), zeros
    for none, as in StrandSet. Rays as in occluder.add_ellipsoids.
    """
    one, zero = np.float32(1.0), np.float32(0.0)
    size = np.float32(scale)
    ix, iy, iz = one / skull[3], one / skull[4], one / skull[5]
    dx, dy, dz = to_head[0, 2] * ix, to_head[1, 2] * iy, to_head[2, 2] * iz
    qa = dx * dx + dy * dy + dz * dz
    lowest = hairline[:, 1].min()
    reach = size * (max(skull[3], skull[4], skull[5]) + math.hypot(skull[1], skull[2]))
    top, bottom = max(0, int(origin[1] - reach)), min(depth.shape[0], int(origin[1] + reach) + 1)
    left, right = max(0, int(origin[0] - reach)), min(depth.shape[1], int(origin[0] + reach) + 1)
    for y in range(top, bottom):
        v = np.float32(y) - origin[1]
        for x in range(left, right):
            alpha = layer[y, x, 3]
            if alpha >= one:
                continue
            u = np.float32(x) - origin[0]
            ox = (to_head[0, 0] * u + to_head[0, 1] * v - skull[0]) * ix
            oy = (to_head[1, 0] * u + to_head[1, 1] * v - skull[1]) * iy
            oz = (to_head[2, 0] * u + to_head[2, 1] * v - skull[2]) * iz
            qb = ox * dx + oy * dy + oz * dz
            disc = qb * qb - qa * (ox * ox + oy * oy + oz * oz - one)
            if disc <= zero:
                continue
            root = np.float32(math.sqrt(disc))
            z = (root - qb) / qa
            hy = (oy + z * dy) * skull[4] + skull[1]
            if hy < lowest or z < depth[y, x] - np.float32(_IN_FRONT) * size:
                continue
            hx, hz = (ox + z * dx) * skull[3], (oz + z * dz) * skull[5]
            azimuth = _azimuth(abs(hx), hz)
            k = 0
            while k < hairline.shape[0] - 2 and hairline[k + 1, 0] < azimuth:
                k += 1
            between = (azimuth - hairline[k, 0]) / (hairline[k + 1, 0] - hairline[k, 0])
            above = hy - hairline[k, 1] * (one - between) - hairline[k + 1, 1] * between
            if above <= zero:
                continue
            edge = min(above / np.float32(_HAIRLINE_WIDTH), one)
            paint = underlay[3] * edge * edge * (np.float32(3.0) - edge - edge) * (one - alpha)
            paint *= min(one, np.float32(1.2) * root / (qa * size))
            back = min(one, max(zero, -hz / np.float32(_BACK)))
            clipped = min(one, max(zero, (hy + fade[2] * back - fade[0]) / (fade[1] - fade[0])))
            paint *= clipped * clipped * (np.float32(3.0) - clipped - clipped)
            if hz > np.float32(_PART_BACK):
                beside = abs(hx + skull[0] - np.float32(part_x)) - np.float32(_PART_BARE)
                paint *= min(one, max(zero, beside / np.float32(_PART_WIDTH)))
            if boxes[0] > zero:
                _, edge = box_at(ox + z * dx, oy + z * dy, oz + z * dz, boxes[0])
                bare, ramp = np.float32(0.35) * boxes[1], np.float32(0.3) * boxes[1]
                paint *= min(one, max(zero, (edge - bare) / ramp))
            for c in range(3):
                layer[y, x, c] += paint * underlay[c]
            layer[y, x, 3] = alpha + paint


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def soften_edges(layer: F32, depth: F32, jump: float) -> None:
    """Average ``layer`` (h, w, 4) with its four neighbours at the occluder's edges.

    Edges are where ``depth`` (h, w) jumps by more than ``jump`` px: the depth test cuts hair at whole pixels
    there, a cheek in front of hair does not.
    """
    rows, columns = depth.shape
    limit = np.float32(jump)
    edge = np.zeros((rows, columns), np.bool_)
    flat, marks, down = depth.reshape(-1), edge.reshape(-1), np.uintp(columns)
    for y in range(1, rows - 1):
        for x in range(1, columns - 1):
            at = np.uintp(y * columns + x)
            here = flat[at]
            aside = max(abs(here - flat[at + np.uintp(1)]), abs(here - flat[at - np.uintp(1)]))
            marks[at] = max(aside, abs(here - flat[at + down]), abs(here - flat[at - down])) > limit
    found = np.empty(marks.sum(), np.uintp)
    count = 0
    for i in range(marks.size):
        if marks[np.uintp(i)]:
            found[count] = 4 * i
            count += 1
    pixels, below = layer.reshape(-1), np.uintp(4 * columns)
    mean = np.empty((count, 4), np.float32)
    for k in range(count):
        for c in range(4):
            at = found[k] + np.uintp(c)
            around = (
                pixels[at - below] + pixels[at + below] + pixels[at - np.uintp(4)] + pixels[at + np.uintp(4)]
            )
            mean[k, c] = np.float32(0.4) * pixels[at] + np.float32(0.15) * around
    for k in range(count):
        for c in range(4):
            pixels[found[k] + np.uintp(c)] = mean[k, c]
