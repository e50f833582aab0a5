"""Light on hair, per strand vertex: Kajiya-Kay diffuse and two Marschner-like highlights.

The diffuse term is Kajiya and Kay (SIGGRAPH 1989). The highlights place a Gaussian on the sum of the
inclinations of light and view (Marschner et al., SIGGRAPH 2003): R, paler than the hair, shifted towards the
root, and TRT, coloured, shifted towards the tip. A second R under a fixed frontal light stands for the room:
without it, hair that hangs vertically at the sides has no highlight at all. Light from behind shines through
the hair's edge, in the hair's own colour (their TT).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.light import Light
from engines.palette import HairColor, lab_to_linear
from engines.strands.body import SKULL
from engines.strands.strand_set import TAU_DIRECTIONS, StrandSet

F32 = npt.NDArray[np.float32]

# Columns of a material table.
TX, TY, TZ, LIT, RED, LUM, SHIFT, GLEAM, AX, AY, AZ = 0, 1, 2, 3, 7, 10, 11, 12, 13, 14, 15
MATERIAL_COLUMNS = 16
TINT_COLUMNS = slice(RED, RED + 3)
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
# Lengths are worn, lie in less order than hair on the head, and what hangs upright would all shine at once
# under a light at the height of the face: the part of highlights that is lost from so high, over so many cm.
_WORN, _WORN_FROM, _WORN_OVER = 0.65, -1.0, 12.0
# Highlight shift jitter in radians; more than about 0.1 puts grey patches into black hair.
_SHIFT_JITTER = np.array([0.04, 0.0, 0.06], np.float32)
# Hair is darker near the root, where neighbours stand close.
_ROOT_SHADE, _ROOT_LENGTH = 0.70, 0.18
# So much of a highlight has the hair's own colour; that it keeps its luminance (ITU-R BT.709).
_TINTED = 0.6
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
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
    table[:, TX : TZ + 1] = (tangent / (np.sqrt((tangent**2).sum(axis=0)) + 1e-9)).T
    relief = np.exp(_RELIEF * strands.relief)
    lit = _SHADOW_FLOOR + (1.0 - _SHADOW_FLOOR) * np.exp(-_LIGHT_EXTINCTION * strands.tau[:, :4])
    table[:, LIT : LIT + 4] = lit * relief[:, None]
    ambient = _AMBIENT_FLOOR + (1.0 - _AMBIENT_FLOOR) * np.exp(-_AMBIENT_EXTINCTION * strands.tau[:, 4])
    table[:, AX : AZ + 1] = _outward(points) * (ambient * relief)[:, None]
    root = _ROOT_SHADE + (1.0 - _ROOT_SHADE) * np.minimum(1.0, strands.t / _ROOT_LENGTH)
    table[:, LUM] = np.exp(strands.jitter @ _LUMINANCE_JITTER)[owner] * root
    table[:, SHIFT] = (strands.jitter @ _SHIFT_JITTER)[owner]
    gleam = np.exp(_GLEAM_RELIEF * strands.relief + _GLEAM_LEVEL + (strands.jitter @ _GLEAM_JITTER)[owner])
    table[:, GLEAM] = np.clip(gleam, *_GLEAM_RANGE) * (1.0 - _WORN * _below(points))
    return table


def _below(points: F32) -> F32:
    """(v,) 0..1: how far below the jaw ``points`` (v, 3) hang."""
    return np.asarray(np.clip((_WORN_FROM - points[:, 1]) / _WORN_OVER, 0.0, 1.0), np.float32)


def _lifted(direction: F32) -> F32:
    lifted = direction + np.array([0.0, np.clip(_HIGH - direction[1], 0.0, _LIFT), 0.0], np.float32)
    return np.asarray(lifted / np.linalg.norm(lifted), np.float32)


def _outward(points: F32) -> F32:
    """(v, 3) unit vectors: away from the skull's centre, and below it from the upright through it."""
    away = points - np.array(SKULL.center, np.float32)
    away[:, 1] = np.maximum(away[:, 1], 0.0)
    return np.asarray(away / (np.sqrt((away**2).sum(axis=1, keepdims=True)) + 1e-6), np.float32)


def _sheen(color: HairColor) -> F32:
    """(3,) linear RGB of luminance 1: what reflects at the surface is white, but what comes back from inside
    a strand lies too near beside it to be told apart."""
    root = lab_to_linear(color.root)
    tint = 1.0 - _TINTED + _TINTED * root / (root @ _LUMINANCE)
    return np.asarray(tint / (tint @ _LUMINANCE), np.float32)


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
            *(light.color * _sheen(color)),
        ],
        np.float32,
    )
