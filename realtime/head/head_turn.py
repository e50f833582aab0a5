"""What turning and nodding do to what is painted on a head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.strands.body import SKULL

F64 = npt.NDArray[np.float64]

# Skull and jaw as one ellipsoid, cm; beside it less and less turns with it, per radius.
_CENTER = np.array([0.0, 1.0, SKULL.center[2]])
_RADII = np.array([SKULL.radii[0], 12.0, SKULL.radii[2]])
_FADE = 3.0


def turn_shift(points: npt.ArrayLike, now: Face, former: Face) -> F64:
    """(..., 2) px from ``points`` (..., 2) of ``now``'s frame to where that place of the head was before.

    That is in the frame of ``former`` as :meth:`HeadPose.motion_to` carries it here, which leaves out all
    turning but roll. The head is an ellipsoid; what was out of sight then is looked for at its outline.
    """
    pose, center, radii = now.pose, _CENTER * now.shape.skull, _RADII * now.shape.skull
    flat = (np.asarray(points, np.float64) - pose.project(center)[:2]) * (1.0, -1.0) / pose.scale
    shape = np.diag(1.0 / radii**2)
    quadric = pose.rotation @ shape @ pose.rotation.T
    radius = _radius(flat, quadric)[..., None]
    flat_on = flat / np.maximum(radius, 1.0)
    depth = np.sqrt(np.maximum(1.0 - np.minimum(radius[..., 0], 1.0) ** 2, 0.0) / quadric[2, 2])
    depth -= flat_on @ quadric[:2, 2] / quadric[2, 2]
    surface = np.concatenate([flat_on, depth[..., None]], axis=-1) @ pose.rotation
    before = surface @ former.pose.rotation.T
    hidden = (surface @ shape @ former.pose.rotation.T)[..., 2:] < 0.0
    outline = _radius(before[..., :2], former.pose.rotation @ shape @ former.pose.rotation.T)[..., None]
    seen = np.where(hidden, before[..., :2] / np.maximum(outline, 1e-3), before[..., :2])
    angle = np.radians(pose.roll - former.pose.roll)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    there = (seen + (former.pose.rotation @ center)[:2]) @ turn
    here = flat_on + (pose.rotation @ center)[:2]
    share = np.exp(-_FADE * np.maximum(radius - 1.0, 0.0))
    return np.asarray((there - here) * share * (pose.scale, -pose.scale))


def _radius(flat: F64, quadric: F64) -> F64:
    """1 on the outline of the ellipsoid r' Q r = 1 seen along z, in the picture's plane."""
    outline = quadric[:2, :2] - np.outer(quadric[:2, 2], quadric[:2, 2]) / quadric[2, 2]
    return np.asarray(np.sqrt(np.einsum("...i,ij,...j->...", flat, outline, flat)))
