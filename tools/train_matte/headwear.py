"""Hats, caps, headscarves, hoods and headphones, drawn on a head in any pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose
from engines.light import Light
from engines.strands.body import NECK, SHOULDERS, SKULL
from tools.train_matte.body import NOTHING, Body, cast_ellipsoid
from tools.train_matte.imaging import blur
from tools.train_matte.texture import cloth

F32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

KINDS = ("beanie", "cap", "brim", "scarf", "turban", "hood", "headphones", "headband")
COVERING = ("scarf", "turban")
"""Worn so that no hair shows."""

_CLOTH = 5


@dataclass(frozen=True, slots=True)
class Headwear:
    """``rgb`` (h, w, 3) sRGB 0..1 and ``alpha`` (h, w) of the thing; ``crown`` (h, w): where hair would have
    to go through it; ``worn`` (h, w): what of it counts as person (not headphones)."""

    rgb: F32
    alpha: F32
    crown: F32
    worn: F32


def draw_headwear(rng: np.random.Generator, kind: str, pose: HeadPose, light: Light, side: int) -> Headwear:
    """``kind`` (one of KINDS) on a mean head at ``pose``."""
    shell = Body(
        np.zeros((side, side), np.uint8),
        np.zeros((side, side, 3), np.float32),
        np.zeros((side, side, 3), np.float32),
        np.zeros((side, side, 2), np.float32),
        np.full((side, side), -1e9, np.float32),
    )
    grow = rng.uniform(1.05, 1.16)
    rim = rng.uniform(4.5, 7.0)
    tilt = rng.uniform(-0.15, 0.25)

    def add(part: int, center: tuple[float, ...], radii: tuple[float, ...]) -> None:
        cast_ellipsoid(shell, pose, part, center, radii)

    def skull(factor: float, lift: float = 0.0) -> None:
        center = (SKULL.center[0], SKULL.center[1] + lift, SKULL.center[2])
        add(_CLOTH, center, tuple(factor * radius for radius in SKULL.radii))

    if kind in ("beanie", "cap", "brim", "turban"):
        lift = rng.uniform(0.0, 4.0) if kind in ("beanie", "turban") else 0.5
        skull(grow * (1.1 if kind == "turban" else 1.0), lift)
    if kind in ("scarf", "hood"):
        skull(grow * (1.15 if kind == "hood" else 1.0))
        wide = rng.uniform(1.3, 2.0)
        add(_CLOTH, NECK.center, (NECK.radii[0] * wide, NECK.radii[1], NECK.radii[2] * wide * 1.1))
        drape = 1.03
        add(_CLOTH, SHOULDERS.center, tuple(drape * radius for radius in SHOULDERS.radii))
    if kind in ("headphones", "headband"):
        skull(grow)
    x, y, z = (shell.position[..., axis] for axis in range(3))
    level = y - tilt * z
    shown = _shown(rng, kind, rim, x, y, z, level) & (shell.part != NOTHING)
    # A part that is cut away shows what is behind it, not the inside of the shell.
    shell.depth[~shown] = -1e9
    shell.part[~shown] = NOTHING
    if kind == "cap":
        reach = rng.uniform(5.0, 8.0)
        add(_CLOTH, (0.0, rim + 0.2, 6.0), (7.5, rng.uniform(0.6, 1.4), reach))
    if kind == "brim":
        wide = rng.uniform(13.0, 20.0)
        add(_CLOTH, (0.0, rim + 0.3, -1.5), (wide, rng.uniform(0.5, 1.8), wide))
    if kind == "headphones":
        size = rng.uniform(2.6, 4.4)
        for sign in (-1.0, 1.0):
            add(_CLOTH, (sign * 8.6, -0.5, -0.8), (rng.uniform(1.4, 2.6), size, size))
    alpha = blur((shell.part != NOTHING).astype(np.float32), 0.6)
    lit = light.ambient + (1.0 - light.ambient) * np.clip(shell.normal @ light.direction, 0.0, 1.0)
    gain = np.clip(lit[..., None] * light.color, 0.0, 1.3) ** (1.0 / 2.2)
    rgb = np.clip(cloth(rng, side) * gain, 0.0, 1.0).astype(np.float32)
    closed = kind not in ("headphones", "headband")
    crown = _above(shell, pose, rim) if closed else np.zeros_like(alpha)
    return Headwear(rgb, alpha, crown, alpha if kind != "headphones" else np.zeros_like(alpha))


def _shown(rng: np.random.Generator, kind: str, rim: float, x: F32, y: F32, z: F32, level: F32) -> Mask:
    if kind in ("beanie", "cap", "brim"):
        return np.asarray(level > rim)
    if kind == "turban":
        return np.asarray(level > rim - np.where(np.abs(x) > 5.0, rng.uniform(0.0, 5.0), 0.0))
    if kind in ("scarf", "hood"):
        wide, high = rng.uniform(5.8, 7.2), rng.uniform(8.2, 9.6)
        opening = ((x / wide) ** 2 + ((y + 1.2) / high) ** 2 < 1.0) & (z > -1.0)
        drape = (y > -16.0) | ((np.abs(x) < rng.uniform(8.0, 18.0)) & (y > rng.uniform(-28.0, -18.0)))
        return np.asarray(~opening & drape)
    if kind == "headband":
        return np.asarray((level > rim) & (level < rim + rng.uniform(1.0, 3.5)))
    return np.asarray((np.abs(z + 0.8) < rng.uniform(0.7, 1.8)) & (y > 0.0))


def _above(shell: Body, pose: HeadPose, rim: float) -> F32:
    """Beyond the upper outline of a hat, where hair would have to grow through it."""
    rows, columns = np.indices(shell.depth.shape)
    head = pose.unproject(np.stack([columns, rows, np.zeros_like(rows)], axis=-1))
    return np.asarray((head[..., 1] > rim) & (shell.part == NOTHING), np.float32)
