"""What is on a shell of hair: photographed in front, continued where no photo shows it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.light import Light
from engines.palette import linear_to_srgb, srgb_to_linear
from engines.reference.cutout import Cutout
from engines.reference.hair_band import find_band
from engines.reference.outline import STEP, Spine, reach_of
from engines.reference.relief import COARSE
from engines.reference.shade import light_on

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

LAYERS = 37
"""Of a shell's points from the front, facing the camera, over the outline to the back; odd."""

# From one layer to the next on a head with hair, cm.
_LAYER = 0.78
# Without hair at the side the photo is believed up to this angle from the camera's direction, degrees.
_LAST = 82.0
# At the hairline of nape and ears hair gets dense within this, cm; and from photo to prior, degrees.
_EDGE, _BLEND = 1.0, 6.0
# Gaps between locks up to this, cm, and soft edges up to that are closed where the photo is continued.
_GAP, _RIM = 3.0, 1.5
# Colours are compared over so far, cm, and so much of a difference from side to side is taken for light.
_NEAR, _BELIEVED = 2.0, 0.75
# Half the width of a neck that hides all hair behind it, and where it ends below the skull's middle, cm.
_NECK, _COLLAR = 2.6, 15.0
# Within the outermost hair by this much, cm, is inside; nothing is farther from the skull's middle than that.
_INSIDE, _FURTHEST = 0.5, 34.0
# Light is divided out of the photo no further than to these factors.
_DARKEST, _BRIGHTEST = 0.45, 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """``surface`` (r, c, 4) uint8: colour in neutral light, sRGB, and alpha, over a shell's steps and layers.

    ``picture`` (h, w, 5) uint8: the same of the photo, with the person's inside filled in, and alpha once
    more with all filled in up to the outermost hair. ``bare`` (steps - 1, LAYERS - 1): between them, where
    no hair is.
    """

    surface: U8
    picture: U8
    bare: npt.NDArray[np.bool_]


def make_atlas(cutout: Cutout, spine: Spine, reach: F64, normals: F64, above: F64, light: Light) -> Atlas:
    """The atlas of a photo taken in ``light``.

    ``reach`` (n,), ``normals`` (n, LAYERS, 3), camera axes, and ``above`` (n, LAYERS), cm over the hairline:
    of a shell's points.
    """
    fine, layers = max(2, round(STEP * cutout.scale)), max(2, round(_LAYER * cutout.scale))
    rows, columns = (spine.count - 1) * fine + 1, (LAYERS - 1) * layers + 1
    steps, angle = np.arange(rows) / fine, np.linspace(0.0, 180.0, columns)
    start, out = spine.rays(steps)
    far = np.interp(steps, np.arange(spine.count), reach)
    place = _pixels(cutout, start, out, far, np.minimum(angle, 90.0)[None])

    def unrolled(image: U8) -> U8:
        rolled = cv2.remap(
            image, place[..., 0], place[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(rolled, np.uint8)

    even, picture = _even(cutout, spine, reach, normals, light), _filled(cutout, spine)
    seen = unrolled(cutout.alpha)
    gap, rim = (
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(0.5 * size * cutout.scale) + 1,) * 2)
        for size in (_GAP, _RIM)
    )
    whole = cv2.dilate(cv2.morphologyEx(cutout.alpha, cv2.MORPH_CLOSE, gap), rim)
    band = find_band(
        unrolled(np.where(cutout.pure, 255, 0).astype(np.uint8)), unrolled(picture), angle, far, fine
    )
    rgb, turned = unrolled(even), unrolled(np.asarray(whole, np.uint8))
    hangs = np.zeros(rows, np.float32)
    if band is not None:
        rgb, turned, hangs = (
            band.continued(rgb, angle, fine),
            band.continued(turned, angle, fine),
            band.covered,
        )
    over = cv2.resize(above.astype(np.float32), (columns, rows), interpolation=cv2.INTER_LINEAR)
    grown = np.clip(over / _EDGE + 1.0, 0.0, 1.0)
    unseen = np.maximum(255.0 * grown * grown * (3.0 - 2.0 * grown), hangs[:, None] * turned)
    ends = np.full(rows, _LAST) if band is None else band.ends
    share = np.clip((angle - ends[:, None]) / _BLEND + 0.5, 0.0, 1.0)
    alpha = np.rint(np.clip(seen + share * (unseen - seen), 0.0, 255.0)).astype(np.uint8)
    return Atlas(
        np.dstack([rgb, alpha]),
        np.dstack([even, picture, _within(cutout, picture, spine)]),
        _bare(alpha, fine, layers),
    )


