"""The hair of a photo as a closed surface around the mean head, with everything on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.head_shape import HeadShape
from engines.reference.atlas import LAYERS, Atlas, make_atlas
from engines.reference.cutout import cut_out
from engines.reference.outline import STEP, Spine, reach_of, widened
from engines.reference.reference import Reference
from engines.reference.relief import COARSE, over_skull, relief
from engines.reference.shade import surface_normals
from engines.strands.body import SKULL, hairline_height

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# The outline is smoothed over so many steps, and takes in all hair that has more alpha than this, 0..255.
_SMOOTH, _SEEN = 4, 10
# The nape is so far below the middle of the skull, cm: that low the surface reaches at least.
_NAPE = 11.0
# Hanging hair lies so far behind its outline, cm.
_BEHIND = 7.0
_FURTHEST = 34.0


@dataclass(frozen=True, slots=True, eq=False)
class HairShell:
    """``points`` (n, LAYERS, 3) mean-head cm: along the outline, and from the front around to the back.

    ``spine`` and ``reach`` (n,): the outline in the photo, cm, whose pixels ``to_pixels`` (2, 3) tells.
    ``atlas``: what is on the surface. ``spine_ends`` (2, 3) mean-head cm: where the spine begins, and 10 cm
    further down.
    """

    points: F64
    spine: Spine
    reach: F64
    atlas: Atlas
    to_pixels: F64
    spine_ends: F64


def make_shell(reference: Reference) -> HairShell:
    """The shell of ``reference``: takes about a second."""
    pose, shape = reference.pose, reference.shape
    rotation = pose.rotation
    cutout = cut_out(reference)
    middle = rotation @ (np.array(SKULL.center) * shape.skull)
    lowest = cutout.lowest_hair(_SEEN)
    rows = int(np.ceil((middle[1] - min(lowest - STEP, middle[1] - _NAPE)) / STEP))
    spine = Spine(float(middle[0]), float(middle[1]), rows)

    alpha, x, y, to_coarse = cutout.coarse(COARSE)
    across, up, _ = np.array(SKULL.radii) * shape.skull
    skull = np.hypot((x - middle[0]) / across, (y - middle[1]) / up) < 1.0
    seen = ((alpha > _SEEN / 255.0) | skull).astype(np.uint8)
    reach = widened(reach_of(seen, to_coarse, spine, _FURTHEST), _SMOOTH)
    depth = relief(alpha, x, y, spine, reach, rotation, shape).astype(np.float32)

    steps = np.arange(spine.count, dtype=np.float64)
    start, out = spine.rays(steps)
    angle = np.linspace(0.0, np.pi, LAYERS)
    flat = start[:, None] + out[:, None] * (reach[:, None] * np.sin(angle))[..., None]
    pixels = (flat @ to_coarse[:, :2].T + to_coarse[:, 2]).astype(np.float32)
    front = cv2.remap(
        depth, pixels[..., 0], pixels[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    rim = front[:, LAYERS // 2]
    hanging = np.clip((spine.y - start[:, 1]) / _NAPE, 0.0, 1.0)
    round_ = over_skull(reach, shape)
    back = rim[:, None] + np.minimum(np.cos(angle), 0.0) * (round_ + hanging * (_BEHIND - round_))[:, None]
    z = np.where(angle <= np.pi / 2, front, back)
    points = to_mean(np.concatenate([flat, z[..., None]], axis=2) @ rotation, shape)

    normals = surface_normals(points)
    above = points[..., 1] - hairline_height(points)
    atlas = make_atlas(cutout, spine, reach, normals @ rotation.T, above, reference.light)
    ends = to_mean(np.array([middle, middle - (0.0, 10.0, 0.0)]) @ rotation, shape)
    return HairShell(points, spine, reach, atlas, cutout.to_pixels, ends)


def to_mean(points: F64, shape: HeadShape) -> F64:
    """The inverse of ``shape.apply``, to a hundredth of a millimetre."""
    mean = points.copy()
    for _ in range(12):
        mean += points - shape.apply(mean)
    return mean
