"""The aligned head crop: upright with the face, with room for long hair."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import Face
from engines.head_crop import HeadCrop

CROP_CM = 44.0
"""Side of the crop on the head, cm: twice the usual portrait crop, so that hair to the chest is inside."""
CENTER_Y_CM = -4.0
"""The height of the crop's centre in the head frame, cm."""


def crop_head(rgb: npt.NDArray[np.uint8], face: Face, size: int) -> HeadCrop:
    """Cut ``face`` out of ``rgb`` (h, w, 3) uint8 as a ``size`` x ``size`` picture; outside is mirrored.

    A similarity, as in the alignment of FFHQ (T. Karras, S. Laine, T. Aila, CVPR 2019): it takes out the
    head's roll, scale and position, not its yaw and pitch.
    """
    pose = face.pose
    up = pose.rotation[:2, 1] * np.array([1.0, -1.0])
    up = up / max(float(np.linalg.norm(up)), 1e-9)
    pixel = pose.scale * CROP_CM / size
    linear = pixel * np.array([[-up[1], -up[0]], [up[0], -up[1]]])
    center = pose.translation + up * CENTER_Y_CM * pose.scale
    to_frame = np.column_stack([linear, center - linear @ np.full(2, (size - 1) / 2)])
    to_crop = np.asarray(cv2.invertAffineTransform(to_frame), np.float64)
    crop = cv2.warpAffine(
        rgb, to_crop, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return HeadCrop(np.asarray(crop, np.uint8), to_frame, to_crop)
