"""Light on hair, per strand vertex: Kajiya-Kay diffuse and two Marschner-like highlights.

The diffuse term is Kajiya and Kay (SIGGRAPH 1989). The highlights place a Gaussian on the sum of the
inclinations of light and view (Marschner et al., SIGGRAPH 2003): R, white, shifted towards the root, and TRT,
coloured, shifted towards the tip. A second R under a fixed frontal light stands for the room: without it,
hair that hangs vertically at the sides has no highlight at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from engines.light import Light
from engines.palette import HairColor, lab_to_linear
from engines.strands.strand_set import TAU_DIRECTIONS, StrandSet

F32 = npt.NDArray[np.float32]

# Channels of a strand table, one row each.
_X, _Y, _Z, _TX, _TY, _TZ, _LIT, _AMBIENT, _T, _LUM, _SHIFT, _WIDTH = 0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14
_CHANNELS = 15

# Extinction of a strand seen by light and by the surroundings, per unit of optical depth.
_LIGHT_EXTINCTION = 0.6
_AMBIENT_EXTINCTION = 0.45
# Even the deepest hair gets some light that was scattered on the way.
_SHADOW_FLOOR = 0.06
_AMBIENT_FLOOR = 0.10
# How much darker the inside of a clump is than its surface, per unit of relief.
_RELIEF = 0.55
# Luminance jitter of strand, large clump and small clump (log scale).
_LUMINANCE_JITTER = np.array([0.12, 0.10, 0.24], np.float32)
# Highlight shift jitter in radians; more than about 0.1 puts grey patches into black hair.
_SHIFT_JITTER = np.array([0.04, 0.0, 0.06], np.float32)
# Hair is darker near the root, where neighbours stand close.
_ROOT_SHADE, _ROOT_LENGTH = 0.70, 0.18
_FILL_LIGHT = np.array([0.0, 0.35, 0.937])
_FILL = 0.32
# Width keeps its root value up to here, then falls to the taper at the tip.
_TAPER_FROM = 0.7


@dataclass(frozen=True, slots=True)
class Shade:
    """Parameters of one colour under one light, in the order the kernel reads them (see :func:`shade`)."""

    root: F32
    tip: F32
    gain: F32
    values: F32


def build_table(strands: StrandSet, points: F32) -> F32:
    """(15, v) float32: everything per vertex that depends neither on view, light nor colour.

    ``points`` (v, 3): the strands fitted to a person's head, cm.
    """
    count = len(points)
    owner = np.repeat(np.arange(len(strands.start) - 1), np.diff(strands.start))
    table = np.empty((_CHANNELS, count), np.float32)
    table[_X : _Z + 1] = points.T
    tangent = np.empty_like(points)
    tangent[:-1] = points[1:] - points[:-1]
    last = strands.start[1:] - 1
    tangent[last] = points[last] - points[last - 1]
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-9
    table[_TX : _TZ + 1] = tangent.T
    relief = np.exp(_RELIEF * strands.relief)
    lit = _SHADOW_FLOOR + (1.0 - _SHADOW_FLOOR) * np.exp(-_LIGHT_EXTINCTION * strands.tau[:, :4])
    table[_LIT : _LIT + 4] = (lit * relief[:, None]).T
    table[_AMBIENT] = relief * (
        _AMBIENT_FLOOR + (1.0 - _AMBIENT_FLOOR) * np.exp(-_AMBIENT_EXTINCTION * strands.tau[:, 4])
    )
    table[_T] = strands.t
    root = _ROOT_SHADE + (1.0 - _ROOT_SHADE) * np.minimum(1.0, strands.t / _ROOT_LENGTH)
    table[_LUM] = np.exp(strands.jitter @ _LUMINANCE_JITTER)[owner] * root
    table[_SHIFT] = (strands.jitter @ _SHIFT_JITTER)[owner]
    narrow = np.clip((strands.t - _TAPER_FROM) / (1.0 - _TAPER_FROM), 0.0, 1.0) * (1.0 - strands.taper)
    table[_WIDTH] = strands.width[owner] * (1.0 - narrow)
    return table


def make_shade(
    color: HairColor, strands: StrandSet, light: Light, rotation: npt.NDArray[np.float64]
) -> Shade:
    """The kernel's parameters for a colour under ``light`` on a head turned by ``rotation`` (3, 3)."""
    to_light = rotation.T @ light.direction
    fill = rotation.T @ _FILL_LIGHT
    view = rotation[2]
    weights = np.maximum(TAU_DIRECTIONS @ to_light, 0.0)
    weights /= max(float(weights.sum()), 1e-6)
    roughness = min(0.62 - 0.42 * color.gloss + strands.roughness, 1.0)
    spread = 0.5 + 1.5 * roughness
    level = min(1.0, color.root[0] / 60.0)
    values = np.array(
        [
            *to_light,
            *view,
            *fill,
            *weights,
            1.0 / (0.16 * spread),
            1.0 / (0.30 * spread),
            1.6 * 1.6 * color.gloss * strands.specular * 0.05,
            0.5 * strands.specular,
            1.12 * (1.06 - 0.22 * level),
            0.35 + 0.5 * light.ambient,
            1.05 - 0.5 * light.ambient,
        ],
        np.float32,
    )
    return Shade(
        lab_to_linear(color.root).astype(np.float32),
        lab_to_linear(color.tip).astype(np.float32),
        light.color.astype(np.float32),
        values,
    )


