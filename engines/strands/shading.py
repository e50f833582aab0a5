"""Light on hair, per strand vertex: Kajiya-Kay diffuse and two Marschner-like highlights.

The diffuse term is Kajiya and Kay (SIGGRAPH 1989). The highlights place a Gaussian on the sum of the
inclinations of light and view (Marschner et al., SIGGRAPH 2003): R, white, shifted towards the root, and TRT,
coloured, shifted towards the tip. A second R under a fixed frontal light stands for the room: without it,
hair that hangs vertically at the sides has no highlight at all. Light from behind shines through the hair's
edge, in the hair's own colour (their TT).
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from engines.light import Light
from engines.palette import HairColor, lab_to_linear
from engines.strands.body import SKULL
from engines.strands.strand_set import TAU_DIRECTIONS, StrandSet

F32 = npt.NDArray[np.float32]

# Columns of a material table.
_TX, _TY, _TZ, _LIT, _RED, _LUM, _SHIFT, _GLEAM, _AX, _AY, _AZ = 0, 1, 2, 3, 7, 10, 11, 12, 13, 14, 15
MATERIAL_COLUMNS = 16
TINT_COLUMNS = slice(_RED, _RED + 3)
"""The columns of a material table that take the colour, as of ``tint.tint_table``."""

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
# Highlights sit on the ridges of locks: their strength per unit of relief, and its jitter (log scale). Dark
# hair is little else than its highlights, so this is what gives black hair its depth.
_GLEAM_RELIEF, _GLEAM_LEVEL, _GLEAM_RANGE = 1.0, -0.25, (0.05, 2.2)
_GLEAM_JITTER = np.array([0.30, 0.10, 0.25], np.float32)
# Highlight shift jitter in radians; more than about 0.1 puts grey patches into black hair.
_SHIFT_JITTER = np.array([0.04, 0.0, 0.06], np.float32)
# Hair is darker near the root, where neighbours stand close.
_ROOT_SHADE, _ROOT_LENGTH = 0.70, 0.18
# The room's own highlight, and its strength in the dark and for each share of even light.
_FILL_LIGHT = np.array([0.0, 0.35, 0.937])
_FILL_DARK, _FILL_EVEN = 0.12, 0.50
# A face tells the height of a light poorly, and one at eye level would make all hanging hair shine at once:
# light is taken to come from so high, or from so much higher than it seems (camera axes).
_HIGH, _LIFT = 0.42, 0.45
# Strands are drawn this much wider than their share of the hair: fewer layers close sooner, and locks show.
_WIDER = 1.35
# Width keeps its root value up to here, then falls to the taper at the tip.
_TAPER_FROM = 0.7


def place_table(strands: StrandSet, points: F32) -> F32:
    """(v, 4) float32: head-frame x, y, z and the width drawn there, cm.

    ``points`` (v, 3): the strands fitted to a person's head, cm.
    """
    narrow = np.clip((strands.t - _TAPER_FROM) / (1.0 - _TAPER_FROM), 0.0, 1.0) * (1.0 - strands.taper)
    width = _WIDER * np.repeat(strands.width, np.diff(strands.start)) * (1.0 - narrow)
    return np.column_stack([points, width]).astype(np.float32)


def material_table(strands: StrandSet, points: F32) -> F32:
    """(v, 16) float32: what shading needs per vertex that depends neither on view nor light.

    The colour's columns are left empty. One row, one cache line: vertices are shaded in the order in which
    they are drawn. The last columns are the direction out of the head, as long as the vertex is open to the
    surroundings.
    """
    table = np.zeros((len(points), MATERIAL_COLUMNS), np.float32)
    owner = np.repeat(np.arange(len(strands.start) - 1), np.diff(strands.start))
    tangent = np.empty((3, len(points)), np.float32)
    tangent[:, :-1] = np.diff(points.T, axis=1)
    last = strands.start[1:] - 1
    tangent[:, last] = tangent[:, last - 1]
    table[:, _TX : _TZ + 1] = (tangent / (np.sqrt((tangent**2).sum(axis=0)) + 1e-9)).T
    relief = np.exp(_RELIEF * strands.relief)
    lit = _SHADOW_FLOOR + (1.0 - _SHADOW_FLOOR) * np.exp(-_LIGHT_EXTINCTION * strands.tau[:, :4])
    table[:, _LIT : _LIT + 4] = lit * relief[:, None]
    ambient = _AMBIENT_FLOOR + (1.0 - _AMBIENT_FLOOR) * np.exp(-_AMBIENT_EXTINCTION * strands.tau[:, 4])
    table[:, _AX : _AZ + 1] = _outward(points) * (ambient * relief)[:, None]
    root = _ROOT_SHADE + (1.0 - _ROOT_SHADE) * np.minimum(1.0, strands.t / _ROOT_LENGTH)
    table[:, _LUM] = np.exp(strands.jitter @ _LUMINANCE_JITTER)[owner] * root
    table[:, _SHIFT] = (strands.jitter @ _SHIFT_JITTER)[owner]
    gleam = np.exp(_GLEAM_RELIEF * strands.relief + _GLEAM_LEVEL + (strands.jitter @ _GLEAM_JITTER)[owner])
    table[:, _GLEAM] = np.clip(gleam, *_GLEAM_RANGE)
    return table


def _lifted(direction: F32) -> F32:
    lifted = direction + np.array([0.0, np.clip(_HIGH - direction[1], 0.0, _LIFT), 0.0], np.float32)
    return np.asarray(lifted / np.linalg.norm(lifted), np.float32)


def _outward(points: F32) -> F32:
    """(v, 3) unit vectors: away from the skull's centre, and below it from the upright through it."""
    away = points - np.array(SKULL.center, np.float32)
    away[:, 1] = np.maximum(away[:, 1], 0.0)
    return np.asarray(away / (np.sqrt((away**2).sum(axis=1, keepdims=True)) + 1e-6), np.float32)


