"""What is on a shell of hair: photographed in front, continued by mirroring where no photo shows it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.light import Light
from engines.palette import linear_to_srgb, srgb_to_linear
from engines.reference.cutout import Cutout
from engines.reference.outline import Spine
from engines.reference.shade import light_on

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

LAYERS = 47
"""Of a shell's points from the front, facing the camera, over the outline to the back; odd."""

# Beyond this angle from the camera's direction, degrees, hair is seen too much from the side; where little is
# seen that is nearer, it must do up to the second. How much the border wanders along the outline.
_SIDE, _LAST, _WANDER = 68.0, 82.0, 5.0
# Hair continues what is at least so wide, cm, and else is taken from elsewhere along the outline.
_WIDTH = 1.6
# At the hairline of nape and ears hair gets dense within this, cm; and from photo to prior, degrees.
_EDGE, _BLEND = 1.0, 6.0
# Hair that ends so little before the outline, degrees, covers the side of the head.
_COVERED = 14.0
# Light is divided out of the photo no further than to these factors.
_DARKEST, _BRIGHTEST = 0.45, 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """``surface`` (r, c, 4) uint8: colour in neutral light, sRGB, and alpha, over a shell's steps and layers.

    ``picture`` (h, w, 4) uint8: the same of the photo, with the person's inside filled in.
    """

    surface: U8
    picture: U8