@numba.njit(inline="always")
def _inclination(cosine: float) -> float:
    """asin by the polynomial 4.4.45 of Abramowitz and Stegun (error below 7e-5 rad)."""
    x = abs(cosine)
    poly = 1.5707288 + x * (-0.2121144 + x * (0.0742610 - 0.0187293 * x))
    angle = 1.5707963 - math.sqrt(max(0.0, 1.0 - x)) * poly
    return angle if cosine >= 0.0 else -angle


@numba.njit(inline="always")
def _lobe(offset: float) -> float:
    """About exp(-offset²), as (1 + offset²/8)^-8: no call, and the longer tail that hair has."""
    base = 1.0 / (1.0 + 0.125 * offset * offset)
    base *= base
    base *= base
    return base * base


@numba.njit(cache=True, nogil=True, fastmath=True)
def shade(
    table: F32,
    matrix: F32,
    origin: F32,
    root: F32,
    tip: F32,
    gain: F32,
    values: F32,
    position: F32,
    color: F32,
    width: F32,
    scale: float,
) -> None:
    """Project and shade the k vertices of ``table`` (15, k).

    ``matrix`` (3, 3), ``origin`` (2,): HeadPose.matrix and the head origin in buffer px. Writes ``position``
    (k, 3): buffer x, y, depth in px; ``color`` (k, 3): linear RGB; ``width`` (k,): px.
    """
    lx, ly, lz, vx, vy, vz, fx, fy, fz = values[:9]
    w0, w1, w2, w3 = values[9:13]
    sharp1, sharp2, k1, k2, diffuse_gain, ambient_gain, key_gain = values[13:20]
    lv = lx * vx + ly * vy + lz * vz
    r0, g0, b0 = root[0], root[1], root[2]
    r1, g1, b1 = tip[0] - r0, tip[1] - g0, tip[2] - b0
    for i in range(table.shape[1]):
        x, y, z = table[_X, i], table[_Y, i], table[_Z, i]
        position[i, 0] = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2] * z + origin[0]
        position[i, 1] = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2] * z + origin[1]
        position[i, 2] = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2] * z
        width[i] = table[_WIDTH, i] * scale
        tx, ty, tz = table[_TX, i], table[_TY, i], table[_TZ, i]
        tl = tx * lx + ty * ly + tz * lz
        tv = tx * vx + ty * vy + tz * vz
        tf = tx * fx + ty * fy + tz * fz
        sl = math.sqrt(max(0.0, 1.0 - tl * tl))
        sv = math.sqrt(max(0.0, 1.0 - tv * tv))
        half = math.sqrt(min(1.0, max(0.0, 0.5 + 0.5 * (lv - tl * tv) / (sl * sv + 1e-4))))
        lit = (
            w0 * table[_LIT, i] + w1 * table[_LIT + 1, i] + w2 * table[_LIT + 2, i] + w3 * table[_LIT + 3, i]
        )
        shift = table[_SHIFT, i]
        theta = _inclination(tl) + _inclination(tv) + shift
        theta_fill = _inclination(tf) + _inclination(tv) + shift
        white = (
            k1
            * lit
            * lit
            * (half * _lobe((theta + 0.12) * sharp1) + _FILL * _lobe((theta_fill + 0.12) * sharp1))
        )
        colored = k2 * lit * (0.4 + 0.6 * half) * _lobe((theta - 0.16) * sharp2)
        t = table[_T, i]
        r, g, b = r0 + r1 * t, g0 + g1 * t, b0 + b1 * t
        diffuse = (
            ambient_gain * table[_AMBIENT, i] + key_gain * sl * (0.35 + 0.65 * half) * lit
        ) * diffuse_gain
        body = diffuse * table[_LUM, i] + 0.55 * colored
        grey = 0.15 * colored * (r + g + b) + white
        color[i, 0] = (r * body + grey) * gain[0]
        color[i, 1] = (g * body + grey) * gain[1]
        color[i, 2] = (b * body + grey) * gain[2]