def make_shade(color: HairColor, strands: StrandSet, light: Light, rotation: npt.NDArray[np.float64]) -> F32:
    """The kernel's parameters for a colour under ``light`` on a head turned by ``rotation`` (3, 3)."""
    to_light = rotation.T @ _lifted(light.direction)
    fill = rotation.T @ _FILL_LIGHT
    view = rotation[2]
    weights = np.maximum(TAU_DIRECTIONS @ to_light, 0.0)
    weights /= max(float(weights.sum()), 1e-6)
    roughness = min(0.62 - 0.42 * color.gloss + strands.roughness, 1.0)
    spread = 0.5 + 1.5 * roughness
    level = min(1.0, color.root[0] / 60.0)
    return np.array(
        [
            *to_light,
            *view,
            *fill,
            *weights,
            1.0 / (0.16 * spread),
            1.0 / (0.30 * spread),
            0.11 * color.gloss * strands.specular,
            0.5 * strands.specular,
            1.12 * min(0.80 + 0.30 * level, 1.03 - 0.10 * level),
            0.35 + 0.5 * light.ambient,
            1.05 - 0.5 * light.ambient,
            *lab_to_linear(color.root),
            *(light.color * (1.0 + light.hue @ light.direction)),
            _FILL_DARK + _FILL_EVEN * light.ambient,
            *light.color,
            *(light.hue @ rotation).reshape(9),
            *(light.color * light.rim),
        ],
        np.float32,
    )


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
    tx, ty, tz = material[i, _TX], material[i, _TY], material[i, _TZ]
    tl = tx * shade[0] + ty * shade[1] + tz * shade[2]
    tv = tx * shade[3] + ty * shade[4] + tz * shade[5]
    tf = tx * shade[6] + ty * shade[7] + tz * shade[8]
    lv = shade[0] * shade[3] + shade[1] * shade[4] + shade[2] * shade[5]
    sl = np.float32(math.sqrt(max(_ZERO, _ONE - tl * tl)))
    sv = np.float32(math.sqrt(max(_ZERO, _ONE - tv * tv)))
    facing = min(_ONE, max(_ZERO, _HALF + _HALF * (lv - tl * tv) / (sl * sv + _TINY)))
    half = np.float32(math.sqrt(facing))
    lit = (
        shade[9] * material[i, _LIT]
        + shade[10] * material[i, _LIT + 1]
        + shade[11] * material[i, _LIT + 2]
        + shade[12] * material[i, _LIT + 3]
    )
    ax, ay, az = material[i, _AX], material[i, _AY], material[i, _AZ]
    ambient = np.float32(math.sqrt(ax * ax + ay * ay + az * az))
    inverse = _ONE / (ambient + _TINY)
    nx, ny, nz = ax * inverse, ay * inverse, az * inverse
    # The head itself stands before a light from its other side.
    turned = nx * shade[0] + ny * shade[1] + nz * shade[2]
    lit *= min(_ONE, max(np.float32(0.2), np.float32(0.65) + np.float32(0.7) * turned))
    shift, view = material[i, _SHIFT], _inclination(tv)
    theta, theta_fill = _inclination(tl) + view + shift, _inclination(tf) + view + shift
    shifted = np.float32(0.12)
    highlight = half * _lobe((theta + shifted) * shade[13])
    highlight += shade[26] * _lobe((theta_fill + shifted) * shade[13])
    colored = shade[16] * lit * (np.float32(0.4) + np.float32(0.6) * half)
    colored *= _lobe((theta - np.float32(0.16)) * shade[14])
    r, g, b = material[i, _RED], material[i, _RED + 1], material[i, _RED + 2]
    diffuse = shade[18] * ambient
    diffuse += shade[19] * sl * (np.float32(0.35) + np.float32(0.65) * half) * lit
    body = shade[17] * diffuse * material[i, _LUM] + np.float32(0.55) * colored
    grey = np.float32(0.15) * colored * (r + g + b) + shade[15] * lit * lit * material[i, _GLEAM] * highlight
    red = shade[27] * (_ONE + shade[30] * nx + shade[31] * ny + shade[32] * nz)
    green = shade[28] * (_ONE + shade[33] * nx + shade[34] * ny + shade[35] * nz)
    blue = shade[29] * (_ONE + shade[36] * nx + shade[37] * ny + shade[38] * nz)
    edge = _ONE - np.float32(2.2) * max(_ZERO, nx * shade[3] + ny * shade[4] + nz * shade[5])
    through = _THROUGH * max(_ZERO, edge) * ambient * ambient
    glint = np.float32(0.02) * material[i, _GLEAM]
    color[i, 0] = max(r * body * red + grey * shade[23] + through * (r + glint) * shade[39], _ZERO)
    color[i, 1] = max(g * body * green + grey * shade[24] + through * (g + glint) * shade[40], _ZERO)
    color[i, 2] = max(b * body * blue + grey * shade[25] + through * (b + glint) * shade[41], _ZERO)
