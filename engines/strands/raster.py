"""Strand segments to pixels: front to back, sub-pixel widths as coverage."""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]

# A pixel is done at this alpha; what lies behind would add less than a display step.
_FULL = 0.98


@numba.njit(cache=True, nogil=True, fastmath=True)
def draw_segments(
    layer: F32, depth: F32, position: F32, color: F32, width: F32, segments: I32, softness: float
) -> int:
    """Blend segments into ``layer`` (h, w, 4), premultiplied linear RGBA; returns the pixels written.

    ``depth`` (h, w): occluder depth, px. ``position`` (k, 3): buffer x, y, depth in px. ``color`` (k, 3):
    linear RGB. ``width`` (k,): px. ``segments`` (m,), front to back, as in visibility.View. Hair fades in
    over ``softness`` px in front of the occluder, which hides z-fighting where it touches the skin.

    A segment advances one pixel along its longer axis and spreads its coverage linearly over the two pixels
    across it; width below a pixel becomes alpha, so thin strands neither sparkle nor vanish.
    """
    rows, columns = depth.shape
    soften = 1.0 / softness
    written = 0
    for q in range(segments.shape[0]):
        a = segments[q]
        b = a + 1
        x0, y0, x1, y1 = position[a, 0], position[a, 1], position[b, 0], position[b, 1]
        if min(x0, x1) < 1.0 or min(y0, y1) < 1.0 or max(x0, x1) > columns - 3 or max(y0, y1) > rows - 3:
            continue
        z0, z1 = position[a, 2], position[b, 2]
        xm, ym = int(0.5 * (x0 + x1)), int(0.5 * (y0 + y1))
        if (
            layer[ym, xm, 3] > _FULL
            and layer[int(y0), int(x0), 3] > _FULL
            and layer[int(y1), int(x1), 3] > _FULL
        ):
            continue
        if z0 < depth[int(y0), int(x0)] and z1 < depth[int(y1), int(x1)] and 0.5 * (z0 + z1) < depth[ym, xm]:
            continue
        dx, dy = x1 - x0, y1 - y0
        steep = abs(dy) >= abs(dx)
        steps = int(abs(dy) if steep else abs(dx)) + 1
        inverse = 1.0 / steps
        stretch = math.sqrt(dx * dx + dy * dy) * inverse
        w0, dw = width[a] * stretch, (width[b] - width[a]) * stretch * inverse
        r, g, bl = color[a, 0], color[a, 1], color[a, 2]
        dr, dg, db = (color[b, 0] - r) * inverse, (color[b, 1] - g) * inverse, (color[b, 2] - bl) * inverse
        sx, sy, sz = dx * inverse, dy * inverse, (z1 - z0) * inverse
        x, y, z = x0 + 0.5 * sx, y0 + 0.5 * sy, z0 + 0.5 * sz
        r, g, bl, w = r + 0.5 * dr, g + 0.5 * dg, bl + 0.5 * db, w0 + 0.5 * dw
        for _ in range(steps):
            if steep:
                yi, xi = int(y + 0.5), int(x)
                far = x - xi
            else:
                xi, yi = int(x + 0.5), int(y)
                far = y - yi
            cover = min(w, 0.95)
            for side in range(2):
                xx = xi + side if steep else xi
                yy = yi if steep else yi + side
                through = 1.0 - layer[yy, xx, 3]
                front = (z - depth[yy, xx]) * soften
                if through > 1.0 - _FULL and front > 0.0:
                    alpha = cover * (far if side else 1.0 - far) * through * min(front, 1.0)
                    layer[yy, xx, 0] += r * alpha
                    layer[yy, xx, 1] += g * alpha
                    layer[yy, xx, 2] += bl * alpha
                    layer[yy, xx, 3] += alpha
                    written += 1
            x += sx
            y += sy
            z += sz
            r += dr
            g += dg
            bl += db
            w += dw
    return written


@numba.njit(cache=True, nogil=True, fastmath=True)
def finish_layer(
    layer: F32,
    depth: F32,
    to_head: F32,
    origin: F32,
    scale: float,
    skull: F32,
    hairline: F32,
    underlay: F32,
    part_x: float,
) -> None:
    """Paint the scalp's dark hair under the strands, and make nearly opaque pixels opaque.

    ``underlay`` (4,): linear RGB and alpha of the paint. It starts softly at the hairline (1.3 cm), ends
    within 0.3 cm of a parting at ``part_x`` cm (far away: none) and thins towards the skull's outline.
    ``scale``: px per cm. ``skull`` (6,), ``hairline`` (n, 2): azimuth in radians and height in cm. Rays as in
    occluder.add_ellipsoids.
    """
    rows, columns = depth.shape
    ix, iy, iz = 1.0 / skull[3], 1.0 / skull[4], 1.0 / skull[5]
    dx, dy, dz = to_head[0, 2] * ix, to_head[1, 2] * iy, to_head[2, 2] * iz
    qa = dx * dx + dy * dy + dz * dz
    for y in range(rows):
        v = y - origin[1]
        for x in range(columns):
            alpha = layer[y, x, 3]
            if alpha >= _FULL - 0.005:
                gain = 1.0 / alpha
                for c in range(3):
                    layer[y, x, c] *= gain
                layer[y, x, 3] = 1.0
                continue
            if underlay[3] <= 0.0:
                continue
            u = x - origin[0]
            ox = (to_head[0, 0] * u + to_head[0, 1] * v - skull[0]) * ix
            oy = (to_head[1, 0] * u + to_head[1, 1] * v - skull[1]) * iy
            oz = (to_head[2, 0] * u + to_head[2, 1] * v - skull[2]) * iz
            qb = ox * dx + oy * dy + oz * dz
            disc = qb * qb - qa * (ox * ox + oy * oy + oz * oz - 1.0)
            if disc <= 0.0:
                continue
            z = (math.sqrt(disc) - qb) / qa
            if z < depth[y, x] - 0.5 * scale:
                continue
            hx, hy, hz = (
                (ox + z * dx) * skull[3],
                (oy + z * dy) * skull[4] + skull[1],
                (oz + z * dz) * skull[5],
            )
            azimuth = math.atan2(abs(hx), hz)
            k = 0
            while k < hairline.shape[0] - 2 and hairline[k + 1, 0] < azimuth:
                k += 1
            part = (azimuth - hairline[k, 0]) / (hairline[k + 1, 0] - hairline[k, 0])
            edge = (hy - hairline[k, 1] * (1.0 - part) - hairline[k + 1, 1] * part) / 1.3
            edge = min(max(edge, 0.0), 1.0)
            paint = (
                underlay[3]
                * edge
                * edge
                * (3.0 - 2.0 * edge)
                * min(1.0, 1.2 * math.sqrt(disc) / (qa * scale))
            )
            if hz > -4.0:
                paint *= min(1.0, max(0.0, (abs(hx + skull[0] - part_x) - 0.12) / 0.3))
            paint *= 1.0 - alpha
            for c in range(3):
                layer[y, x, c] += paint * underlay[c]
            layer[y, x, 3] = alpha + paint
