"""Whether a photo is fit for what it is to be used for."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.hairfast.alignment import ALIGNED_SIZE, Alignment
from engines.hairfast.labels import FaceLabel
from engines.hairfast.photo_errors import (
    CroppedHairError,
    HatError,
    NoHairError,
    PhotoRole,
    ProfileFaceError,
    TinyFaceError,
)

Labels = npt.NDArray[np.uint8]

# Where the top of a head is in the square, in fractions of its side: between the outer ends of the eyes'
# columns and above the brows.
_HEAD_LEFT, _HEAD_RIGHT, _HEAD_BOTTOM = 0.25, 0.75, 0.42


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What still works.

    ``eye_distance``: px between the eyes at least. ``yaw``: degrees at most; the networks saw few heads
    turned further. ``hair``: the least fraction of the square that counts as hair (a shaved head has 0.06).
    ``hat``: the largest share of the covering in what is on the head. ``cropped``: the largest share of the
    head's width in which the photo may end within the hair.
    """

    eye_distance: float = 24.0
    yaw: float = 38.0
    hair: float = 0.01
    hat: float = 0.15
    cropped: float = 0.35


def check_face(face: Face, role: PhotoRole, limits: PhotoLimits) -> None:
    """Refuse a face that the networks cannot work on.

    Raises:
        TinyFaceError, ProfileFaceError: with what would work.
    """
    if abs(face.pose.yaw) > limits.yaw:
        raise ProfileFaceError(role, face.pose.yaw, limits.yaw)
    eye_distance = Alignment.of(face.landmarks).side / 4
    if eye_distance < limits.eye_distance:
        raise TinyFaceError(role, eye_distance, limits.eye_distance)


def check_labels(
    labels: Labels, beyond: npt.NDArray[np.float32], role: PhotoRole, limits: PhotoLimits, *, hair: bool
) -> None:
    """Refuse a photo by what the parser saw in its aligned square.

    ``labels`` (n, n): :class:`FaceLabel` values; ``beyond``: :meth:`Alignment.beyond` of the photo;
    ``hair``: whether hair is taken from the photo. Of a shape reference all of it must be in the picture.

    Raises:
        HatError, NoHairError, CroppedHairError: with what would work.
    """
    found, hat = labels == FaceLabel.HAIR, labels == FaceLabel.HAT
    if hat.mean() > limits.hair and hat.sum() > limits.hat * (found | hat).sum():
        raise HatError(role)
    if hair and found.mean() < limits.hair:
        raise NoHairError(role)
    if role is PhotoRole.SHAPE and _cut_width(found, beyond) > limits.cropped:
        raise CroppedHairError(role)


def _cut_width(hair: npt.NDArray[np.bool_], beyond: npt.NDArray[np.float32]) -> float:
    """Share of the head's width in which the photo ends within hair, above the brows."""
    size = len(hair)
    outside = (~_inside(beyond, size)).astype(np.uint8)
    edge = cv2.dilate(outside, np.ones((5, 5), np.uint8)).astype(bool) & hair
    head = edge[: round(_HEAD_BOTTOM * size), round(_HEAD_LEFT * size) : round(_HEAD_RIGHT * size)]
    return float(head.any(axis=0).mean())


def _inside(beyond: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.bool_]:
    step = ALIGNED_SIZE // size
    return np.asarray(beyond[step // 2 :: step, step // 2 :: step] <= 0.0)
