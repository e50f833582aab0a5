"""Strand segments to pixels: front to back, sub-pixel widths as coverage; vertices shaded as they are met.

The shading stands here, and not beside its tables, because Numba's cache knows of changes in one file only.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from engines.strands.shading import AX, AY, AZ, GLEAM, LIT, LUM, RED, SHIFT, TX, TY, TZ

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
U8 = npt.NDArray[np.uint8]

# A pixel is done at this alpha: finish.close_pinholes makes it opaque.
_FULL = 0.88
# A segment is drawn once it would add this much alpha, over all its pixels, and as long as it adds that much:
# two thresholds, or segments that hide each other would take turns.
_SHOWS, _SEEN = 0.12, 0.03
# Frames for which a segment is still tried after it was last seen.
_PATIENCE = np.uint8(8)

_HALF_PI = np.float32(math.pi / 2)
# How much of the light from behind comes through the edge of hair.
_THROUGH = np.float32(1.4)
_ONE, _HALF, _ZERO, _TINY = np.float32(1.0), np.float32(0.5), np.float32(0.0), np.float32(1e-4)


@numba.njit(inline="always", error_model="numpy")
def _inclination(cosine: np.float32) -> np.float32:
    """asin by the polynomial 4.4.45 of Abramowitz and Stegun (error below 7e-5 rad)."""
    x = abs(cosine)
    poly = np.float32(-0.2121144) + x * (np.float32(0.0742610) - np.float32(0.0187293) * x)
    angle = _HALF_PI - np.float32(math.sqrt(max(_ZERO, _ONE - x))) * (np.float32(1.5707288) + x * poly)
    return angle if cosine >= _ZERO else -angle


@numba.njit(inline="always", error_model="numpy")
def _lobe(offset: np.float32) -> np.float32:
    """About exp(-offset²), as (1 + offset²/8)^-8: no call, and the longer tail that hair has."""
    base = _ONE / (_ONE + np.float32(0.125) * offset * offset)
    base *= base
    base *= base
    return base * base


@numba.njit(nogil=True, fastmath=True, inline="always", error_model="numpy")
def shade_vertex(material: F32, shade: F32, i: int, color: F32) -> None:
    """Write the linear RGB of vertex ``i`` of ``material`` to ``color[i, :3]``; ``shade``: make_shade."""
    tx, ty, tz = material[i, TX], material[i, TY], material[i, TZ]
    tl = tx * shade[0] + ty * shade[1] + tz * shade[2]
    tv = tx * shade[3] + ty * shade[4] + tz * shade[5]
    tf = tx * shade[6] + ty * shade[7] + tz * shade[8]
    lv = shade[0] * shade[3] + shade[1] * shade[4] + shade[2] * shade[5]
    sl = np.float32(math.sqrt(max(_ZERO, _ONE - tl * tl)))
    sv = np.float32(math.sqrt(max(_ZERO, _ONE - tv * tv)))
    facing = min(_ONE, max(_ZERO, _HALF + _HALF * (lv - tl * tv) / (sl * sv + _TINY)))
    half = np.float32(math.sqrt(facing))
    lit = (
        shade[9] * material[i, LIT]
        + shade[10] * material[i, LIT + 1]
        + shade[11] * material[i, LIT + 2]
        + shade[12] * material[i, LIT + 3]
    )
    ax, ay, az = material[i, AX], material[i, AY], material[i, AZ]
    ambient = np.float32(math.sqrt(ax * ax + ay * ay + az * az))
    inverse = _ONE / (ambient + _TINY)
    nx, ny, nz = ax * inverse, ay * inverse, az * inverse
    # The head itself stands before a light from its other side.
    turned = nx * shade[0] + ny * shade[1] + nz * shade[2]
    lit *= min(_ONE, max(np.float32(0.2), np.float32(0.65) + np.float32(0.7) * turned))
    shift, view = material[i, SHIFT], _inclination(tv)
    theta, theta_fill = _inclination(tl) + view + shift, _inclination(tf) + view + shift
    shifted = np.float32(0.12)
    highlight = half * _lobe((theta + shifted) * shade[13])
    highlight += shade[26] * _lobe((theta_fill + shifted) * shade[13])
    colored = shade[16] * lit * (np.float32(0.4) + np.float32(0.6) * half)
    colored *= _lobe((theta - np.float32(0.16)) * shade[14])
    r, g, b = material[i, RED], material[i, RED + 1], material[i, RED + 2]
    diffuse = shade[18] * ambient
    diffuse += shade[19] * sl * (np.float32(0.35) + np.float32(0.65) * half) * lit
    body = shade[17] * diffuse * material[i, LUM] + np.float32(0.55) * colored
    grey = np.float32(0.15) * colored * (r + g + b) + shade[15] * lit * lit * material[i, GLEAM] * highlight
    red = shade[27] * (_ONE + shade[30] * nx + shade[31] * ny + shade[32] * nz)
    green = shade[28] * (_ONE + shade[33] * nx + shade[34] * ny + shade[35] * nz)
    blue = shade[29] * (_ONE + shade[36] * nx + shade[37] * ny + shade[38] * nz)
    edge = _ONE - np.float32(2.2) * max(_ZERO, nx * shade[3] + ny * shade[4] + nz * shade[5])
    through = _THROUGH * max(_ZERO, edge) * ambient * ambient
    glint = np.float32(0.02) * material[i, GLEAM]
    color[i, 0] = max(r * body * red + grey * shade[42] + through * (r + glint) * shade[39], _ZERO)
    color[i, 1] = max(g * body * green + grey * shade[43] + through * (g + glint) * shade[40], _ZERO)
    color[i, 2] = max(b * body * blue + grey * shade[44] + through * (b + glint) * shade[41], _ZERO)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def draw_segments(
    layer: F32,
    depth: F32,
    position: F32,
    material: F32,
    shade: F32,
    color: F32,
    segments: I32,
    patience: U8,
    frame: int,
    every: int,
    softness: float,
) -> int:
    """Blend segments into ``layer`` (h, w, 4), premultiplied linear RGBA; returns how many were seen.

    ``depth`` (h, w): occluder depth, px. ``position`` (v, 4): buffer x, y, depth and width in px.
    ``material`` (v, 14) and ``shade``: what shade_vertex reads; ``color`` (v, 4): scratch for its
    results, linear RGB and the frame they serve up to. ``segments`` (m,), front to back: as in
    visibility.View.
    Hair fades in over ``softness`` px in front of the occluder, which hides z-fighting where it touches the
    skin.

    ``patience`` (v,) uint8, of the segment that begins at a vertex, is kept between frames: a segment found
    hidden several times running is looked at in one frame out of ``every`` (a power of two) only. ``frame``
    counts up. A vertex once shaded keeps its colour for half to all of as many frames.

    A segment advances one pixel along its longer axis and spreads its coverage linearly over the two pixels
    across it; width below a pixel becomes alpha, so thin strands neither sparkle nor vanish.
    """
    rows, columns = depth.shape
    # Flat, unsigned indices and single precision throughout: this loop is most of a frame's cost.
    pixels, occluder = layer.reshape(-1), depth.reshape(-1)
    one, half, zero = np.float32(1.0), np.float32(0.5), np.float32(0.0)
    full, opaque = np.float32(_FULL), np.float32(0.95)
    right, bottom = np.float32(columns - 3), np.float32(rows - 3)
    depth_softness = np.float32(softness)
    soften = one / depth_softness
    stride = np.int64(columns)
    stamp = np.float32(frame)
    keep = np.int32(max(1, every // 2))
    seen = 0
    for q in range(segments.shape[0]):
        # A hidden segment is only measured, and drawn from the next frame on: what comes and goes, flickers.
        a = np.uintp(segments[q])
        b = a + np.uintp(1)
        drawn = patience[a] > 0
        if drawn:
            patience[a] -= np.uint8(1)
        elif (segments[q] + frame) & (every - 1):
            continue
        if position[a, 3] <= zero:
            continue
        x0, y0, x1, y1 = position[a, 0], position[a, 1], position[b, 0], position[b, 1]
        if min(x0, x1) < one or min(y0, y1) < one or max(x0, x1) > right or max(y0, y1) > bottom:
            continue
        middle = np.int64(half * (y0 + y1)) * stride + np.int64(half * (x0 + x1))
        first = np.int64(y0) * stride + np.int64(x0)
        last = np.int64(y1) * stride + np.int64(x1)
        if (
            pixels[np.uintp(4 * middle + 3)] > full
            and pixels[np.uintp(4 * first + 3)] > full
            and pixels[np.uintp(4 * last + 3)] > full
        ):
            continue
        z0, z1 = position[a, 2], position[b, 2]
        front0, front1 = z0 - occluder[np.uintp(first)], z1 - occluder[np.uintp(last)]
        front = half * (z0 + z1) - occluder[np.uintp(middle)]
        if front0 < zero and front1 < zero and front < zero:
            continue
        clear = min(front, front0, front1) > depth_softness
        dx, dy = x1 - x0, y1 - y0
        steep = abs(dy) >= abs(dx)
        longer, shorter = (abs(dy), abs(dx)) if steep else (abs(dx), abs(dy))
        steps = np.int32(longer) + np.int32(1)
        inverse = one / np.float32(steps)
        stretch = np.float32(math.sqrt(longer * longer + shorter * shorter)) * inverse
        w, dw = position[a, 3] * stretch, (position[b, 3] - position[a, 3]) * stretch * inverse
        if drawn:
            if color[a, 3] <= stamp:
                shade_vertex(material, shade, int(a), color)
                color[a, 3] = stamp + np.float32(keep + (segments[q] & (keep - 1)))
            if color[b, 3] <= stamp:
                shade_vertex(material, shade, int(b), color)
                color[b, 3] = stamp + np.float32(keep + ((segments[q] + 1) & (keep - 1)))
        total = zero
        r, g, bl = color[a, 0], color[a, 1], color[a, 2]
        dr, dg, db = (color[b, 0] - r) * inverse, (color[b, 1] - g) * inverse, (color[b, 2] - bl) * inverse
        # Along the longer axis the position is rounded, across it the coverage is split.
        along, across = (y0, x0) if steep else (x0, y0)
        step_along, step_across = (dy * inverse, dx * inverse) if steep else (dx * inverse, dy * inverse)
        unit_along, unit_across = (stride, np.int64(1)) if steep else (np.int64(1), stride)
        z, dz = z0, (z1 - z0) * inverse
        along += half * step_along + half
        across += half * step_across
        if drawn and clear:
            # The usual case, without a branch: what is full takes nothing.
            for _ in range(steps):
                low = np.int64(across)
                far = across - np.float32(low)
                near = np.uintp(4 * (np.int64(along) * unit_along + low * unit_across))
                next_ = near + np.uintp(4 * unit_across)
                cover = min(w, opaque)
                was, beside = pixels[near + np.uintp(3)], pixels[next_ + np.uintp(3)]
                alpha = cover * (one - far) * (one - was) if was < full else zero
                other = cover * far * (one - beside) if beside < full else zero
                red, green = pixels[near] + r * alpha, pixels[near + np.uintp(1)] + g * alpha
                blue = pixels[near + np.uintp(2)] + bl * alpha
                red_2, green_2 = pixels[next_] + r * other, pixels[next_ + np.uintp(1)] + g * other
                blue_2 = pixels[next_ + np.uintp(2)] + bl * other
                pixels[near], pixels[near + np.uintp(1)] = red, green
                pixels[near + np.uintp(2)], pixels[near + np.uintp(3)] = blue, was + alpha
                pixels[next_], pixels[next_ + np.uintp(1)] = red_2, green_2
                pixels[next_ + np.uintp(2)], pixels[next_ + np.uintp(3)] = blue_2, beside + other
                total += alpha + other
                along += step_along
                across += step_across
                r += dr
                g += dg
                bl += db
                w += dw
            steps = np.int32(0)
        for _ in range(steps):
            low = np.int64(across)
            far = across - np.float32(low)
            pixel = np.int64(along) * unit_along + low * unit_across
            cover = min(w, opaque)
            share = one - far
            for _side in range(2):
                at = np.uintp(4 * pixel)
                was = pixels[at + np.uintp(3)]
                if was < full:
                    alpha = cover * share * (one - was)
                    if not clear:
                        front = (z - occluder[np.uintp(pixel)]) * soften
                        alpha *= min(max(front, zero), one)
                    if drawn:
                        red = pixels[at] + r * alpha
                        green = pixels[at + np.uintp(1)] + g * alpha
                        blue = pixels[at + np.uintp(2)] + bl * alpha
                        pixels[at] = red
                        pixels[at + np.uintp(1)] = green
                        pixels[at + np.uintp(2)] = blue
                        pixels[at + np.uintp(3)] = was + alpha
                    total += alpha
                pixel += unit_across
                share = far
            along += step_along
            across += step_across
            z += dz
            r += dr
            g += dg
            bl += db
            w += dw
        if total > np.float32(_SEEN if drawn else _SHOWS):
            patience[a] = _PATIENCE
            seen += 1
    return seen
