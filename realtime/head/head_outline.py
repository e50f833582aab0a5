"""What the outline of a person and the edge of their hair tell of the head under them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.head_pose import HeadPose

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]

# Where is looked, cm in the picture upright with the head, from its origin: columns and heights of the crown,
# rows and widths of its sides, columns and heights of the hairline.
_CROWN_COLUMNS, _CROWN_HEIGHTS = np.linspace(-3.0, 3.0, 7), np.arange(6.0, 22.0, 0.1)
SIDE_ROWS: F64 = np.linspace(5.0, 9.0, 9)
_SIDE_REACH = np.arange(3.0, 14.0, 0.1)
HAIRLINE_COLUMNS: F64 = np.linspace(-2.4, 2.4, 7)
TEMPLE_ROWS: F64 = np.linspace(5.4, 7.2, 7)
_HAIRLINE_HEIGHTS, _TEMPLE_REACH = np.arange(4.8, 13.0, 0.1), np.arange(2.5, 8.5, 0.1)
# Hair that ends lower than this is a fringe, which hides the hairline.
_FRINGE = 6.9


@dataclass(frozen=True, slots=True)
class UprightPicture:
    """A mask (h, w) float32 0..1, looked at in cm: x to image right and y up, upright with the head.

    ``to_frame`` (2, 3): affine from the mask's pixels to those of ``pose``.
    """

    mask: F32
    to_frame: F64
    pose: HeadPose

    def at(self, x: F64, y: F64) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Whether the mask covers the points (both of one shape), and whether they are in the picture."""
        up = upright(self.pose)
        right = np.array([-up[1], up[0]])
        cm = x[..., None] * right + y[..., None] * up
        pixels = (self.pose.translation + cm * self.pose.scale).reshape(1, -1, 2)
        spots = cv2.transform(pixels, cv2.invertAffineTransform(self.to_frame))[0].astype(np.float32)
        column, row = (spots[:, axis].reshape(x.shape) for axis in (0, 1))
        height, width = self.mask.shape
        inside = (column >= 0) & (column <= width - 1) & (row >= 0) & (row <= height - 1)
        return cv2.remap(self.mask, column, row, cv2.INTER_LINEAR) > 0.5, inside


def upright(pose: HeadPose) -> F64:
    """(2,) unit vector in the image (y down) along which the head stands."""
    up = pose.rotation[:2, 1] * (1.0, -1.0)
    return np.asarray(up / max(float(np.linalg.norm(up)), 1e-6))


def outline_top(person: F32, to_frame: F64, pose: HeadPose) -> float | None:
    """How far the person's outline rises above the head's origin along the head's upright, cm.

    ``person`` (h, w) float32: probability; ``to_frame`` (2, 3): affine from its pixels to the frame's.
    ``None`` where the head is cut off by the frame or not told from the background.
    """
    x, y = np.meshgrid(_CROWN_COLUMNS, _CROWN_HEIGHTS, indexing="ij")
    covered, inside = UprightPicture(person, to_frame, pose).at(x, y)
    length = np.argmin(covered & inside, axis=1)
    ends_inside = inside[np.arange(len(length)), length].all()
    if not covered[:, 0].all() or not ends_inside or covered.all(axis=1).any():
        return None
    return float(_CROWN_HEIGHTS[length].max())


def outline_sides(person: F32, to_frame: F64, pose: HeadPose, middle: float) -> F64:
    """(n,) half the outline's width, cm, at each of :data:`SIDE_ROWS`; NaN where it is not seen.

    ``middle``: where the middle of the head is there, cm.
    """
    x, y = np.meshgrid(_SIDE_REACH, SIDE_ROWS)
    halves = []
    for side in (-1.0, 1.0):
        covered, inside = UprightPicture(person, to_frame, pose).at(middle + side * x, y)
        length = np.argmin(covered & inside, axis=1)
        rows = np.arange(len(length))
        seen = covered[:, 0] & inside[rows, length] & ~covered.all(axis=1)
        halves.append(np.where(seen, _SIDE_REACH[length], np.nan))
    return np.asarray(0.5 * (halves[0] + halves[1]))


def hairline_heights(hair: F32, to_frame: F64, pose: HeadPose) -> F64:
    """(n,) where hair begins above the brows, cm, at each of :data:`HAIRLINE_COLUMNS`; NaN where a fringe
    hides the hairline or there is no hair."""
    x, y = np.meshgrid(HAIRLINE_COLUMNS, _HAIRLINE_HEIGHTS, indexing="ij")
    covered, inside = UprightPicture(hair, to_frame, pose).at(x, y)
    first = np.argmax(covered, axis=1)
    found = covered.any(axis=1) & inside[np.arange(len(first)), first]
    height = _HAIRLINE_HEIGHTS[first]
    return np.where(found & (height > _FRINGE), height, np.nan)


def temple_widths(hair: F32, to_frame: F64, pose: HeadPose) -> F64:
    """(2, n) how far from the middle hair begins at each of :data:`TEMPLE_ROWS`, cm, at image left and right;
    NaN where there is none or it covers the forehead."""
    x, y = np.meshgrid(_TEMPLE_REACH, TEMPLE_ROWS)
    widths = []
    for side in (-1.0, 1.0):
        covered, inside = UprightPicture(hair, to_frame, pose).at(side * x, y)
        first = np.argmax(covered, axis=1)
        found = covered.any(axis=1) & ~covered[:, 0] & inside[np.arange(len(first)), first]
        widths.append(np.where(found, _TEMPLE_REACH[first], np.nan))
    return np.array(widths)