def make_atlas(cutout: Cutout, spine: Spine, reach: F64, normals: F64, above: F64, light: Light) -> Atlas:
    """The atlas of a photo taken in ``light``.

    ``reach`` (n,), ``normals`` (n, LAYERS, 3), camera axes, and ``above`` (n, LAYERS), cm over the hairline:
    of a shell's points.
    """
    fine, layers = max(2, round(0.55 * cutout.scale)), max(2, round(0.6 * cutout.scale))
    rows, columns = (spine.count - 1) * fine + 1, (LAYERS - 1) * layers + 1
    steps, angle = np.arange(rows) / fine, np.linspace(0.0, 180.0, columns)
    start, out = spine.rays(steps)
    far = np.interp(steps, np.arange(spine.count), reach)
    straight = _pixels(cutout, start, out, far, np.minimum(angle, 90.0)[None])
    picture = _filled(cutout, spine)
    folded, border, borrowed = _folded(cutout, start, out, far, angle, straight, fine, picture)

    even = _even(cutout, spine, reach, normals, light)
    rgb = cv2.remap(even, folded[..., 0], folded[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen, turned = (
        cv2.remap(cutout.alpha, place[..., 0], place[..., 1], cv2.INTER_LINEAR) / np.float32(255.0)
        for place in (straight, folded)
    )
    covered = 1.0 - cv2.blur(borrowed.astype(np.float32)[:, None], (1, 2 * fine + 1))
    over = cv2.resize(above.astype(np.float32), (columns, rows), interpolation=cv2.INTER_LINEAR)
    grown = np.clip(over / _EDGE + 0.5, 0.0, 1.0)
    unseen = np.maximum(grown * grown * (3.0 - 2.0 * grown), covered * turned)
    share = np.clip((angle - border) / _BLEND + 0.5, 0.0, 1.0)
    alpha = np.clip(seen + share * (unseen - seen), 0.0, 1.0)
    surface = np.dstack([rgb, np.rint(alpha * 255.0).astype(np.uint8)])
    return Atlas(np.ascontiguousarray(surface), np.dstack([even, picture]))


def _folded(
    cutout: Cutout, start: F64, out: F64, far: F64, angle: F64, straight: F32, fine: int, filled: U8
) -> tuple[F32, F64, npt.NDArray[np.bool_]]:
    """(r, c, 2) pixels of the photo that show what belongs on the surface, and (r,) rows that show another's.

    Up to a border every row shows itself; beyond, the hair before the border is gone over to and fro.
    Also (r, 1) that border, degrees. ``filled``: see _filled.
    """
    rows = np.arange(len(start))
    pure = cv2.remap(cutout.pure.astype(np.uint8) * 255, straight[..., 0], straight[..., 1], cv2.INTER_LINEAR)
    kernel = np.ones((2 * fine + 1, int(3.0 / angle[1]) | 1), np.uint8)
    hair = cv2.morphologyEx(pure, cv2.MORPH_CLOSE, kernel) > 127
    shown = cv2.remap(filled, straight[..., 0], straight[..., 1], cv2.INTER_LINEAR) > 127
    border, hangs = _outermost(hair, angle), _outermost(shown, angle)
    covered = border > hangs - _COVERED
    first = _run(hair, angle, border)
    border = np.where(covered, np.minimum(border - 1.0, np.where(_SIDE - first > 25.0, _SIDE, _LAST)), _LAST)
    wide = covered & (np.radians(border - first) * far > _WIDTH)
    if not wide.any():
        return straight, border[:, None], np.ones(len(rows), bool)
    fit = np.flatnonzero(wide)
    own = fit[np.abs(fit[None] - rows[:, None]).argmin(axis=1)]
    mirrored = rows[::-1]
    own = np.where((np.abs(own - rows) > 2 * fine) & wide[mirrored], mirrored, own)
    wander = np.random.default_rng(5).normal(size=len(rows) // (4 * fine) + 2)
    border = border + _WANDER * 0.4 * np.interp(rows / (4.0 * fine), np.arange(len(wander)), wander)
    border = np.clip(_smooth(border, fine), 20.0, 88.0)
    ends = border[:, None]
    border = border[own, None]
    first = np.minimum(_smooth(first, fine)[own, None] + 1.5, border - 4.0)
    past, length = angle[None] - border, border - first
    turned = first + np.abs(past % (2.0 * length) - length)
    folded = _pixels(cutout, start[own], out[own], far[own], turned)
    return np.where(past[..., None] > 0.0, folded, straight), ends, np.abs(own - rows) > 2 * fine


def _smooth(values: F64, steps: int) -> F64:
    smooth = cv2.blur(values[:, None], (1, 2 * steps + 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth[:, 0], np.float64)


def _outermost(hair: npt.NDArray[np.bool_], angle: F64) -> F64:
    """(r,) the largest angle up to 90 with ``hair`` (r, c), degrees; 0 where there is none."""
    return np.asarray((angle * (hair & (angle <= 90.0))).max(axis=1))


def _run(hair: npt.NDArray[np.bool_], angle: F64, border: F64) -> F64:
    """(r,) where the run of ``hair`` (r, c) that ends at ``border`` (r,) begins, degrees; there, if none."""
    before = angle[None] <= border[:, None]
    gap = before & ~hair
    last = np.where(gap.any(axis=1), angle[gap.shape[1] - 1 - gap[:, ::-1].argmax(axis=1)], 0.0)
    return np.asarray(np.minimum(last, border))


def _pixels(cutout: Cutout, start: F64, out: F64, far: F64, angle: F64) -> F32:
    """(r, c, 2) float32 pixels of the photo that rays show at ``angle`` (r or 1, c), degrees."""
    distance = far[:, None] * np.sin(np.radians(angle))
    points = start[:, None] + out[:, None] * distance[..., None]
    affine = cutout.to_pixels
    return np.asarray(points @ affine[:, :2].T + affine[:, 2], np.float32)


def _even(cutout: Cutout, spine: Spine, reach: F64, normals: F64, light: Light) -> U8:
    """(h, w, 3) uint8 sRGB: the hair's colours without the light of the photo."""
    height, width = cutout.alpha.shape
    step = 8
    across, down = np.meshgrid(np.arange(0, width + step, step), np.arange(0, height + step, step))
    points = (np.stack([across, down], axis=-1) - cutout.origin) / cutout.scale * (1.0, -1.0)
    along, distance = spine.place(points)
    outer = np.interp(along, np.arange(spine.count), reach)
    layer = np.degrees(np.arcsin(np.clip(distance / np.maximum(outer, 0.1), 0.0, 1.0))) / 180.0 * (LAYERS - 1)
    # What is seen from the side is not believed to the last.
    layer = np.minimum(layer, 0.45 * (LAYERS - 1))
    lit = light_on(normals, light).astype(np.float32)
    there = cv2.remap(lit, layer.astype(np.float32), along.astype(np.float32), cv2.INTER_LINEAR)
    there = np.clip(there / light.color, _DARKEST, _BRIGHTEST) * light.color
    shade = cv2.resize(there.astype(np.float32), None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
    linear = srgb_to_linear(np.arange(256) / 255.0).astype(np.float32)[cutout.rgb]
    even = linear / np.maximum(shade[:height, :width], 0.05)
    return np.asarray(np.rint(linear_to_srgb(even) * 255.0), np.uint8)


def _filled(cutout: Cutout, spine: Spine) -> U8:
    """(h, w) uint8: alpha of the photo's hair and of the head: what ends hair at its outer edge."""
    filled = cutout.alpha.copy()
    center = (spine.x * cutout.scale + cutout.origin[0], cutout.origin[1] - spine.y * cutout.scale)
    axes = (6.4 * cutout.scale, 8.4 * cutout.scale)
    middle = (round(center[0]), round(center[1]))
    cv2.ellipse(filled, middle, (round(axes[0]), round(axes[1])), 0.0, 0.0, 360.0, (255,), cv2.FILLED)
    neck = 4.6 * cutout.scale
    top, bottom = int(center[1]), int(center[1] + 24.0 * cutout.scale)
    cv2.rectangle(filled, (int(center[0] - neck), top), (int(center[0] + neck), bottom), (255,), cv2.FILLED)
    return np.asarray(filled, np.uint8)
