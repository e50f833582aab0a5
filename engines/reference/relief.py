"""How far hair stands towards the camera that took its photo."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.head_shape import HeadShape
from engines.reference.outline import Spine
from engines.strands.body import FACE, NECK, SHOULDERS, SKULL, Ellipsoid

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

COARSE = 0.2
"""Size of a pixel of a relief, cm."""

# Hair on the skin is so thick, and as thick as its outline tells so far from its edge towards the face, cm.
_THIN, _FULL_AT = 0.35, 3.5
# Beside and below the face hair bulges no more than this towards the camera, cm.
_HANGING = 4.0
# The outline of what hangs lies so far behind the middle of the skull, cm, at so far below it.
_SET_BACK, _BELOW = 1.0, 12.0
_SOFT = 0.6
# What hangs beside the body leaves its depth over this distance, cm.
_ASIDE = 4.0


def front_of(bodies: tuple[Ellipsoid, ...], shape: HeadShape, rotation: F64, x: F64, y: F64) -> F64:
    """(h, w) depth towards the camera, cm, of thin hair on the front of ``bodies``; -inf beside them.

    The head of ``shape`` is turned by ``rotation`` (3, 3); ``x``, ``y`` (h, w): of the picture, cm, y up.
    """
    depth = np.full(x.shape, -np.inf)
    for body in bodies:
        stretch = np.array(shape.skull if body is SKULL else (shape.width, shape.height, shape.depth))
        radii = np.array(body.radii) * stretch + _THIN
        center = rotation @ (np.array(body.center) * stretch)
        axes = rotation / radii
        quadric = axes @ axes.T
        dx, dy = x - center[0], y - center[1]
        a = quadric[2, 2]
        b = quadric[0, 2] * dx + quadric[1, 2] * dy
        c = quadric[0, 0] * dx**2 + 2.0 * quadric[0, 1] * dx * dy + quadric[1, 1] * dy**2 - 1.0
        inside = b * b - a * c
        front = center[2] + (np.sqrt(np.maximum(inside, 0.0)) - b) / a
        depth = np.where(inside > 0.0, np.maximum(depth, front), depth)
    return depth


def outline_depth(spine: Spine, height: F64, middle: float) -> F64:
    """Depth of the outline at ``height`` (cm, y up), for a skull whose middle has the depth ``middle``."""
    return np.asarray(middle - _SET_BACK * np.clip((spine.y - height) / _BELOW, 0.0, 1.0))


def over_skull(reach: F64, shape: HeadShape) -> F64:
    """How far hair whose outline is ``reach`` from the skull's middle stands before and behind it, cm."""
    bare = SKULL.radii[0] * shape.skull[0]
    return np.asarray(SKULL.radii[2] * shape.skull[2] * np.maximum(reach / bare, 1.0))


def _beside(body: F64, rim: F64) -> F64:
    """``body`` (h, w), and beside it a way from its edge to ``rim`` (h, w)."""
    there = np.isfinite(body)
    far, label = cv2.distanceTransformWithLabels(
        (~there).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    edge = np.zeros(int(label.max()) + 1)
    edge[label[there]] = body[there]
    share = np.clip(far * COARSE / _ASIDE, 0.0, 1.0)
    return np.asarray(np.where(there, body, edge[label] + share * (rim - edge[label])))


def relief(alpha: F32, x: F64, y: F64, spine: Spine, reach: F64, rotation: F64, shape: HeadShape) -> F64:
    """(h, w) depth of the hair's surface towards the camera, cm.

    ``alpha`` (h, w): hair at the picture's ``x``, ``y`` (h, w) cm, y up, pixels of COARSE; ``reach`` (n,): of
    the outline; ``rotation`` (3, 3) and ``shape``: of the head. Hair bulges as round as its outline is, over
    the body, and lies on the skin where it ends towards the face.
    """
    middle = rotation @ (np.array(SKULL.center) * shape.skull)
    body = front_of((SKULL, FACE, NECK, SHOULDERS), shape, rotation, x, y)
    step, distance = spine.place(np.stack([x, y], axis=-1))
    outer = np.interp(step, np.arange(spine.count), reach)
    rim = outline_depth(spine, y, float(middle[2]))
    round_ = np.sqrt(np.clip(1.0 - (distance / np.maximum(outer, 0.1)) ** 2, 0.0, 1.0))
    thick, hanging = over_skull(outer, shape), np.clip((spine.y - y) / _BELOW, 0.0, 1.0)
    bulge = rim + round_ * (thick + hanging * (_HANGING - thick))
    least = _beside(body, rim)
    face = ((alpha < 0.5) & np.isfinite(body)).astype(np.uint8)
    away = cv2.distanceTransform(1 - face, cv2.DIST_L2, 5) * COARSE if face.any() else np.full_like(x, 99.0)
    share = np.clip(away / _FULL_AT, 0.0, 1.0)
    share *= share * (3.0 - 2.0 * share)
    depth = least + np.maximum(bulge - least, 0.0) * share
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), _SOFT / COARSE))