def _within(cutout: Cutout, filled: U8, spine: Spine) -> U8:
    """(h, w) uint8: ``filled`` (h, w), and all that lies within the outermost hair."""
    alpha, _, _, to_coarse = cutout.coarse(COARSE)
    hair = (alpha > 0.5).astype(np.uint8)
    far = reach_of(hair, to_coarse, spine, _FURTHEST)
    height, width = filled.shape
    across, down = np.meshgrid(np.arange(0, width + 4, 4), np.arange(0, height + 4, 4))
    points = (np.stack([across, down], axis=-1) - cutout.origin) / cutout.scale * (1.0, -1.0)
    along, distance = spine.place(points)
    inside = np.clip((np.interp(along, np.arange(spine.count), far) - distance) / _INSIDE - 0.5, 0.0, 1.0)
    inside *= (along >= 0.0) & (along <= spine.count - 1.0)
    large = cv2.resize(inside.astype(np.float32), None, fx=4.0, fy=4.0)[:height, :width]
    return np.asarray(np.maximum(filled, np.rint(255.0 * large)), np.uint8)


def _bare(alpha: U8, fine: int, layers: int) -> npt.NDArray[np.bool_]:
    near = cv2.dilate(alpha, np.ones((fine + 3, layers + 3), np.uint8))
    return np.asarray(near[fine // 2 :: fine, layers // 2 :: layers] == 0)[
        : (len(alpha) - 1) // fine, : LAYERS - 1
    ]


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
    even = linear / np.maximum(shade[:height, :width], 0.05) / _cast(linear, cutout)
    return np.asarray(np.rint(linear_to_srgb(even) * 255.0), np.uint8)


def _cast(linear: F32, cutout: Cutout) -> F32:
    """(h, w, 3) factors: how the ``linear`` colours (h, w, 3) of hair differ from those at the same height.

    What changes from one side of a head to the other is light, of a window or a wall, rather than hair.
    """
    height, width = cutout.alpha.shape
    size = (max(2, round(width / cutout.scale * 4.0)), max(2, round(height / cutout.scale * 4.0)))
    weight = cutout.pure.astype(np.float32)
    small = cv2.resize(np.dstack([linear * weight[..., None], weight]), size, interpolation=cv2.INTER_AREA)
    near = cv2.GaussianBlur(small, (0, 0), _NEAR * 4.0) + np.float32(1e-4) * small.mean(axis=(0, 1))
    level = cv2.GaussianBlur(small.mean(axis=1, keepdims=True), (1, 0), 0.0, sigmaY=_NEAR * 4.0)
    level = level + np.float32(1e-4) * small.mean(axis=(0, 1))
    local, usual = near[..., :3] / near[..., 3:], level[..., :3] / level[..., 3:]
    factor = np.clip(((local + 0.003) / (usual + 0.003)) ** _BELIEVED, 0.6, 1.7)
    return np.asarray(cv2.resize(factor.astype(np.float32), (width, height)), np.float32)


def _filled(cutout: Cutout, spine: Spine) -> U8:
    """(h, w) uint8: alpha of the photo's hair and of the head: what ends hair at its outer edge."""
    head = np.zeros_like(cutout.alpha)
    center = (spine.x * cutout.scale + cutout.origin[0], cutout.origin[1] - spine.y * cutout.scale)
    axes = (6.4 * cutout.scale, 8.4 * cutout.scale)
    middle = (round(center[0]), round(center[1]))
    cv2.ellipse(head, middle, (round(axes[0]), round(axes[1])), 0.0, 0.0, 360.0, (255,), cv2.FILLED)
    neck, bottom = _NECK * cutout.scale, round(center[1] + _COLLAR * cutout.scale)
    cv2.rectangle(
        head, (round(center[0] - neck), middle[1]), (round(center[0] + neck), bottom), (255,), cv2.FILLED
    )
    soft = cv2.GaussianBlur(head, (0, 0), 0.5 * cutout.scale)
    return np.asarray(np.maximum(cutout.alpha, soft), np.uint8)
